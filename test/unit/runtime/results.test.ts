import { describe, expect, test } from '@jest/globals';
import type { MemberResult } from '../../../protocol/shard.ts';
import { summarise, UnbalancedResultError } from '../../../runtime/results.ts';

const member = (more: Partial<MemberResult> = {}): MemberResult => ({
  key: 's/d/a.csv',
  version: 'v1',
  state: 'transformed',
  bytes: 10,
  rowsIn: 3,
  rowsOut: 2,
  rowsQuarantined: 1,
  ...more,
});
const header = { shard: 'a'.repeat(24), dataset: 'd', source: 's', contract: 'c'.repeat(64), objects: 2, bytes: 20 };
const parts = (members: MemberResult[]) => ({
  header,
  run: 'run-1',
  attempt: 1,
  members,
  tables: [],
  startedAt: '2026-01-01T00:00:00.000Z',
});

describe('summarise', () => {
  test('sums are those of the members that were worked on', () => {
    const result = summarise(
      parts([
        member(),
        member({ key: 's/d/b.csv' }),
        member({ state: 'skipped', rowsIn: 0, rowsOut: 0, rowsQuarantined: 0 }),
      ]),
    );

    expect(result).toMatchObject({ objects: 2, rowsIn: 6, rowsOut: 4, rowsQuarantined: 2, bytesIn: 20 });
  });

  test('quarantined objects are counted', () => {
    const result = summarise(parts([member({ state: 'quarantined', rowsOut: 0, rowsQuarantined: 3 }), member()]));

    expect(result.objectsQuarantined).toBe(1);
  });

  test('rows that do not add up are never committed', () => {
    expect(() => summarise(parts([member({ rowsOut: 3 })]))).toThrow(UnbalancedResultError);
  });
});
