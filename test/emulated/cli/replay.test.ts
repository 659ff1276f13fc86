import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { EnvironmentStatus } from '../../../runtime/status.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';
import { datasets, deliver, edit, shardFiles, transform } from './mending.ts';

// Every test goes on from the one before, through the real task: slow is no failure.
jest.setTimeout(180_000);

let env: SmallEnvironment;
const done = new Set<string>();

/** What the workflow's task does with every shard that is not done. */
async function transformAll(): Promise<void> {
  for (const key of (await shardFiles(env, 'assays')).filter((k) => !done.has(k))) {
    expect(await transform(env, key)).toBe(0);
    done.add(key);
  }
}

/** Objects transformed and quarantined; rows in, out and quarantined. */
async function sums(): Promise<number[]> {
  const status = JSON.parse((await env.decant('status', 'assays', '--json')).out) as EnvironmentStatus;
  const { objects, rowsIn, rowsOut, rowsQuarantined } = status.datasets[0] as EnvironmentStatus['datasets'][number];
  return [objects.transformed, objects.quarantined, rowsIn, rowsOut, rowsQuarantined];
}

beforeAll(async () => {
  env = await makeEnvironment(datasets);
  await deliver(env, {
    'share/assays/rows.csv': 'id\n1\nx\n3\n',
    'share/assays/object.csv': 'other\n1\n',
    'share/assays/late.tsv': 'id\n7\n',
  });
  await env.decant('reconcile', '--quiet', '--wait');
  await transformAll();
});
afterAll(() => env.remove());

describe('decant replay, from delivery to the last row', () => {
  test('begins with a row and an object in quarantine, and an object of no contract', async () => {
    expect(await sums()).toEqual([1, 1, 3, 2, 1]);
  });

  test('--dry-run counts each kind by itself, and warns that the contract is the same', async () => {
    const counted = async (...kinds: string[]) => {
      const { out } = await env.decant('replay', 'assays', '--dry-run', '--json', ...kinds);
      const { objects, rows } = JSON.parse(out) as { objects: number; rows: number };
      return [objects, rows];
    };

    expect(await Promise.all([counted('--objects'), counted('--rows'), counted('--unclassified'), counted()])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
    ]);
    expect((await env.decant('replay', 'assays', '--dry-run')).err).toContain('1 of the rows broke this very contract');
  });

  test('says so when there is nothing of the kind', async () => {
    expect(await env.decant('replay', 'assays', '--unclassified')).toMatchObject({
      code: 0,
      out: 'assays: nothing to replay: no unclassified object matches its contract\n',
    });
  });

  test('--unclassified takes what the contract now takes, and nothing else', async () => {
    await edit(
      env,
      "'*.csv', format: csv, columns: [{ name: id, type",
      "['*.csv', '*.tsv'], format: csv, columns: [{ name: id, type",
    );

    const { code, out, err } = await env.decant('replay', 'assays', '--unclassified', '--wait');
    await transformAll();

    expect([code, out]).toEqual([0, 'assays: 1 objects are being replayed\n']);
    expect(err).toContain('the deployed contracts are not those of the estate file');
    expect(await sums()).toEqual([2, 1, 4, 3, 1]);
  });

  test('takes rows out of quarantine under a looser rule, and the sums stay exact', async () => {
    await edit(env, 'name: id, type: bigint', "name: id, nullTexts: ['x'], type: bigint");
    await edit(env, 'nullable: false', 'nullable: true');

    const { out } = await env.decant('quarantine', 'replay', 'assays', '--rows', '--wait');
    await transformAll();

    expect(out).toBe('assays: 1 rows of 1 shards are being replayed\n');
    expect(await sums()).toEqual([2, 1, 4, 4, 0]);
  });

  test('of an object that breaks its contract again counts it once', async () => {
    await env.decant('replay', 'assays', '--objects', '--wait');
    await transformAll();

    const groups = JSON.parse((await env.decant('quarantine', 'list', 'assays', '--json')).out) as object[];

    expect(await sums()).toEqual([2, 1, 4, 4, 0]);
    expect(groups).toMatchObject([{ reason: 'header_missing', rows: 0, objects: 1 }]);
  });

  test('run again has no rows to replay', async () => {
    expect(await env.decant('replay', 'assays', '--rows', '--wait')).toMatchObject({
      code: 0,
      out: 'assays: nothing to replay: no rows are in quarantine\n',
    });
  });

  test('leaves ledger, listing and results in agreement', async () => {
    expect(await env.decant('reconcile', 'assays', '--dry-run', '--quiet')).toMatchObject({ code: 0 });
  });

  test('of a misspelt dataset says which one was meant', async () => {
    const { code, err } = await env.decant('replay', 'asays');

    expect([code, err]).toEqual([2, expect.stringContaining('Did you mean assays?')]);
  });
});
