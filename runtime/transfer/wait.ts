/** Stays with executions until they end. */
import { Exit, UserError } from '../errors.ts';
import { describeExecution, hasEnded, type Execution } from './execution.ts';
import type { TransferPlace } from './place.ts';

/** First and longest pause between two looks. */
const PAUSES_MS = [300, 5_000] as const;
/** DataSync writes the report after the end; a report of millions of files takes minutes. */
const REPORT_MS = 30 * 60_000;

/**
 * Waits until executions have ended and their reports are written. `tell` hears of all after each look. Throws a UserError when DataSync
 * does not know one.
 */
export async function waitForEnd(
  place: TransferPlace,
  arns: readonly string[],
  tell: (executions: readonly Execution[]) => void,
): Promise<Execution[]> {
  let waitedForReport = 0;
  for (let pause: number = PAUSES_MS[0]; ; pause = Math.min(PAUSES_MS[1], pause * 1.4)) {
    const found = await Promise.all(arns.map((arn) => describe(place, arn)));
    tell(found);
    const going = found.some((e) => !hasEnded(e.status));
    if (!going && !found.some(reportPending)) return found;
    if (!going) waitedForReport += pause;
    if (waitedForReport > REPORT_MS) return found;
    await place.sleep(pause);
  }
}

const reportPending = (e: Execution): boolean =>
  e.launched && e.raw.TaskReportConfig !== undefined && e.raw.ReportResult?.Status === 'PENDING';

async function describe(place: TransferPlace, arn: string): Promise<Execution> {
  const found = await describeExecution(place.datasync, arn);
  if (!found) throw new UserError(`DataSync does not know ${arn} any more`, { exitCode: Exit.failed });
  return found;
}
