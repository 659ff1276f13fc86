import { describe, expect, test } from '@jest/globals';
import { arrive, type BatchReport, type Message } from '../../../lambda/arrivals/arrive.ts';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { Packer } from '../../../runtime/packer.ts';
import type { Workplace } from '../../../runtime/workplace.ts';
import { message, shuffled } from './events.ts';
import { emulatedWorkplace, type EmulatedWorkplace } from './workplace.ts';

export const deliver = (work: Workplace, messages: readonly Message[]): Promise<BatchReport> =>
  arrive(messages, { ...work, packer: new Packer(work) });

const rowOf = (work: Workplace, key: string, version = 'v1'): Promise<LedgerRow | undefined> =>
  work.ledger.get(`${work.rawBucket}/${key}`, version);

/** How often a version is a member of the shard that its row names, and how many executions that shard has. */
async function workOn(work: EmulatedWorkplace, key: string, version = 'v1') {
  const found = await rowOf(work, key, version);
  const members = (await work.shards())
    .filter((s) => s.header.shard === found?.shard)
    .flatMap((s) => s.members.filter((m) => m.key === key && m.version === version));
  const runs = (await work.executions()).filter((name) => name.startsWith(found?.shard ?? 'none'));
  return { state: found?.state, members: members.length, runs: runs.length };
}

