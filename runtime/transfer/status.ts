/** How the transfer of every dataset stands. */
import { inParallel } from '../many.ts';
import type { Execution, ExecutionCounts } from './execution.ts';
import type { TransferPlace } from './place.ts';
import type { Kept, Outcome, TransferRecord } from './record.ts';
import { isRunning, takeStock } from './stock.ts';

/** Datasets that are looked at together: DataSync throttles above some ten requests a second. */
const AT_ONCE = 4;

export interface TransferStatus {
  readonly dataset: string;
  readonly task: string;
  /** of the task: AVAILABLE, RUNNING, QUEUED, UNAVAILABLE, … */
  readonly taskStatus: string;
  /** Why the task is unavailable. */
  readonly taskError: string | undefined;
  readonly last:
    | {
        readonly execution: string;
        readonly scope: TransferRecord['scope'];
        readonly status: TransferRecord['status'];
        readonly startedAt: string;
        readonly seconds: number | undefined;
        readonly files: number;
        readonly bytes: number;
        readonly error: string | undefined;
        /** From the report, once it is archived. */
        readonly outcome: Outcome | undefined;
        readonly problems: readonly string[];
        readonly evidence: string | undefined;
        readonly counts: ExecutionCounts | undefined;
      }
    | undefined;
  /** Executions that run or are queued. */
  readonly running: number;
  /** Ended executions whose report is not in the evidence bucket yet. */
  readonly unarchived: number;
  /** Files that wait for another try, as of the newest archived report. */
  readonly open: number;
  /** Files are untouched that nobody can name: the whole task must run again. */
  readonly rerun: boolean;
}

/** Reads; writes nothing. */
export const transferStatus = (place: TransferPlace, datasets: readonly string[]): Promise<TransferStatus[]> =>
  inParallel(datasets, AT_ONCE, async (dataset) => {
    const { task, unarchived, archived } = await takeStock(place, dataset);
    const last: (Kept & { readonly execution?: Execution | undefined }) | undefined = unarchived.at(-1) ?? archived;
    const running = unarchived.filter(isRunning).length;
    return {
      dataset,
      task: task.arn,
      taskStatus: task.raw.Status ?? 'AVAILABLE',
      taskError: [task.raw.ErrorCode, task.raw.ErrorDetail].filter(Boolean).join(': ') || undefined,
      last: last && lastOf(last.record, last.execution),
      running,
      unarchived: unarchived.length - running,
      open: archived?.record.archived?.open ?? 0,
      rerun: archived?.record.archived?.rerun ?? false,
    };
  });

function lastOf(record: TransferRecord, execution: Execution | undefined): TransferStatus['last'] {
  const { startedAt, endedAt, archived } = record;
  return {
    execution: record.arn,
    scope: record.scope,
    status: record.status,
    startedAt,
    seconds: endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    files: record.filesTransferred,
    bytes: record.bytes,
    error: record.error,
    outcome: archived?.outcome,
    problems: archived?.problems ?? [],
    evidence: archived?.evidence,
    counts: execution?.counts,
  };
}
