import { describe, expect, jest, test } from '@jest/globals';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { CompiledDataset } from '../../../runtime/contracts.ts';
import { Packer } from '../../../runtime/packer.ts';
import { redrive } from '../../../runtime/redrive.ts';
import { replay } from '../../../runtime/replay.ts';
import { contracts, emulatedWorkplace, ended, row, type EmulatedWorkplace } from '../arrivals/workplace.ts';
import { commit } from '../reconcile/results.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

const assays = contracts.datasets[0] as CompiledDataset;
const keys = ['lab/assays/a.csv', 'lab/assays/b.csv', 'lab/assays/c.csv'];

async function packed(): Promise<EmulatedWorkplace> {
  const work = await emulatedWorkplace();
  const rows = keys.map((key) => row(work, key));
  for (const Key of keys) await work.s3.send(new PutObjectCommand({ Bucket: work.rawBucket, Key, Body: 'id\n' }));
  await work.ledger.recordAll(rows);
  await new Packer(work).packAndStart(rows);
  await ended(work.sfn, work.ingestMachine);
  return work;
}

describe('redrive', () => {
  test('starts a shard whose execution has ended as its next attempt, under the same contract', async () => {
    const work = await packed();
    const [first] = await work.executions();

    const report = await redrive(work, 'assays');

    expect(report.redriven).toEqual([{ shard: first?.slice(0, 24), attempt: 2 }]);
    expect((await work.executions()).sort()).toEqual([first, first?.replace(/-1$/, '-2')]);
  });

  test('leaves a shard that a task is at', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    await work.ledger.claim({ shard: shard?.header.shard ?? '', fence: 1000, owner: 'task', run: 'run' });

    const report = await redrive(work, 'assays');

    expect(report).toMatchObject({ redriven: [], running: [shard?.header.shard] });
  });

  test('takes it after a crash, when nobody is at work and the claim is of a dead task', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    await work.ledger.claim({ shard: shard?.header.shard ?? '', fence: 1000, owner: 'task', run: 'run' });

    const report = await redrive(work, 'assays', { quiet: true });

    expect(report).toMatchObject({ redriven: [{ shard: shard?.header.shard, attempt: 2 }], running: [] });
  });

  test('takes a shard whose claim has expired', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    await work.ledger.claim({ shard: shard?.header.shard ?? '', fence: 1000, owner: 'task', run: 'run', now: 1 });

    const report = await redrive(work, 'assays');

    expect(report.redriven).toHaveLength(1);
  });

  test('starts the attempt that an earlier redrive counted and did not start', async () => {
    const work = await packed();
    const rows = await Promise.all(keys.map((key) => work.ledger.get(`${work.rawBucket}/${key}`, 'v1')));
    for (const r of rows) if (r) await work.ledger.nextAttempt(r, 2);

    const report = await redrive(work, 'assays');

    expect(report.redriven[0]?.attempt).toBe(2);
  });

  test('says in a dry run what it would do, and does not', async () => {
    const work = await packed();

    const report = await redrive(work, 'assays', { dryRun: true });

    expect([report.redriven.length, (await work.executions()).length]).toEqual([1, 1]);
  });
});

describe('replay', () => {
  test('packs a quarantined object again, in another shard even under the same contract', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    if (shard)
      await commit(work, shard, {
        outcome: (key) => (key === keys[1] ? { state: 'quarantined', rowsOut: 0, rowsIn: 0 } : {}),
      });

    const report = await replay(work, assays);

    const found = await work.ledger.get(`${work.rawBucket}/${keys[1]}`, 'v1');
    expect(report).toMatchObject({ objects: 1, shards: [], failures: [] });
    expect(found).toMatchObject({ state: 'bound', before: shard?.header.shard });
    expect(found?.shard).not.toBe(shard?.header.shard);
  });

  test('gives quarantined rows a replay shard of just their members', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    if (shard)
      await commit(work, shard, { outcome: (key) => (key === keys[2] ? { rowsOut: 7, rowsQuarantined: 3 } : {}) });

    const report = await replay(work, assays);

    const file = (await work.shards()).find((s) => s.header.shard === `${shard?.header.shard}-r1`);
    expect(report).toMatchObject({ objects: 0, shards: [`${shard?.header.shard}-r1`], rows: 3 });
    expect(file).toMatchObject({ header: { replayOf: shard?.header.shard, objects: 1 }, members: [{ key: keys[2] }] });
  });

  test('counts replayed rows once, and the sum of the object stays exact', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    if (shard)
      await commit(work, shard, { outcome: (key) => (key === keys[2] ? { rowsOut: 7, rowsQuarantined: 3 } : {}) });
    await replay(work, assays);
    const again = (await work.shards()).find((s) => s.header.replayOf !== undefined);
    const two = () => ({ rowsIn: 3, rowsOut: 2, rowsQuarantined: 1 });

    if (again) await commit(work, again, { outcome: two });
    if (again) await commit(work, again, { outcome: two });

    const found = await work.ledger.get(`${work.rawBucket}/${keys[2]}`, 'v1');
    expect(found).toMatchObject({ rowsIn: 10, rowsOut: 9, rowsQuarantined: 1, replays: ['r1'] });
  });

  test('tries what a replay left in quarantine as the next replay', async () => {
    const work = await packed();
    const [shard] = await work.shards();
    if (shard)
      await commit(work, shard, { outcome: (key) => (key === keys[2] ? { rowsOut: 7, rowsQuarantined: 3 } : {}) });
    await replay(work, assays);
    const first = (await work.shards()).find((s) => s.header.replayOf !== undefined);
    if (first) await commit(work, first, { outcome: () => ({ rowsIn: 3, rowsOut: 2, rowsQuarantined: 1 }) });

    const report = await replay(work, assays);

    expect(report).toMatchObject({ shards: [`${shard?.header.shard}-r2`], rows: 1 });
  });
});
