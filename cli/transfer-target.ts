/** Which datasets a transfer verb works on, and what it works with. */
import { datasyncTransfers, type DatasyncTransfer } from '../protocol/datasync.ts';
import type { Estate } from '../protocol/estate.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import type { TransferPlace } from '../runtime/transfer/place.ts';
import { openTarget, type Target } from './target.ts';
import type { TransferOptions } from './transfer-options.ts';
import type { Io } from './verb.ts';
import { unknownDataset } from './workplace.ts';

export interface TransferTarget {
  readonly target: Target;
  readonly place: TransferPlace;
  /** Datasets that were asked for; all that travel by DataSync when none was named. */
  readonly datasets: readonly string[];
}

/** Opens an environment for its transfers. With `explicit`, datasets are to be named, or --all given. */
export async function openTransfer(
  named: readonly string[],
  options: TransferOptions,
  io: Io,
  explicit: boolean,
): Promise<TransferTarget> {
  if (named.length > 0 && options.all) throw new UserError('name datasets, or give --all; not both');
  if (explicit && named.length === 0 && !options.all) throw new UserError('name datasets, or give --all for every one');
  const target = await openTarget(options, io);
  const travelling = datasyncTransfers(target.estate, target.environmentName);
  for (const dataset of named) requireDatasync(target, travelling, dataset);
  const { transferPlaceOf } = await import('../runtime/transfer/environment.ts');
  const place = await transferPlaceOf(target.estate.estate, target.environmentName, target.places);
  const datasets = named.length > 0 ? [...new Set(named)] : travelling.map((t) => t.dataset);
  const ready = explicit || named.length > 0 ? datasets : datasets.filter((d) => place.tasks.has(d));
  for (const dataset of datasets.filter((d) => !place.tasks.has(d))) {
    const why = taskless(target, travelling, dataset);
    if (named.length > 0) throw new UserError(why, { exitCode: Exit.failed });
    io.err.write(`${why}\n`);
    if (explicit) io.exitCode = Exit.failed;
  }
  return { target, place, datasets: ready.filter((d) => place.tasks.has(d)) };
}

/** Throws a UserError that names the verb which moves the dataset instead. */
function requireDatasync(
  { estate, environmentName }: Pick<Target, 'estate' | 'environmentName'>,
  travelling: readonly DatasyncTransfer[],
  dataset: string,
): void {
  if (travelling.some((t) => t.dataset === dataset)) return;
  const declared = estate.datasets[dataset];
  if (!declared) throw unknownDataset(dataset, Object.keys(estate.datasets));
  const source = estate.sources[declared.source];
  const why =
    source?.environments?.includes(environmentName) === false
      ? `its source ${declared.source} belongs to ${source.environments.join(', ')}, not to ${environmentName}`
      : otherWay(estate, dataset);
  const names = travelling.map((t) => t.dataset).join(', ') || 'none';
  throw new UserError(`dataset ${dataset} does not travel by DataSync: ${why}. Those that do: ${names}`);
}

function otherWay(estate: Estate, dataset: string): string {
  const declared = estate.datasets[dataset];
  const kind = declared && estate.sources[declared.source]?.kind;
  const by = declared?.transfer?.by ?? (kind === 's3' ? 'copy' : kind === 'folder' ? 'put' : undefined);
  const verbs: Partial<Record<string, string>> = {
    snowball: `decant snowball order ${dataset}`,
    copy: 'decant copy',
    put: `decant put FOLDER --dataset ${dataset}`,
  };
  const verb = by === undefined ? undefined : verbs[by];
  return verb === undefined ? `its source is of kind ${kind ?? 'unknown'}` : `it travels with: ${verb}`;
}

/** Why a dataset that travels by DataSync has no task. */
function taskless(target: Target, travelling: readonly DatasyncTransfer[], dataset: string): string {
  const waitsFor = travelling.find((t) => t.dataset === dataset)?.waitsFor ?? [];
  const deploy = `npx cdk deploy '${target.environmentName}/*'`;
  return waitsFor.length > 0
    ? `dataset ${dataset} has no transfer task: its agents ${waitsFor.join(', ')} are not activated; run decant agent activate, write the ` +
        `ARNs into ${target.file}, then ${deploy}`
    : `dataset ${dataset} has no transfer task in ${target.environmentName} yet; run ${deploy}`;
}

/** Between two looks at the lines. */
const LINES_MS = 60_000;

/**
 * Datasets that may start: those whose way leads over Direct Connect only when it is ready. With `wait` it waits for that, else they are
 * refused; what lacks is told.
 */
export async function overReadyLines(
  { target, place, datasets }: TransferTarget,
  wait: boolean,
  io: Io,
): Promise<string[]> {
  const travelling = datasyncTransfers(target.estate, target.environmentName);
  // Without an agent AWS reads the source itself, over no line of ours.
  const onLines = new Set(travelling.filter((t) => t.agents.length > 0).map((t) => t.dataset));
  const waiting = datasets.filter((d) => onLines.has(d));
  if (waiting.length === 0) return [...datasets];
  const { dxReady } = await import('../runtime/dx/ready.ts');
  const of = { estate: target.estate.estate, environmentName: target.environmentName, environment: target.environment };
  for (let told = ''; ;) {
    const { ready, lacks } = await dxReady(of);
    if (ready) return [...datasets];
    const text = `${waiting.join(', ')}: Direct Connect is not ready: ${lacks.join('; ')}`;
    if (text !== told)
      io.err.write(`${text}${wait ? '; waiting' : '; see decant dx ready, or wait for it with --wait'}\n`);
    told = text;
    if (!wait) break;
    await place.sleep(LINES_MS);
  }
  io.exitCode = Exit.failed;
  return datasets.filter((d) => !onLines.has(d));
}
