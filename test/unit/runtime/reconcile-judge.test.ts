import { describe, expect, test } from '@jest/globals';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { judge, type Facts } from '../../../runtime/reconcile-judge.ts';
import type { Done } from '../../../runtime/reconcile-store.ts';

const at = '2026-11-20T10:00:00.000Z';
const shard = 'a'.repeat(24);
const listed = { key: 'lab/assays/a', version: 'v', size: 3, etag: 'e', at, marker: false };
const row: LedgerRow = {
  object: 'raw/lab/assays/a',
  version: 'v',
  dataset: 'assays',
  state: 'bound',
  size: 3,
  at,
  since: at,
  shard,
};
const done: Done = {
  ...{
    dataset: 'assays',
    shard,
    contract: 'c',
    attempt: 1,
    parts: undefined,
    partsDone: [],
    replays: [],
    complete: true,
  },
  ...{
    state: 'transformed',
    rowsIn: 5,
    rowsOut: 4,
    rowsQuarantined: 1,
    reason: undefined,
    sequencer: '0B',
    at,
    times: 1,
  },
};
const settledRow: LedgerRow = { ...row, state: 'transformed', rowsIn: 5, rowsOut: 4, rowsQuarantined: 1 };
const facts: Facts = {
  bucket: 'raw',
  listed,
  done,
  row,
  dataset: 'assays',
  now: at,
  settledBefore: '2026-11-20T12:00:00.000Z',
};

describe('a version', () => {
  test.each<[string, Partial<Facts>, string | undefined]>([
    ['that ledger and result agree on', { row: settledRow }, undefined],
    ['that is bound and has no result', { done: undefined }, undefined],
    ['that is in neither', { row: undefined, done: undefined }, 'unrecorded'],
    ['that is in the results only', { row: undefined }, 'rebuilt'],
    ['whose row is behind', {}, 'behind'],
    ['whose row is bound to another shard', { row: { ...row, shard: 'b'.repeat(24) } }, 'behind'],
    ['whose rows are counted otherwise', { row: { ...settledRow, rowsOut: 3 } }, 'behind'],
    ['that is transformed without result', { row: settledRow, done: undefined }, 'resultMissing'],
    ['that was superseded later', { row: { ...row, state: 'superseded' } }, undefined],
    [
      'that waits too long',
      { row: { ...row, state: 'arrived', shard: undefined } as never, done: undefined },
      'waiting',
    ],
    [
      'that has just arrived',
      { row: { ...row, state: 'arrived', since: '2026-11-20T13:00:00.000Z' }, done: undefined },
      undefined,
    ],
    [
      'that a contract takes now',
      { row: { ...row, state: 'unclassified', dataset: '-' }, done: undefined },
      'classifiable',
    ],
    ['that was transformed twice', { row: settledRow, done: { ...done, times: 2 } }, 'doubled'],
    ['that is opened for replay', { row: { ...row, shard: 'b'.repeat(24), before: shard } }, undefined],
    [
      'of which a part is not done',
      { row: { ...row, partsDone: ['p0'] }, done: { ...done, complete: false, parts: 2, partsDone: ['p0'] } },
      undefined,
    ],
  ])('%s: %#', (_, some, finding) => {
    expect(judge({ ...facts, ...some })?.finding).toBe(finding);
  });

  test('is rebuilt with the order that its shard file knows', () => {
    expect(judge({ ...facts, row: undefined })?.row).toMatchObject({
      state: 'transformed',
      sequencer: '0B',
      shard,
      rowsOut: 4,
    });
  });

  test('of which parts are missing is rebuilt as bound', () => {
    const part = { ...done, complete: false, parts: 2, partsDone: ['p1'] };

    expect(judge({ ...facts, row: undefined, done: part })?.row).toMatchObject({
      state: 'bound',
      parts: 2,
      partsDone: ['p1'],
    });
  });
});
