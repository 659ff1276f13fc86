import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { BackfillPlan } from '../../../runtime/backfill-plan.ts';
import type { BackfillReport } from '../../../runtime/backfill.ts';
import { dynamoClient } from '../../../runtime/aws.ts';
import { readShard } from '../../../runtime/shards.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';
import { commitAll, datasets, deliver, executions, shardFiles, workFiles, workplace } from './mending.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

let env: SmallEnvironment;
beforeEach(async () => {
  env = await makeEnvironment(datasets);
  const body = 'id\n1\n';
  await deliver(env, { 'share/assays/a.csv': body, 'share/assays/b.csv': body, 'share/assays/note.txt': 'x' });
});
afterEach(() => env.remove());

const plan = async () =>
  JSON.parse((await env.decant('backfill', 'assays', '--dry-run', '--json')).out) as BackfillPlan;
const backfill = async () => JSON.parse((await env.decant('backfill', 'assays', '--json')).out) as BackfillReport;

/** The row of one object, as a crash of the emulator loses it. */
async function lose(key: string): Promise<void> {
  const work = await workplace(env);
  const object = `${work.rawBucket}/${key}`;
  for (const { version } of await work.ledger.versions(object)) {
    const Key = { object: { S: object }, version: { S: version } };
    await dynamoClient().send(new DeleteItemCommand({ TableName: env.places.ledgerTable, Key }));
  }
}

describe('decant backfill --dry-run', () => {
  test('counts objects, bytes, shards and tasks, for people and as JSON', async () => {
    const { out } = await env.decant('backfill', 'assays', '--dry-run');

    expect(out).toContain('2 objects, 10 B would be bound; 1 shards in 1 tasks');
    expect(await plan()).toMatchObject({ listed: 3, objects: 2, bytes: 10, unclassified: 1, shards: 1, lists: 1 });
  });

  test('writes nothing and starts nothing', async () => {
    await plan();

    expect([await workFiles(env), await executions(env, 'backfill')]).toEqual([[], []]);
    expect((await plan()).objects).toBe(2);
  });

  test('promises what the backfill then does', async () => {
    const { objects, shards, lists } = await plan();
    const done = await backfill();

    expect(done).toMatchObject({ bound: objects, shards, lists });
  });

  test('counts shards that an ended backfill has left', async () => {
    await env.decant('backfill', 'assays', '--wait');

    expect(await plan()).toMatchObject({ objects: 0, known: 2, takenOver: 1, shards: 1, lists: 1 });
  });
});

describe('decant backfill', () => {
  test('run again when all is done starts nothing', async () => {
    await env.decant('backfill', 'assays', '--wait');
    await commitAll(env, 'assays');

    const { code, out } = await env.decant('backfill', 'assays');

    expect([code, out]).toEqual([0, expect.stringContaining('0 bound, 2 known already')]);
    expect(await executions(env, 'backfill')).toHaveLength(1);
  });

  test.each([['backfill'], ['backfill --dry-run']])(
    '%s is refused where the ledger has lost what is done',
    async (verb) => {
      await env.decant('backfill', 'assays', '--wait');
      await commitAll(env, 'assays');
      const [file = ''] = await shardFiles(env, 'assays');
      const { members } = await readShard(env.places.workBucket, file);
      await lose(members[0]?.key ?? '');

      const { code, err } = await env.decant(...verb.split(' '), 'assays');

      expect([code, err]).toEqual([1, expect.stringContaining('decant reconcile assays')]);
      expect(await executions(env, 'backfill')).toHaveLength(1);
    },
  );

  test('of a misspelt dataset says which one was meant', async () => {
    expect(await env.decant('backfill', 'plate')).toMatchObject({
      code: 2,
      err: 'dataset "plate" is not in the estate file; it has assays, plates. Did you mean plates?\n',
    });
  });
});
