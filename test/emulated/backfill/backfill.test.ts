import { describe, expect, jest, test } from '@jest/globals';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import type { BackfillInput } from '../../../protocol/workflow.ts';
import { backfill } from '../../../runtime/backfill.ts';
import type { CompiledDataset } from '../../../runtime/contracts.ts';
import { Packer } from '../../../runtime/packer.ts';
import { readList, readShard } from '../../../runtime/shards.ts';
import {
  contracts,
  clientsDyingAt,
  emulatedWorkplace,
  ended,
  row,
  type EmulatedWorkplace,
} from '../arrivals/workplace.ts';
import { commit } from '../reconcile/results.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

const assays = contracts.datasets[0] as CompiledDataset;
const limits = { maxObjects: 3, maxBytes: 1000 };
const keys = Array.from({ length: 10 }, (_, i) => `lab/assays/${i}.csv`);

async function delivered(): Promise<EmulatedWorkplace & { machine: string }> {
  const work = await emulatedWorkplace(limits);
  for (const Key of keys) await work.s3.send(new PutObjectCommand({ Bucket: work.rawBucket, Key, Body: 'id\n1\n' }));
  const States = { 'Do nothing': { Type: 'Pass', End: true } };
  const { stateMachineArn = '' } = await work.sfn.send(
    new CreateStateMachineCommand({
      name: `backfill-${randomUUID().slice(0, 8)}`,
      roleArn: 'arn:aws:iam::000000000000:role/backfill',
      definition: JSON.stringify({ StartAt: 'Do nothing', States }),
    }),
  );
  return { ...work, machine: stateMachineArn };
}

/** Shard ids of the lists that backfill executions were started with, execution by execution. */
async function startedLists(work: EmulatedWorkplace & { machine: string }): Promise<string[][]> {
  const { executions = [] } = await work.sfn.send(new ListExecutionsCommand({ stateMachineArn: work.machine }));
  return Promise.all(
    executions.map(async ({ executionArn }) => {
      const { input = '{}' } = await work.sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { listIndex } = JSON.parse(input) as BackfillInput;
      const { Body } = await work.s3.send(new GetObjectCommand({ Bucket: work.workBucket, Key: listIndex }));
      const lines = ((await Body?.transformToString()) ?? '').trim().split('\n');
      const lists = lines.map((line) => (JSON.parse(line) as { list: string }).list);
      return (await Promise.all(lists.map((list) => readList(work.workBucket, list, work.s3)))).flat();
    }),
  );
}

/** What the tasks of a backfill do with the shards of their lists. */
async function runLists(work: EmulatedWorkplace, lists: readonly string[]): Promise<void> {
  for (const key of lists) await commit(work, await readShard(work.workBucket, key, work.s3));
}

const states = (work: EmulatedWorkplace) =>
  Promise.all(keys.map(async (key) => (await work.ledger.versions(`${work.rawBucket}/${key}`)).map((r) => r.state)));

describe('a backfill', () => {
  test('takes every version of the raw bucket into the lists of one execution', async () => {
    const work = await delivered();

    const report = await backfill(work, assays, { machine: work.machine });
    const [list = []] = await startedLists(work);
    await runLists(work, list);

    expect(report).toMatchObject({ listed: 10, recorded: 10, bound: 10, shards: 4, lists: 1, failures: [] });
    expect(await states(work)).toEqual(keys.map(() => ['transformed']));
  });

  test('starts no execution of single shards', async () => {
    const work = await delivered();

    await backfill(work, assays, { machine: work.machine });

    expect(await work.executions()).toEqual([]);
  });

  test('has nothing to do when everything is done', async () => {
    const work = await delivered();
    await backfill(work, assays, { machine: work.machine });
    for (const list of await startedLists(work)) await runLists(work, list);

    const report = await backfill(work, assays, { machine: work.machine });

    expect(report).toMatchObject({ recorded: 0, bound: 0, known: 10, shards: 0, execution: undefined });
  });

  // 64 ask for what was left behind, 65 lists, 66 records, 67 writes the contract, to 75 shard files and bindings, 76 the list,
  // 77 its index, 78 starts.
  test.each([1, 65, 66, 67, 69, 72, 75, 76, 77, 78])(
    'killed at request %i and run again does all and nothing twice',
    async (n) => {
      const work = await delivered();
      const dying = clientsDyingAt(n);
      const killed = await backfill(work.seenBy(dying), assays, { machine: work.machine }).then(
        (report) => report.failures.length > 0,
        () => true,
      );

      await backfill(work, assays, { machine: work.machine });

      const lists = await startedLists(work);
      await runLists(work, lists.at(-1) ?? []);
      expect([killed, lists.length]).toEqual([true, 1]);
      expect(await states(work)).toEqual(keys.map(() => ['transformed']));
    },
  );

  test('that ended with shards undone hands these to the next one, as a later attempt', async () => {
    const work = await delivered();
    await backfill(work, assays, { machine: work.machine, list: 'first' });
    const [list = []] = await startedLists(work);
    await runLists(work, list.slice(0, 1));
    await ended(work.sfn, work.machine);

    const report = await backfill(work, assays, { machine: work.machine, list: 'second' });

    expect(report).toMatchObject({ takenOver: 3, bound: 0, shards: 3, attempt: 2 });
  });

  test('and events for the same objects bind each version once', async () => {
    const work = await delivered();
    const rows = keys.map((key) => row(work, key));
    const listed = await backfill({ ...work, limits }, assays, { machine: work.machine, list: 'dry' }).then(() =>
      Promise.all(keys.map((key) => work.ledger.versions(`${work.rawBucket}/${key}`))),
    );
    const again = await new Packer(work).packAndStart(
      rows.map((r, i) => ({ ...r, version: listed[i]?.[0]?.version ?? '' })),
    );

    expect(listed.flat()).toHaveLength(10);
    expect(again).toMatchObject({ bound: 0, started: 0, failures: [] });
  });

  test('planned twice at once leaves every version in one shard', async () => {
    const work = await delivered();

    await Promise.all([1, 2].map(() => backfill(work, assays, { machine: work.machine })));

    const shards = (await work.shards()).map((s) => s.header.shard);
    const rows = await Promise.all(keys.map((key) => work.ledger.versions(`${work.rawBucket}/${key}`)));
    expect(rows.flat().filter((r) => r.state === 'bound' && shards.includes(r.shard ?? ''))).toHaveLength(10);
  });

  test('takes older versions and delete markers, too', async () => {
    const work = await delivered();
    await work.s3.send(new DeleteObjectCommand({ Bucket: work.rawBucket, Key: keys[0] }));

    await backfill(work, assays, { machine: work.machine });
    for (const list of await startedLists(work)) await runLists(work, list);

    const found = await work.ledger.versions(`${work.rawBucket}/${keys[0]}`);
    expect(found.map((r) => [r.marker ?? false, r.state])).toEqual([
      [false, 'transformed'],
      [true, 'deleted'],
    ]);
  });

  test('takes unclassified objects that the contract now takes', async () => {
    const work = await delivered();
    const narrow = { ...contracts, datasets: [] };
    await backfill({ ...work, compiled: narrow }, assays, { machine: work.machine });

    const report = await backfill(work, assays, { machine: work.machine });

    expect(report).toMatchObject({ recorded: 0, bound: 10 });
  });
});
