/** Whether a running execution still gets on. */
import type { DescribeTaskExecutionResponse } from '@aws-sdk/client-datasync';

/** What was last seen of a running execution. */
export interface Mark {
  /** State and counters. */
  readonly seen: string;
  /** Since when they are so; ISO 8601. */
  readonly since: string;
}

const HOUR_MS = 3_600_000;

/**
 * How long an execution may stand still. A Basic task counts nothing while it prepares and verifies, which takes hours for
 * millions of files; a queued one waits for another.
 */
function patienceMs({ Status, TaskMode }: DescribeTaskExecutionResponse): number {
  if (Status === 'QUEUED') return Infinity;
  if (TaskMode === 'ENHANCED' || Status === 'TRANSFERRING' || Status === 'LAUNCHING') return HOUR_MS;
  return 24 * HOUR_MS;
}

/** State and counters, as text: what changes when work is done. */
export const progressOf = (execution: DescribeTaskExecutionResponse): string =>
  JSON.stringify([
    execution.Status,
    execution.BytesTransferred,
    execution.BytesWritten,
    execution.FilesTransferred,
    execution.FilesSkipped,
    execution.FilesDeleted,
    execution.FilesPrepared,
    execution.FilesVerified,
    execution.FilesListed,
    execution.FoldersListed,
  ]);

export interface Judged {
  readonly mark: Mark;
  readonly stalled: boolean;
}

/** Judges an execution against the last look at it; the first look is the beginning. */
export function judgeProgress(execution: DescribeTaskExecutionResponse, last: Mark | undefined, now: Date): Judged {
  const seen = progressOf(execution);
  if (last?.seen !== seen) return { mark: { seen, since: now.toISOString() }, stalled: false };
  return { mark: last, stalled: now.getTime() - Date.parse(last.since) >= patienceMs(execution) };
}
