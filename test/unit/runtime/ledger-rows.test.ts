import { describe, expect, test } from '@jest/globals';
import { ledgerStates, openStates, type LedgerRow } from '../../../protocol/ledger.ts';
import { lane, openOf, toItem, toRow } from '../../../runtime/ledger-rows.ts';

const row: LedgerRow = {
  object: 'raw/lab/assays/a.csv',
  version: 'v1',
  dataset: 'assays',
  state: 'bound',
  size: 10,
  at: '2026-11-20T10:00:00.000Z',
  since: '2026-11-20T10:00:01.000Z',
};

describe('a row as an item', () => {
  test('is keyed by bucket, key and version, never by a bucket or dataset alone', () => {
    expect(toItem(row)).toMatchObject({ object: { S: 'raw/lab/assays/a.csv' }, version: { S: 'v1' } });
  });

  test('reads back as it was', () => {
    const full = { ...row, partsDone: ['p0', 'p1'], replays: ['r1'], rowsIn: 2 ** 40 };

    expect(toRow(toItem(full))).toEqual({ ...full, open: openOf(row.object, row.dataset, row.state) });
  });

  test.each(ledgerStates)('in state %s is in the index of open rows only while it is unfinished', (state) => {
    const unfinished = (openStates as readonly string[]).includes(state);

    expect(toItem({ ...row, state })['open']?.S).toBe(unfinished ? `assays#${state}#${lane(row.object)}` : undefined);
  });
});

test('objects of one dataset are spread over the write shards 00 to 63 of the index, evenly', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 6400; i++) {
    const of = lane(`raw/lab/assays/${i}.csv`);
    counts.set(of, (counts.get(of) ?? 0) + 1);
  }

  expect([...counts.keys()].sort()).toEqual(Array.from({ length: 64 }, (_, i) => String(i).padStart(2, '0')));
  expect(Math.max(...counts.values())).toBeLessThan(200);
});