describe('arrivals', () => {
  test('a lone object is recorded, packed, bound and its execution started', async () => {
    const work = await emulatedWorkplace();

    await deliver(work, [message(work.rawBucket, { key: 'lab/assays/a.csv' })]);

    expect(await workOn(work, 'lab/assays/a.csv')).toEqual({ state: 'bound', members: 1, runs: 1 });
  });

  test('every event twice and shuffled ends in one shard and one execution per version', async () => {
    const work = await emulatedWorkplace({ maxObjects: 7, maxBytes: 2 ** 31 });
    const events = Array.from({ length: 60 }, (_, i) =>
      message(work.rawBucket, { key: `lab/assays/${i}.csv`, size: i }),
    );
    const twice = shuffled([...events, ...events.map((e) => ({ ...e, messageId: `${e.messageId}-again` }))]);

    const reports = [
      await deliver(work, twice.slice(0, 70)),
      await deliver(work, twice.slice(40)),
      await deliver(work, twice),
    ];

    expect(reports.flatMap((r) => [...r.failed.values()])).toEqual([]);
    const found = await Promise.all(events.map((_, i) => workOn(work, `lab/assays/${i}.csv`)));
    expect(found).toEqual(events.map(() => ({ state: 'bound', members: 1, runs: 1 })));
  });

  test('a message that is no S3 event is reported and the others are taken', async () => {
    const work = await emulatedWorkplace();
    const poison = [
      { messageId: 'p1', body: '{' },
      { messageId: 'p2', body: '{"detail-type":"Object Created"}' },
    ];

    const report = await deliver(work, [...poison, message(work.rawBucket, { key: 'lab/assays/a.csv' })]);

    expect([...report.failed.keys()]).toEqual(['p1', 'p2']);
    expect((await rowOf(work, 'lab/assays/a.csv'))?.state).toBe('bound');
  });

  test('an event of another bucket is reported', async () => {
    const work = await emulatedWorkplace();
    const stray = message('another-bucket', { key: 'lab/assays/a.csv' });

    const report = await deliver(work, [stray]);

    expect([...report.failed.keys()]).toEqual([stray.messageId]);
  });

  test('an object of no contract is unclassified and starts nothing', async () => {
    const work = await emulatedWorkplace();

    await deliver(work, [
      message(work.rawBucket, { key: 'lab/plates/notes.txt' }),
      message(work.rawBucket, { key: 'stray' }),
    ]);

    const rows = [await rowOf(work, 'lab/plates/notes.txt'), await rowOf(work, 'stray')];
    expect(rows.map((r) => [r?.dataset, r?.state])).toEqual([
      ['-', 'unclassified'],
      ['-', 'unclassified'],
    ]);
    expect(await work.executions()).toEqual([]);
  });

  test('the marker of a folder is no data: it is not recorded, and an object of such a key is', async () => {
    const work = await emulatedWorkplace();

    const report = await deliver(work, [
      message(work.rawBucket, { key: 'lab/assays/2026/', size: 0 }),
      message(work.rawBucket, { key: 'elsewhere/2026/', size: 0 }),
      message(work.rawBucket, { key: 'lab/assays/looks like a folder/', size: 3 }),
    ]);

    expect([report.failed.size, Object.fromEntries(report.recorded)]).toEqual([0, { assays: 1 }]);
    expect(await rowOf(work, 'lab/assays/2026/')).toBeUndefined();
  });

  test('the deletion of a folder is no data either, and that of an object of such a key is', async () => {
    const work = await emulatedWorkplace();
    const key = 'lab/assays/looks like a folder/';
    await deliver(work, [message(work.rawBucket, { key, size: 3 })]);

    const deletion = { version: 'v2', sequencer: '0055AED6DCD90281E6', deletion: 'Delete Marker Created' } as const;
    const report = await deliver(work, [
      message(work.rawBucket, { key: 'lab/assays/2026/', ...deletion }),
      message(work.rawBucket, { key: 'elsewhere/2026/', ...deletion }),
      message(work.rawBucket, { key, ...deletion }),
    ]);

    expect([report.failed.size, Object.fromEntries(report.recorded)]).toEqual([0, { assays: 1 }]);
    expect(await work.ledger.versions(`${work.rawBucket}/${key}`)).toHaveLength(2);
  });

  test('an overwritten object is two versions, each bound, in the order of their sequencers', async () => {
    const work = await emulatedWorkplace();
    const key = 'lab/assays/a.csv';

    await deliver(work, [message(work.rawBucket, { key, version: 'new', sequencer: '00B' })]);
    await deliver(work, [message(work.rawBucket, { key, version: 'old', sequencer: '00A' })]);

    const versions = await work.ledger.versions(`${work.rawBucket}/${key}`);
    expect(versions.map((v) => [v.version, v.state])).toEqual([
      ['old', 'bound'],
      ['new', 'bound'],
    ]);
  });

  test('a delete marker is a member that says deleted', async () => {
    const work = await emulatedWorkplace();

    await deliver(work, [message(work.rawBucket, { key: 'lab/assays/a.csv', deletion: 'Delete Marker Created' })]);

    expect((await work.shards())[0]?.members).toEqual([expect.objectContaining({ deleted: true, size: 0 })]);
  });

  test('a version that is gone for good before it was heard of starts nothing', async () => {
    const work = await emulatedWorkplace();
    const key = 'lab/assays/a.csv';

    await deliver(work, [message(work.rawBucket, { key, deletion: 'Permanently Deleted' })]);
    await deliver(work, [message(work.rawBucket, { key })]);

    expect((await rowOf(work, key))?.state).toBe('deleted');
    expect(await work.executions()).toEqual([]);
  });

  test('an unfinished version that is gone for good is deleted', async () => {
    const work = await emulatedWorkplace();
    const key = 'lab/assays/a.csv';
    await deliver(work, [message(work.rawBucket, { key })]);

    const report = await deliver(work, [message(work.rawBucket, { key, deletion: 'Permanently Deleted' })]);

    expect([...report.failed.values()]).toEqual([]);
    expect(await rowOf(work, key)).toMatchObject({ state: 'deleted' });
  });

  test('a transformed version whose raw bytes are removed stays transformed', async () => {
    const work = await emulatedWorkplace();
    const key = 'lab/assays/a.csv';
    await deliver(work, [message(work.rawBucket, { key })]);
    const shard = (await rowOf(work, key))?.shard ?? '';
    await work.ledger.finish(`${work.rawBucket}/${key}`, 'v1', {
      state: 'transformed',
      shard,
      rowsIn: 1,
      rowsOut: 1,
      rowsQuarantined: 0,
    });

    await deliver(work, [message(work.rawBucket, { key, deletion: 'Permanently Deleted' })]);

    expect((await rowOf(work, key))?.state).toBe('transformed');
  });

  test.each([
    'with space',
    'plus+',
    'per%20cent',
    'double//slash',
    'folder/',
    'Käse-北京-🧪',
    'q?=&#',
    'quo\'te"',
    'x'.repeat(1013),
  ])('the key lab/assays/%s is taken as it is', async (path) => {
    const work = await emulatedWorkplace();
    const key = `lab/assays/${path}`.slice(0, 1024);

    await deliver(work, [message(work.rawBucket, { key, size: 9 })]);

    expect(await workOn(work, key)).toEqual({ state: 'bound', members: 1, runs: 1 });
  });

  test('a huge object becomes parts with one row and one execution per part', async () => {
    const work = await emulatedWorkplace({ maxObjects: 1000, maxBytes: 100 });

    await deliver(work, [message(work.rawBucket, { key: 'lab/assays/huge.csv', size: 250 })]);

    const found = await rowOf(work, 'lab/assays/huge.csv');
    const ranges = (await work.shards()).map((s) => s.members[0]?.range);
    expect(found).toMatchObject({ state: 'bound', parts: 3 });
    expect(ranges).toEqual([
      { start: 0, end: 83 },
      { start: 83, end: 166 },
      { start: 166, end: 250 },
    ]);
    expect((await work.executions()).map((n) => n.slice(0, 27)).sort()).toEqual(
      [0, 1, 2].map((i) => `${found?.shard}-p${i}`),
    );
  });
});
