/** Stops what runs. */
import { CancelTaskExecutionCommand, InvalidRequestException } from '@aws-sdk/client-datasync';
import type { Execution } from './execution.ts';
import type { TransferPlace } from './place.ts';
import { isRunning, takeStock, type Run } from './stock.ts';
import { waitForEnd } from './wait.ts';

/** Executions of a dataset that run or are queued, the newest first: a queued one must not start in place of another. */
export async function cancellable(place: TransferPlace, dataset: string): Promise<Run[]> {
  const { unarchived } = await takeStock(place, dataset);
  return unarchived.filter(isRunning).reverse();
}

/** Cancels, and waits until all have ended. What was moved stays at the destination. */
export async function cancel(
  place: TransferPlace,
  runs: readonly Run[],
  tell: (executions: readonly Execution[]) => void,
): Promise<Execution[]> {
  for (const { record } of runs) {
    try {
      await place.datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: record.arn }));
    } catch (error) {
      // It has ended in the meantime: that is seen below.
      if (!(error instanceof InvalidRequestException)) throw error;
    }
  }
  return waitForEnd(
    place,
    runs.map((r) => r.record.arn),
    tell,
  );
}
