/** `decant check` as it is called. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { main } from '../../../cli/program.ts';
import type { Io } from '../../../cli/verb.ts';

const estate = (tables = '{}', column = 'name: id, type: bigint') => `estate: bpc
environments: { local: { kind: local } }
sources: { lab: { kind: folder } }
datasets:
  people:
    source: lab
    contract:
      format: csv
      columns: [{ ${column} }, { name: zip }]
      tables: ${tables}
`;

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'check-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

async function check(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({ write: (t: string) => Boolean((said[name] += t)) }) as unknown as NodeJS.WritableStream;
  const io: Io = { out: stream('out'), err: stream('err'), env: {}, exitCode: 0 };
  return { code: await main(['check', ...argv], io), ...said };
}

describe('decant check', () => {
  test('exits 0 and prints no data where nothing is wrong', async () => {
    expect(await check(file('good.yaml', estate()))).toMatchObject({ code: 0, out: '' });
  });

  test('exits 1 with one line for each problem', async () => {
    const { code, out } = await check(file('bad.yaml', estate('{}', 'name: id, type: int').replace('csv', 'cvs')));

    expect(code).toBe(1);
    expect(out.split('\n').slice(0, -1)).toEqual([
      expect.stringContaining('bad.yaml:8:7 '),
      expect.stringContaining('bad.yaml:9:29 '),
    ]);
  });

  test('notes what waits for an agent, and exits 0', async () => {
    const waits = estate()
      .replace('{ kind: local }', '{ kind: local, agents: { basel: {} } }')
      .replace('{ kind: folder }', "{ kind: nfs, location: 'filer:/lab', agents: [basel] }");

    const { code, out, err } = await check(file('waits.yaml', waits));

    expect([code, out]).toEqual([0, '']);
    expect(err).toContain(
      'note: waits.yaml:2:49 environments.local.agents.basel is not activated yet; people wait for it. When its machine runs: ' +
        'decant agent activate basel --address HOST --env local',
    );
  });

  test('prints problems as JSON', async () => {
    const { out } = await check(file('bad.yaml', estate('{}', 'name: id, type: int')), '--json');

    expect(JSON.parse(out)).toMatchObject({
      problems: [{ line: 9, column: 29, path: 'datasets.people.contract.columns.0.type' }],
    });
  });

  test('exits 3 where a contract changed so that readers break', async () => {
    const { code, out } = await check(
      file('new.yaml', estate('{}', 'name: id')),
      '--against',
      file('old.yaml', estate()),
    );

    expect(code).toBe(3);
    expect(out).toMatch(/^breaking people columns\.id\.type bigint → text; /);
  });

  test('exits 0 where all changes are compatible', async () => {
    const { code, out } = await check(
      file('new.yaml', estate().replace('{ name: zip }', '{ name: zip }, { name: city }')),
      '--against',
      file('old.yaml', estate()),
    );

    expect(code).toBe(0);
    expect(out).toMatch(/^compatible people columns\.city new nullable column/);
  });

  test('names a file that is not there', async () => {
    const { code, err } = await check(join(dir, 'none.yaml'));

    expect(code).toBe(2);
    expect(err).toContain('none.yaml cannot be read');
  });
});

describe('a select', () => {
  test.each([
    ["{ t: { select: 'select idd from input' } }", 'Referenced column "idd" not found'],
    ["{ t: { select: 'select id from input; drop table input' } }", 'only one select is allowed'],
    ['{ t: { select: "select * from read_csv(\'/etc/passwd\')" } }', 'a select reads its inputs only'],
    ["{ t: { select: 'drop table input' } }", 'only one select is allowed: no COPY'],
    [
      "{ t: { select: 'select id as k from input', keys: [id] } }",
      'tables.t.keys.0 "id" is not a column of the select; k.',
    ],
  ])('%s is refused', async (tables, complaint) => {
    const { code, out } = await check(file('select.yaml', estate(tables)));

    expect(code).toBe(1);
    expect(out).toContain(complaint);
  });

  test('over the columns and the lineage binds', async () => {
    const { code } = await check(
      file('select.yaml', estate("{ t: { select: 'select md5(zip) as k, _source_row from input', keys: [k] } }")),
    );

    expect(code).toBe(0);
  });
});
