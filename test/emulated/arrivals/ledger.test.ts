import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { emulatedWorkplace, row, type EmulatedWorkplace } from './workplace.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

const shard = 'a'.repeat(24);
const binding = { shard, contract: 'c'.repeat(64), attempt: 1 };
const rows = { rowsIn: 10, rowsOut: 9, rowsQuarantined: 1 };

let work: EmulatedWorkplace;
beforeAll(async () => {
  work = await emulatedWorkplace();
});

/** A fresh row, recorded. */
async function recorded(more: Partial<LedgerRow> = {}): Promise<LedgerRow> {
  const fresh = row(work, `lab/assays/${randomUUID()}`, more);
  await work.ledger.record(fresh);
  return fresh;
}
const now = ({ object, version }: LedgerRow) => work.ledger.get(object, version);
const open = async (dataset: string, state: LedgerRow['state']) => {
  const found: string[] = [];
  for await (const r of work.ledger.open(dataset, state)) found.push(r.object);
  return found;
};

describe('a row of the ledger', () => {
  test('is recorded once; then the row as it stands is the answer', async () => {
    const fresh = await recorded();

    expect(await work.ledger.record({ ...fresh, size: 99 })).toMatchObject({ size: 10, state: 'arrived' });
  });

  test('is bound to one shard only', async () => {
    const fresh = await recorded();
    const other = 'b'.repeat(24);

    const answers = await Promise.all(
      [shard, other].map((s) => work.ledger.bind(fresh.object, 'v1', { ...binding, shard: s })),
    );

    const bound = (await now(fresh))?.shard;
    expect(answers.filter((a) => a === 'bound')).toHaveLength(1);
    expect([shard, other]).toContain(bound);
  });

  test('is finished by the shard that it is bound to, and only by that', async () => {
    const fresh = await recorded();
    await work.ledger.bind(fresh.object, 'v1', binding);

    const stranger = await work.ledger.finish(fresh.object, 'v1', {
      state: 'transformed',
      shard: 'b'.repeat(24),
      ...rows,
    });
    const owner = await work.ledger.finish(fresh.object, 'v1', { state: 'transformed', shard, ...rows });

    expect([stranger, owner]).toEqual([expect.objectContaining({ state: 'bound' }), 'finished']);
  });

  test('that is finished twice keeps its first sums', async () => {
    const fresh = await recorded();
    await work.ledger.bind(fresh.object, 'v1', binding);

    for (let i = 0; i < 2; i++) await work.ledger.finish(fresh.object, 'v1', { state: 'transformed', shard, ...rows });

    expect(await now(fresh)).toMatchObject({ state: 'transformed', ...rows });
  });

  test('leaves the index of open rows when it is finished', async () => {
    const dataset = `d${randomUUID().slice(0, 8)}`;
    const fresh = await recorded({ dataset });
    const before = await open(dataset, 'arrived');
    await work.ledger.bind(fresh.object, 'v1', binding);
    const between = [await open(dataset, 'arrived'), await open(dataset, 'bound')];

    await work.ledger.finish(fresh.object, 'v1', { state: 'transformed', shard, ...rows });

    expect([before, ...between, await open(dataset, 'bound')]).toEqual([[fresh.object], [], [fresh.object], []]);
  });

  test('of a cut object is transformed when its last part is, with exact sums, each part counted once', async () => {
    const fresh = await recorded();
    await work.ledger.bind(fresh.object, 'v1', { ...binding, parts: 3 });
    const part = (i: number) =>
      work.ledger.finish(fresh.object, 'v1', { state: 'transformed', shard: `${shard}-p${i}`, ...rows });

    for (const i of [2, 0, 0, 2]) await part(i);
    const before = await now(fresh);
    await Promise.all([part(1), part(1)]);

    expect(before).toMatchObject({ state: 'bound', rowsIn: 20, partsDone: ['p0', 'p2'] });
    expect(await now(fresh)).toMatchObject({ state: 'transformed', rowsIn: 30, rowsOut: 27, rowsQuarantined: 3 });
  });

  test('of a cut object is quarantined when any part was', async () => {
    const fresh = await recorded();
    await work.ledger.bind(fresh.object, 'v1', { ...binding, parts: 2 });
    const outcome = { shard: `${shard}-p0`, state: 'quarantined', reason: 'corrupt', ...rows } as const;
    await work.ledger.finish(fresh.object, 'v1', outcome);

    await work.ledger.finish(fresh.object, 'v1', {
      ...outcome,
      shard: `${shard}-p1`,
      state: 'transformed',
      reason: undefined,
    });

    expect(await now(fresh)).toMatchObject({ state: 'quarantined', reason: 'corrupt' });
  });

  test('of an older version in quarantine is cleared by a newer one, and no other', async () => {
    const old = await recorded({ state: 'quarantined', sequencer: '0A' });
    const done = row(work, old.object.slice(work.rawBucket.length + 1), {
      version: 'v2',
      sequencer: '0B',
      state: 'transformed',
    });
    const newer = { ...done, version: 'v3', sequencer: '0C', state: 'quarantined' as const };
    for (const r of [done, newer]) await work.ledger.record(r);

    const cleared = await work.ledger.supersedeOlder(done);

    expect(cleared.map((r) => r.version)).toEqual(['v1']);
    expect((await work.ledger.versions(old.object)).map((r) => r.state)).toEqual([
      'superseded',
      'transformed',
      'quarantined',
    ]);
  });
});

