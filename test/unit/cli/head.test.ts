/** `decant head train` as it is called. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { main } from '../../../cli/program.ts';
import type { Io } from '../../../cli/verb.ts';
import { projectRoot } from '../../../local/root.ts';
import { readBundle } from '../../../runtime/bundle/read.ts';
import { sqlText } from '../../../runtime/sql/text.ts';

const shipped = join(projectRoot(), 'models', 'chemberta-mtr-mini');
let dir = '';
let bundle = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'decant-head-'));
  bundle = join(dir, 'bundle');
  cpSync(shipped, bundle, { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

async function head(options: Record<string, string>, ...flags: string[]) {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({ write: (t: string) => Boolean((said[name] += t)) }) as unknown as NodeJS.WritableStream;
  const io: Io = { out: stream('out'), err: stream('err'), env: process.env, exitCode: 0 };
  const all = { smiles: 'smiles', target: 'y', name: 'mine', kind: 'ridge', unit: '1', bundle, ...options };
  const argv = Object.entries(all).flatMap(([key, value]) => [`--${key}`, value]);
  return { code: await main(['head', 'train', ...argv, ...flags], io), ...said };
}

/** Held-out molecules and their TPSA, which a linear head finds in the embedding. */
function rows(count: number): string[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(shipped, 'holdout.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  const at = header.split(',').indexOf('TPSA');
  return lines.slice(0, count).map((line) => `${line.split(',')[0]},${line.split(',')[at]}`);
}

function table(name: string, lines: readonly string[]): string {
  writeFileSync(join(dir, name), `smiles,y\n${lines.join('\n')}\n`);
  return join(dir, name);
}

describe('decant head train', () => {
  const bad = ['C1CC,3', 'CCO,', `${rows(1)[0]?.split(',')[0]},40`];

  test('trains on a table, adds the head to the bundle and leaves its hash', async () => {
    const before = await readBundle(bundle);

    const { code, out, err } = await head({ table: table('lab.csv', [...rows(240), ...bad]) }, '--json');

    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const after = await readBundle(bundle);
    expect(after.index.hash).toBe(before.index.hash);
    expect(after.heads.map((h) => h.name)).toEqual([...before.heads.map((h) => h.name), 'mine'].sort());
    expect(after.heads.find((h) => h.name === 'mine')?.sha256).toBe((JSON.parse(out) as { sha256: string }).sha256);
    expect(JSON.parse(out)).toMatchObject({
      training: {
        rows: 243,
        molecules: 240,
        repeated: 1,
        differing: 1,
        skipped: { RING_NOT_CLOSED: 1, TARGET_MISSING: 1 },
      },
      scores: {
        head: { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
        'Morgan fingerprint, random forest': { mean: expect.any(Number) },
      },
    });
    expect(readFileSync(join(bundle, 'CARD.md'), 'utf8')).toContain('### mine (`mine`)');
  }, 600_000);

  test('reads Parquet, tells the comparison, and with --dry-run writes nothing', async () => {
    const parquet = join(dir, 'lab.parquet');
    const duck = await DuckDBInstance.create(':memory:');
    const connection = await duck.connect();
    const from = sqlText(table('for-parquet.csv', rows(150)));
    await connection.run(`COPY (SELECT * FROM read_csv(${from})) TO ${sqlText(parquet)} (FORMAT parquet)`);
    connection.closeSync();
    const before = readFileSync(join(bundle, 'bundle.json'));

    const { code, out, err } = await head({ table: parquet, name: 'other' }, '--dry-run');

    expect(code).toBe(0);
    expect(out).toMatch(
      /150 molecules of 150 rows.*RMSE \(1\), mean of 5 scaffold splits.*other is (supported|experimental):/s,
    );
    expect(err).toContain('nothing was written');
    expect(readFileSync(join(bundle, 'bundle.json'))).toEqual(before);
  }, 600_000);

  test('refuses a table with too few molecules, with what was skipped', async () => {
    const { code, err } = await head({ table: table('few.csv', [...rows(20), ...bad.slice(0, 1)]) });

    expect(code).toBe(1);
    expect(err).toContain('20 distinct molecules can be used; 100 are needed (1 × RING_NOT_CLOSED skipped)');
  }, 600_000);

  test('refuses a table of one scaffold', async () => {
    const chains = Array.from({ length: 120 }, (_, i) => `${'C'.repeat(i + 1)}O,${i}`);

    const { code, err } = await head({ table: table('chains.csv', chains) });

    expect(code).toBe(1);
    expect(err).toContain('have 1 scaffolds; 20 are needed');
  }, 600_000);

  test.each([
    [{ table: 'nowhere.csv' }, 'there is no nowhere.csv'],
    [{ table: 'nowhere.csv', name: 'Not A Name' }, "--name 'Not A Name'"],
    [{ table: 'nowhere.csv', name: 'qed' }, 'the model has a target of that name'],
    [{ table: 'nowhere.csv', kind: 'forest' }, "--kind 'forest'"],
    [{ table: 'nowhere.csv', bundle: 'no-such-bundle' }, "there is no bundle 'no-such-bundle'"],
  ])('%j is misuse', async (options, why) => {
    const { code, err } = await head(options);

    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});
