import { describe, expect, jest, test } from '@jest/globals';
import { arrive } from '../../../lambda/arrivals/arrive.ts';
import { sweep } from '../../../lambda/sweeper/sweep.ts';
import { Packer } from '../../../runtime/packer.ts';
import { message } from './events.ts';
import { clientsDyingAt, emulatedWorkplace, row, type EmulatedWorkplace } from './workplace.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

const keys = Array.from({ length: 12 }, (_, i) => `lab/assays/${i}.csv`);
const limits = { maxObjects: 5, maxBytes: 2 ** 31 };
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** Per version: in how many started shards it is bound and listed. One is right. */
async function startedShardsOf(work: EmulatedWorkplace): Promise<number[]> {
  const [shards, executions] = [await work.shards(), await work.executions()];
  return Promise.all(
    keys.map(async (key) => {
      const found = await work.ledger.get(`${work.rawBucket}/${key}`, 'v1');
      const bound = shards.filter((s) => s.header.shard === found?.shard && s.members.some((m) => m.key === key));
      return bound.filter((s) => executions.filter((e) => e.startsWith(s.header.shard)).length === 1).length;
    }),
  );
}

/** Arrivals of one process that is killed at a request; the queue keeps the messages. */
async function killedAt(work: EmulatedWorkplace, n: number): Promise<boolean> {
  const clients = clientsDyingAt(n);
  const dying = work.seenBy(clients);
  const report = await arrive(
    keys.map((key) => message(work.rawBucket, { key })),
    { ...dying, packer: new Packer(dying) },
  );
  return report.failed.size > 0;
}

describe('arrivals that are killed', () => {
  // 1 records; 2 writes the contract; 3 to 5 write shard files; 6 to 8 bind; 9 to 11 start.
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    'at request %i and called again end in one started shard per version',
    async (n) => {
      const work = await emulatedWorkplace(limits);
      const killed = await killedAt(work, n);

      const again = await arrive(
        keys.map((key) => message(work.rawBucket, { key })),
        { ...work, packer: new Packer(work) },
      );

      expect([killed, again.failed.size]).toEqual([true, 0]);
      expect(await startedShardsOf(work)).toEqual(keys.map(() => 1));
    },
  );

  test.each([2, 5, 7, 10])('at request %i and never called again are finished by the sweeper', async (n) => {
    const work = await emulatedWorkplace(limits);
    await killedAt(work, n);

    const report = await sweep(
      { ledger: work.ledger, packer: new Packer(work), datasets: ['assays', 'plates'] },
      later(3),
    );

    expect(report.failures).toEqual([]);
    expect(await startedShardsOf(work)).toEqual(keys.map(() => 1));
  });
});

describe('two packers at once', () => {
  test('bind each version to one shard', async () => {
    const work = await emulatedWorkplace(limits);
    const rows = keys.map((key) => row(work, key));
    await work.ledger.recordAll(rows);

    await Promise.all([
      new Packer(work).packAndStart(rows.slice(0, 9)),
      new Packer(work).packAndStart(rows.slice(3)),
      new Packer(work).packAndStart(rows),
    ]);

    expect(await startedShardsOf(work)).toEqual(keys.map(() => 1));
  });
});

describe('one dataset that fails', () => {
  test('does not hold back the messages of another', async () => {
    const work = await emulatedWorkplace();
    const broken = {
      ...work.compiled,
      datasets: work.compiled.datasets.map((d) => (d.dataset === 'plates' ? { ...d, hash: 'no/hash' } : d)),
    };
    const messages = ['lab/plates/a.csv', 'lab/assays/a.csv'].map((key) => message(work.rawBucket, { key }));
    const place = { ...work, compiled: broken };

    const report = await arrive(messages, { ...place, packer: new Packer(place) });

    expect([...report.failed.keys()]).toEqual([messages[0]?.messageId]);
    expect((await work.ledger.get(`${work.rawBucket}/lab/assays/a.csv`, 'v1'))?.state).toBe('bound');
  });
});

describe('the sweeper', () => {
  test('leaves what arrived less than two minutes ago', async () => {
    const work = await emulatedWorkplace();
    await work.ledger.record(row(work, 'lab/assays/a.csv', { since: new Date().toISOString() }));

    const report = await sweep({ ledger: work.ledger, packer: new Packer(work), datasets: ['assays'] }, new Date());

    expect(report).toMatchObject({ packed: 0, started: 0 });
  });

  test('says of which dataset more is open than it takes', async () => {
    const work = await emulatedWorkplace();
    await work.ledger.recordAll(keys.map((key) => row(work, key)));

    const report = await sweep(
      { ledger: work.ledger, packer: new Packer(work), datasets: ['assays'], rowsPerSweep: 4 },
      later(3),
    );

    expect(report).toMatchObject({ packed: 4, stoppedEarly: ['assays'] });
  });

  test('leaves shards to the backfill that works on them', async () => {
    const work = await emulatedWorkplace();
    const bound = row(work, 'lab/assays/a.csv', {
      state: 'bound',
      shard: 'a'.repeat(24),
      contract: 'b'.repeat(64),
      attempt: 1,
    });
    await work.ledger.record({ ...bound, since: new Date().toISOString(), list: 'l1' });

    const report = await sweep({ ledger: work.ledger, packer: new Packer(work), datasets: ['assays'] }, later(3));

    expect(report.resumed).toBe(0);
  });

  test('counts the objects that no contract knows', async () => {
    const work = await emulatedWorkplace();
    await work.ledger.recordAll(['x', 'y'].map((key) => row(work, key, { dataset: '-', state: 'unclassified' })));

    const report = await sweep({ ledger: work.ledger, packer: new Packer(work), datasets: ['assays'] }, later(3));

    expect(report.unclassified).toBe(2);
  });

  test('packs into the dataset that the contracts now say', async () => {
    const work = await emulatedWorkplace();
    await work.ledger.record(row(work, 'lab/plates/a.csv', { dataset: 'assays' }));

    await sweep({ ledger: work.ledger, packer: new Packer(work), datasets: ['assays'] }, later(3));

    expect(await work.ledger.get(`${work.rawBucket}/lab/plates/a.csv`, 'v1')).toMatchObject({
      dataset: 'plates',
      state: 'bound',
    });
  });
});
