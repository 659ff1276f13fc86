/** One round over all datasets: archives what can be, and finds what has waited for too long. */
import { EvidenceDiffersError } from '../../runtime/evidence.ts';
import { inParallel } from '../../runtime/many.ts';
import { IncompleteReportError, type Summary } from '../../runtime/transfer/archive.ts';
import type { TransferPlace } from '../../runtime/transfer/place.ts';
import { CorruptReportError } from '../../runtime/transfer/report.ts';
import { bringUp, isRunning, takeStock, type Stock } from '../../runtime/transfer/stock.ts';

/** Datasets at a time: DataSync throttles above some ten requests a second, and each report is read four parts at a time. */
const AT_ONCE = 2;

/** Long enough for a report that comes late, short enough for a person to act before DataSync forgets the execution (30 days). */
const OVERDUE_MS = 7 * 86_400_000;

/** An ended execution whose report is not in the evidence bucket. */
export interface WaitingReport {
  readonly dataset: string;
  readonly execution: string;
  readonly endedAt: string;
  readonly reason: string;
}

export interface Round {
  readonly archived: readonly Summary[];
  readonly waiting: readonly WaitingReport[];
  /** Those of the waiting that ended a week ago or earlier. */
  readonly overdue: readonly WaitingReport[];
}

/**
 * May be repeated at any time, also beside `decant transfer`. A report that is not whole waits, and the later ones of its dataset with
 * it, since what is open after them follows from it. Throws an AggregateError, after all datasets, when one could not be looked at.
 */
export async function archiveAll(place: TransferPlace, now: Date): Promise<Round> {
  const failures: Error[] = [];
  const rounds = await inParallel([...place.tasks.keys()].sort(), AT_ONCE, async (dataset) => {
    try {
      return await archiveOne(place, dataset);
    } catch (cause) {
      failures.push(new Error(`${dataset}: ${(cause as Error).message}`, { cause }));
      return { archived: [], waiting: [] };
    }
  });
  if (failures.length > 0) throw new AggregateError(failures, failures.map((f) => f.message).join('; '));
  const waiting = rounds.flatMap((r) => r.waiting);
  return {
    archived: rounds.flatMap((r) => r.archived),
    waiting,
    overdue: waiting.filter((w) => now.getTime() - Date.parse(w.endedAt) >= OVERDUE_MS),
  };
}

async function archiveOne(place: TransferPlace, dataset: string): Promise<Pick<Round, 'archived' | 'waiting'>> {
  const stock = await takeStock(place, dataset);
  try {
    return { archived: (await bringUp(place, stock)).map((a) => a.summary), waiting: [] };
  } catch (error) {
    if (!isOfReport(error)) throw error;
    // Some may have been archived before the one that was not.
    return { archived: [], waiting: waitingOf(await takeStock(place, dataset), error.message) };
  }
}

/** What is wrong with one report, and not with the look at it. */
const isOfReport = (error: unknown): error is Error =>
  error instanceof IncompleteReportError ||
  error instanceof CorruptReportError ||
  error instanceof EvidenceDiffersError;

const waitingOf = ({ task, unarchived }: Stock, reason: string): WaitingReport[] =>
  unarchived
    .filter((run) => !isRunning(run))
    .map(({ record }) => ({
      dataset: task.dataset,
      execution: record.arn,
      endedAt: record.endedAt ?? record.startedAt,
      reason,
    }));
