/** `decant transfer retry` and `cancel`. */
import { Exit } from '../runtime/errors.ts';
import { cancel, cancellable } from '../runtime/transfer/cancel.ts';
import type { TransferPlace } from '../runtime/transfer/place.ts';
import { planRetry, retry, type RetryPlan } from '../runtime/transfer/retry.ts';
import { bringUp, takeStock, type Archived, type Run } from '../runtime/transfer/stock.ts';
import { writeJson } from './io.ts';
import { formatBytes } from './table.ts';
import { openTransfer, overReadyLines } from './transfer-target.ts';
import { datasetNames } from './transfer-run.ts';
import type { CancelOptions, RetryOptions } from './transfer-options.ts';
import { transferProgress } from './transfer-progress.ts';
import { archivedText, tellArchived, tellOpen } from './transfer-tell.ts';
import type { Io } from './verb.ts';

export async function retryAll(named: string[], options: RetryOptions, io: Io): Promise<void> {
  const opened = await openTransfer(named, options, io, true);
  const { place } = opened;
  if (options.dryRun) return plan(place, opened.datasets, options, io);
  // It stays until the end anyway: it waits for the lines, too.
  const datasets = await overReadyLines(opened, true, io);
  const out = [];
  for (const dataset of datasets) {
    const note = (text: string): void => void io.err.write(`${text}\n`);
    let shown: ReturnType<typeof transferProgress> | undefined;
    const archived: Archived[] = [];
    const done = await retry(place, dataset, options.rounds, {
      round: (p, n) => {
        note(`${dataset}: round ${n}: ${planText(p)}`);
        shown = undefined;
      },
      progress: (_, executions) => (shown ??= transferProgress(io, datasetNames(place)))(executions),
      archived: (one) => {
        archived.push(one);
        note(archivedText(one));
      },
      note,
    });
    const open = [...done.open.files.values()];
    out.push({ dataset, rounds: done.rounds, rerun: done.open.rerun, open, unlisted: done.unlisted });
    tellOpen(io, dataset, open);
    for (const { path, problem } of done.unlisted)
      note(`${dataset}: ${path} cannot be in a list: ${problem}; only decant transfer run ${dataset} takes it along`);
    if (open.length > 0 || done.open.rerun) io.exitCode = Exit.failed;
    else if (io.exitCode === Exit.done && archived.some((a) => a.summary.problems.length > 0))
      io.exitCode = Exit.mismatch;
    if (!options.json) {
      const left = done.open.rerun
        ? 'files are still not come to'
        : open.length === 1
          ? '1 file still fails'
          : `${open.length.toLocaleString('en-US')} files still fail`;
      io.out.write(
        `${dataset}: ${done.rounds} rounds, ${open.length === 0 && !done.open.rerun ? 'nothing is left' : left}\n`,
      );
    }
  }
  if (options.json) writeJson(io, { retried: out });
}

function planText(p: RetryPlan): string {
  if (p.next === 'all') return 'the whole task, since files are untouched that nobody can name';
  return `${p.list.paths.length.toLocaleString('en-US')} files, listed in ${p.list.key}`;
}

async function plan(place: TransferPlace, datasets: readonly string[], options: RetryOptions, io: Io): Promise<void> {
  const plans = [];
  for (const dataset of datasets) {
    const { open, list, next, running } = await planRetry(place, dataset, { dryRun: true }, () => undefined);
    const planned: RetryPlan = { dataset, next, list, running };
    plans.push({ ...planned, open: [...open.files.values()] });
    if (options.json) continue;
    const what = planned.next === 'nothing' ? 'nothing to try again' : `would transfer ${planText(planned)}`;
    io.out.write(`${dataset}: ${what}\n`);
    tellOpen(io, dataset, open.files.values());
  }
  if (options.json) writeJson(io, { dryRun: true, plans });
}

export async function cancelAll(named: string[], options: CancelOptions, io: Io): Promise<void> {
  const { place, datasets } = await openTransfer(named, options, io, true);
  const runs: Run[] = [];
  for (const dataset of datasets) runs.push(...(await cancellable(place, dataset)));
  if (options.dryRun || runs.length === 0) {
    if (options.json) writeJson(io, { dryRun: options.dryRun ?? false, cancelled: runs.map((r) => r.record) });
    else
      io.out.write(
        runs.map((r) => `${r.record.dataset} ${r.record.arn} would be stopped\n`).join('') || 'no transfer runs\n',
      );
    return;
  }
  const ended = await cancel(place, runs, transferProgress(io, datasetNames(place)));
  const name = datasetNames(place);
  const done: Archived[] = [];
  for (const dataset of new Set(runs.map((r) => r.record.dataset)))
    done.push(...(await bringUp(place, await takeStock(place, dataset))));
  if (!options.json)
    for (const e of ended) {
      const { transferred, bytes } = e.counts;
      io.out.write(
        `${name(e)}: stopped after ${transferred.toLocaleString('en-US')} files, ${formatBytes(bytes)}; they stay\n`,
      );
    }
  else
    writeJson(io, {
      cancelled: ended.map((e) => ({ dataset: name(e), execution: e.arn, status: e.status, counts: e.counts })),
      archived: done.map((d) => d.summary),
    });
  tellArchived(io, done, true);
  // To stop was asked for: that files are left is no failure of this verb.
  if (io.exitCode === Exit.failed) io.exitCode = Exit.done;
}
