/** `decant transfer run` and `watch`. */
import { Exit, UserError } from '../runtime/errors.ts';
import { taskOf, type Execution } from '../runtime/transfer/execution.ts';
import type { TransferPlace } from '../runtime/transfer/place.ts';
import { refusal, start, startRequest, type StartOptions } from '../runtime/transfer/start.ts';
import { bringUp, isRunning, takeStock, type Archived, type Run } from '../runtime/transfer/stock.ts';
import { describeTask } from '../runtime/transfer/task.ts';
import { waitForEnd } from '../runtime/transfer/wait.ts';
import { writeJson } from './io.ts';
import { openTransfer, overReadyLines } from './transfer-target.ts';
import type { RunOptions, TransferOptions } from './transfer-options.ts';
import { transferProgress } from './transfer-progress.ts';
import { tellArchived } from './transfer-tell.ts';
import type { Io } from './verb.ts';

interface Started {
  readonly dataset: string;
  readonly execution?: string;
  readonly scope?: string;
  readonly refused?: string;
}

export async function run(named: string[], options: RunOptions, io: Io): Promise<void> {
  const opened = await openTransfer(named, options, io, true);
  const { place } = opened;
  const how: StartOptions = {
    include: options.include,
    exclude: options.exclude,
    list: options.manifest,
    mbps: options.bandwidth,
    queue: options.queue,
  };
  if (options.manifest !== undefined && (options.include ?? options.exclude))
    throw new UserError('--manifest names every path; it takes no --include or --exclude');
  const datasets = await overReadyLines(opened, options.wait === true && !options.dryRun, io);
  if (options.dryRun) return plan(place, datasets, how, options, io);
  const runs: Run[] = [];
  const told: Started[] = [];
  for (const dataset of datasets) {
    try {
      const started = await start(place, dataset, how, (text) => void io.err.write(`${text}\n`));
      runs.push(started);
      told.push({ dataset, execution: started.record.arn, scope: started.record.scope });
      if (!options.json) io.out.write(`${dataset} ${started.record.arn}\n`);
    } catch (error) {
      // One dataset that cannot start keeps no other from starting.
      if (!(error instanceof UserError)) throw error;
      io.err.write(`${error.message}\n`);
      io.exitCode = Exit.failed;
      told.push({ dataset, refused: error.message });
    }
  }
  if (!options.wait) {
    if (options.json) writeJson(io, { started: told });
    return;
  }
  const ended = await stay(place, runs, io, options.json === true);
  if (options.json) writeJson(io, { started: told, ended: ended.map((e) => e.summary) });
}

async function plan(
  place: TransferPlace,
  datasets: readonly string[],
  how: StartOptions,
  options: RunOptions,
  io: Io,
): Promise<void> {
  const planned = [];
  for (const dataset of datasets) {
    const task = await describeTask(place, dataset);
    const refused = await refusal(place, task, how);
    planned.push({ dataset, request: startRequest(place, task, how), refused });
    if (options.json) continue;
    if (refused === undefined) io.out.write(`${dataset}: ${task.arn} would be started\n`);
    else io.out.write(`${dataset}: would be refused: ${refused}\n`);
  }
  if (planned.some((p) => p.refused !== undefined)) io.exitCode = Exit.failed;
  if (options.json) writeJson(io, { dryRun: true, planned });
}

export async function watch(named: string[], options: TransferOptions, io: Io): Promise<void> {
  const { place, datasets } = await openTransfer(named, options, io, false);
  const runs: Run[] = [];
  for (const dataset of datasets) runs.push(...(await takeStock(place, dataset)).unarchived.filter(isRunning));
  if (runs.length === 0) io.err.write('no transfer runs\n');
  const ended = await stay(place, runs, io, options.json === true);
  if (options.json) writeJson(io, { ended: ended.map((e) => e.summary) });
}

/** Shows progress until the runs have ended, archives what is due, and tells how it went. */
async function stay(place: TransferPlace, runs: readonly Run[], io: Io, json: boolean): Promise<Archived[]> {
  if (runs.length === 0) return [];
  await waitForEnd(
    place,
    runs.map((r) => r.record.arn),
    transferProgress(io, datasetNames(place)),
  );
  const out: Archived[] = [];
  for (const dataset of new Set(runs.map((r) => r.record.dataset)))
    out.push(...(await bringUp(place, await takeStock(place, dataset))));
  tellArchived(io, out, json);
  return out;
}

/** The dataset of an execution, by its task. */
export function datasetNames(place: TransferPlace): (e: Execution) => string {
  const names = new Map([...place.tasks].map(([dataset, task]) => [task, dataset]));
  return (e) => names.get(taskOf(e.arn)) ?? e.id;
}
