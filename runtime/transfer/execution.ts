/** One execution of a transfer task, as DataSync tells of it. */
import {
  DescribeTaskExecutionCommand,
  InvalidRequestException,
  paginateListTaskExecutions,
  type DataSyncClient,
  type DescribeTaskExecutionResponse,
  type TaskExecutionStatus,
} from '@aws-sdk/client-datasync';

/** Files, objects and folders that an execution counted. In Basic mode folders count as files. */
export interface ExecutionCounts {
  /** At the source; Enhanced mode only. */
  readonly listed: number | undefined;
  /** Found to need a transfer; Enhanced mode only. */
  readonly prepared: number | undefined;
  readonly filesToTransfer: number;
  readonly bytesToTransfer: number;
  readonly transferred: number;
  readonly skipped: number;
  readonly verified: number;
  readonly deleted: number;
  /** Written to the destination. */
  readonly bytes: number;
  /** By phase; Enhanced mode only. */
  readonly failed:
    | { readonly prepare: number; readonly transfer: number; readonly verify: number; readonly delete: number }
    | undefined;
}

export interface Execution {
  readonly arn: string;
  /** `exec-…` */
  readonly id: string;
  readonly task: string;
  readonly mode: 'BASIC' | 'ENHANCED';
  readonly status: TaskExecutionStatus;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
  /** False for one that was cancelled while it was queued: it has neither a report nor moved anything. */
  readonly launched: boolean;
  readonly counts: ExecutionCounts;
  readonly errorCode: string | undefined;
  readonly errorDetail: string | undefined;
  /** The answer that all of this is from. */
  readonly raw: DescribeTaskExecutionResponse;
}

/** Status of an execution that does nothing any more. */
export const hasEnded = (status: TaskExecutionStatus): boolean => status === 'SUCCESS' || status === 'ERROR';

/** task/task-x/execution/exec-y → exec-y */
export const executionId = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
export const taskId = (arn: string): string => /task\/(task-[0-9a-f]+)/.exec(arn)?.[1] ?? arn;
export const taskOf = (executionArn: string): string => executionArn.replace(/\/execution\/.*$/, '');

export function executionOf(raw: DescribeTaskExecutionResponse): Execution {
  const arn = raw.TaskExecutionArn ?? '';
  const startedAt = raw.StartTime ?? raw.LaunchTime ?? new Date(0);
  const took = raw.Result?.TotalDuration; // milliseconds
  const status = raw.Status ?? 'ERROR';
  const failed = raw.FilesFailed;
  return {
    arn,
    id: executionId(arn),
    task: taskOf(arn),
    mode: raw.TaskMode === 'ENHANCED' ? 'ENHANCED' : 'BASIC',
    status,
    startedAt,
    endedAt: !hasEnded(status)
      ? undefined
      : (raw.EndTime ?? (took === undefined ? undefined : new Date(startedAt.getTime() + took))),
    launched: raw.LaunchTime !== undefined || status === 'SUCCESS' || raw.Result?.PrepareStatus !== undefined,
    counts: {
      listed: raw.FilesListed?.AtSource,
      prepared: raw.FilesPrepared,
      filesToTransfer: raw.EstimatedFilesToTransfer ?? 0,
      bytesToTransfer: raw.EstimatedBytesToTransfer ?? 0,
      transferred: raw.FilesTransferred ?? 0,
      skipped: raw.FilesSkipped ?? 0,
      verified: raw.FilesVerified ?? 0,
      deleted: raw.FilesDeleted ?? 0,
      bytes: raw.BytesWritten ?? raw.BytesTransferred ?? 0,
      failed: failed && {
        prepare: failed.Prepare ?? 0,
        transfer: failed.Transfer ?? 0,
        verify: failed.Verify ?? 0,
        delete: failed.Delete ?? 0,
      },
    },
    errorCode: raw.Result?.ErrorCode,
    errorDetail: raw.Result?.ErrorDetail,
    raw,
  };
}

/** An execution; undefined when DataSync does not know it, or has forgotten it (30 days). */
export async function describeExecution(datasync: DataSyncClient, arn: string): Promise<Execution | undefined> {
  try {
    return executionOf(await datasync.send(new DescribeTaskExecutionCommand({ TaskExecutionArn: arn })));
  } catch (error) {
    // DataSync answers every bad request with this one error; a well-formed ARN can only be unknown.
    if (error instanceof InvalidRequestException) return undefined;
    throw error;
  }
}

export interface ListedExecution {
  readonly arn: string;
  readonly status: TaskExecutionStatus;
  readonly mode: string | undefined;
}

/** Executions of a task, or of all tasks of the Region, that DataSync remembers. */
export async function listExecutions(client: DataSyncClient, task?: string): Promise<ListedExecution[]> {
  const found: ListedExecution[] = [];
  for await (const page of paginateListTaskExecutions({ client }, task === undefined ? {} : { TaskArn: task })) {
    for (const e of page.TaskExecutions ?? [])
      found.push({ arn: e.TaskExecutionArn ?? '', status: e.Status ?? 'ERROR', mode: e.TaskMode });
  }
  return found;
}
