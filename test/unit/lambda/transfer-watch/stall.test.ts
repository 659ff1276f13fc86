/** When an execution that runs is said to stand still. */
import type { DescribeTaskExecutionResponse } from '@aws-sdk/client-datasync';
import { describe, expect, test } from '@jest/globals';
import { judgeProgress, progressOf } from '../../../../lambda/transfer-watch/stall.ts';

const now = new Date('2026-11-20T12:00:00Z');
const ago = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();
const stalledAfter = (execution: DescribeTaskExecutionResponse, hours: number): boolean =>
  judgeProgress(execution, { seen: progressOf(execution), since: ago(hours) }, now).stalled;

describe('an execution that counts nothing more', () => {
  test.each<[DescribeTaskExecutionResponse['Status'], DescribeTaskExecutionResponse['TaskMode'], number, boolean]>([
    ['TRANSFERRING', 'ENHANCED', 0.9, false],
    ['TRANSFERRING', 'ENHANCED', 1, true],
    ['PREPARING', 'ENHANCED', 1, true],
    ['TRANSFERRING', 'BASIC', 1, true],
    ['PREPARING', 'BASIC', 23, false],
    ['VERIFYING', 'BASIC', 24, true],
    ['QUEUED', 'BASIC', 1000, false],
  ])('in state %s of a task in mode %s for %d h stands still: %p', (Status, TaskMode, hours, stalled) => {
    expect(stalledAfter({ Status, TaskMode, BytesWritten: 5 }, hours)).toBe(stalled);
  });
});

test.each<[string, DescribeTaskExecutionResponse]>([
  ['a byte', { Status: 'TRANSFERRING', TaskMode: 'ENHANCED', BytesWritten: 6 }],
  ['another state', { Status: 'VERIFYING', TaskMode: 'ENHANCED', BytesWritten: 5 }],
  ['a listed file', { Status: 'TRANSFERRING', TaskMode: 'ENHANCED', BytesWritten: 5, FilesListed: { AtSource: 1 } }],
])('%s more is progress, and the clock begins anew', (_what, execution) => {
  const before = { seen: progressOf({ Status: 'TRANSFERRING', TaskMode: 'ENHANCED', BytesWritten: 5 }), since: ago(9) };

  expect(judgeProgress(execution, before, now)).toEqual({
    mark: { seen: progressOf(execution), since: now.toISOString() },
    stalled: false,
  });
});