describe('a claim', () => {
  const claimOf = (more: object = {}) => ({
    shard: randomUUID(),
    fence: 1000,
    owner: 'one',
    run: 'first',
    now: 100,
    ...more,
  });

  test('is taken by one of two tasks with the same fence', async () => {
    const claim = claimOf();

    const answers = await Promise.allSettled(['one', 'two'].map((owner) => work.ledger.claim({ ...claim, owner })));

    expect(answers.map((a) => a.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is refused with a stable name while another holds it', async () => {
    const claim = claimOf();
    await work.ledger.claim(claim);

    await expect(work.ledger.claim({ ...claim, owner: 'two' })).rejects.toMatchObject({ name: 'ShardClaimedError' });
  });

  test('with a larger fence takes over, keeps the first run, and the earlier one learns that it lost', async () => {
    const first = await work.ledger.claim(claimOf());

    const second = await work.ledger.claim({ ...first, owner: 'two', fence: 2000, run: 'second', now: 101 });

    expect(second).toMatchObject({ owner: 'two', run: 'first' });
    await expect(work.ledger.assertHeld(first, 102)).rejects.toMatchObject({ name: 'ClaimLostError' });
    await expect(work.ledger.renew(first, 102)).rejects.toMatchObject({ name: 'ClaimLostError' });
  });

  test('that has expired is not held, and another may take it', async () => {
    const first = await work.ledger.claim(claimOf());

    await expect(work.ledger.assertHeld(first, first.expires)).rejects.toMatchObject({ name: 'ClaimLostError' });
    expect(await work.ledger.claim({ ...first, owner: 'two', now: first.expires })).toMatchObject({ owner: 'two' });
  });

  test('that is renewed is held longer', async () => {
    const first = await work.ledger.claim(claimOf());

    const renewed = await work.ledger.renew(first, 200);

    await expect(work.ledger.assertHeld(renewed, first.expires)).resolves.toBeUndefined();
  });

  test('that is released is free at once, and its run stays', async () => {
    const first = await work.ledger.claim(claimOf());
    await work.ledger.release(first);

    expect(await work.ledger.claim({ ...first, owner: 'two', run: 'second', now: 101 })).toMatchObject({
      run: 'first',
    });
  });

  test('that was lost cannot be released', async () => {
    const first = await work.ledger.claim(claimOf());
    await work.ledger.claim({ ...first, owner: 'two', fence: 2000, now: 101 });

    await work.ledger.release(first);

    expect(await work.ledger.readClaim(first.shard)).toMatchObject({ owner: 'two', expires: 341 });
  });
});
