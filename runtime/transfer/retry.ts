/** Tries again what failed, round by round: exactly the files that are open, or the whole task where nobody can name them. */
import type { Execution } from './execution.ts';
import type { Open } from './judge.ts';
import { retryListOf, writeRetryList, type RetryList } from './open-files.ts';
import type { TransferPlace } from './place.ts';
import { start } from './start.ts';
import { bringUp, isRunning, openNow, takeStock, type Archived } from './stock.ts';
import { waitForEnd } from './wait.ts';

export interface RetryPlan {
  readonly dataset: string;
  /** Nothing to do, exactly the listed files, or the whole task. */
  readonly next: 'nothing' | 'list' | 'all';
  readonly list: RetryList;
  /** Of an execution that runs now: it is waited for first. */
  readonly running: string | undefined;
}

export interface RetryTelling {
  round(plan: RetryPlan, round: number): void;
  progress(dataset: string, executions: readonly Execution[]): void;
  archived(done: Archived): void;
  note(text: string): void;
}

export interface Retried {
  readonly dataset: string;
  readonly rounds: number;
  readonly open: Open;
  readonly unlisted: RetryList['unlisted'];
}

/** What a retry would do now. Archives reports that are due, unless `dryRun`. */
export async function planRetry(
  place: TransferPlace,
  dataset: string,
  options: { dryRun: boolean },
  archived: (done: Archived) => void,
): Promise<RetryPlan & { readonly open: Open; readonly text: string }> {
  const stock = await takeStock(place, dataset);
  const done = options.dryRun ? [] : await bringUp(place, stock);
  done.forEach(archived);
  const open = await openNow(place, dataset, done.at(-1)?.kept ?? stock.archived);
  const { text, ...list } = retryListOf(dataset, open.files.values());
  const next = open.rerun ? 'all' : list.paths.length > 0 ? 'list' : 'nothing';
  return { dataset, next, list, text, open, running: stock.unarchived.find(isRunning)?.record.arn };
}

/** Repeats until nothing is open that can be tried, or the rounds are over. */
export async function retry(
  place: TransferPlace,
  dataset: string,
  maxRounds: number,
  tell: RetryTelling,
): Promise<Retried> {
  const look = async () => {
    const plan = await planRetry(place, dataset, { dryRun: false }, (done) => tell.archived(done));
    if (plan.running === undefined) return plan;
    tell.note(`${dataset}: waits for ${plan.running}, which runs already`);
    await waitForEnd(place, [plan.running], (e) => tell.progress(dataset, e));
    return planRetry(place, dataset, { dryRun: false }, (done) => tell.archived(done));
  };
  let rounds = 0;
  let plan = await look();
  while (plan.next !== 'nothing' && rounds < maxRounds) {
    rounds++;
    tell.round(plan, rounds);
    const list = plan.next === 'list' ? plan.list.key : undefined;
    if (list !== undefined) await writeRetryList(place, { key: list, text: plan.text });
    const run = await start(place, dataset, { list }, (text) => tell.note(text));
    await waitForEnd(place, [run.record.arn], (e) => tell.progress(dataset, e));
    plan = await look();
  }
  return { dataset, rounds, open: plan.open, unlisted: plan.list.unlisted };
}
