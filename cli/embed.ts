/** `decant embed`: has the molecules of datasets embedded now, and tells how far they are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mayHoldMolecules } from '../protocol/embeddings.ts';
import type { EmbeddingPlaces } from '../protocol/embeddings.ts';
import type { StartPlace } from '../runtime/embeddings/start.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { formatTable } from './table.ts';
import { openTarget, withTarget, type Target, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';
import { unknownDataset } from './workplace.ts';

interface EmbedOptions extends TargetOptions {
  readonly dataset?: readonly string[];
  readonly whole?: boolean;
  readonly wait?: boolean;
}

const LOOK_MS = 2_000;

interface Opened {
  readonly target: Target;
  readonly places: EmbeddingPlaces;
  readonly place: StartPlace;
  readonly datasets: readonly string[];
}

/** The environment, and the datasets that are asked for: all with molecules where none is named. Throws a UserError. */
async function open(options: EmbedOptions, io: Io): Promise<Opened> {
  const target = await openTarget(options, io);
  const [{ loadEmbeddingPlaces }, { s3Client, sfnClient }] = await Promise.all([
    import('../runtime/embeddings/places.ts'),
    import('../runtime/aws.ts'),
  ]);
  const places = await loadEmbeddingPlaces(target.estate.estate, target.environmentName);
  const withMolecules = Object.entries(target.estate.datasets)
    .filter(([name, { contract }]) => mayHoldMolecules(name, contract))
    .map(([name]) => name)
    .sort();
  for (const name of options.dataset ?? []) {
    if (!(name in target.estate.datasets)) throw unknownDataset(name, withMolecules);
    if (!withMolecules.includes(name))
      throw new UserError(`dataset ${name} has no column of molecules; ${withMolecules.join(', ')} have`);
  }
  const place = {
    s3: s3Client(),
    sfn: sfnClient(),
    workBucket: target.places.workBucket,
    embedMachine: places.machineArn,
  };
  return { target, places, place, datasets: options.dataset ?? withMolecules };
}

export const verb: Verb = {
  examples: [
    'decant embed',
    'decant embed --dataset compounds --wait',
    'decant embed --whole --env dev',
    'decant embed status',
    'decant embed status --json --env dev',
  ],
  define(command, io) {
    withTarget(command)
      .description('embed molecules that came since the last run, without waiting for an update of their dataset')
      .option('--dataset <name...>', 'only these (default: every dataset with molecules)')
      .option('--whole', 'look at every file again; molecules that have an embedding are passed over')
      .option('--wait', 'stay until all have ended; exit 1 when one fails')
      .action((options: EmbedOptions) => start(options, io));
    withTarget(command.command('status').summary('show the last run of every dataset with molecules'))
      .description('show the last run of every dataset with molecules, and what it counted')
      .action((own: TargetOptions) => status({ ...command.opts<TargetOptions>(), ...own }, io));
  },
};

async function start(options: EmbedOptions, io: Io): Promise<void> {
  const { place, datasets } = await open(options, io);
  const { startEmbedding } = await import('../runtime/embeddings/start.ts');
  const whole = options.whole ?? false;
  const started: { dataset: string; state: string; execution: string }[] = [];
  for (const dataset of datasets) {
    let round = await startEmbedding(place, { dataset, whole, at: new Date() });
    // One that is at work may have listed its files already: what is asked for comes after it.
    while (round.state === 'waits' && options.wait) {
      await sleep(LOOK_MS);
      round = await startEmbedding(place, { dataset, whole, at: new Date() });
    }
    started.push({ dataset, ...round });
  }
  if (options.json) writeJson(io, started);
  else for (const { dataset, state, execution } of started) io.out.write(`${dataset}: ${told[state]} ${execution}\n`);
  if (options.wait) await waitFor(place.embedMachine, started, io);
}

const told: Readonly<Record<string, string>> = {
  started: 'started',
  waits: 'an earlier run is at work; ask again when it has ended:',
  covered: 'done by',
};

async function waitFor(machine: string, started: readonly { execution: string }[], io: Io): Promise<void> {
  const [{ waitForRuns }, { executionArn }] = await Promise.all([
    import('../runtime/runs.ts'),
    import('../runtime/executions.ts'),
  ]);
  const arns = new Set(started.map((s) => executionArn(machine, s.execution)));
  let shown = -1;
  const failed = await waitForRuns(machine, arns, (running) => {
    if (running !== shown && running > 0) io.err.write(`${running} of ${arns.size} runs are going on\n`);
    shown = running;
  });
  if (failed.length === 0) return;
  io.err.write(`${failed.join(', ')} failed; see: decant embed status\n`);
  io.exitCode = Exit.failed;
}

async function status(options: TargetOptions, io: Io): Promise<void> {
  const { place, places, datasets } = await open(options, io);
  const { embedStatus } = await import('../runtime/embeddings/status.ts');
  const rows = await embedStatus(place, datasets);
  if (options.json) {
    writeJson(io, { bundle: { name: places.bundleName, hash: places.bundleHash }, datasets: rows });
    return;
  }
  io.out.write(`bundle ${places.bundleName} ${places.bundleHash.slice(0, 12)}, vectors ${places.vectors}\n`);
  const number = (title: string) => ({ title, align: 'right' as const });
  const heads = ['dataset', 'last run', 'state', ...['values', 'embedded', 'known', 'invalid'].map(number)];
  io.out.write(
    formatTable(
      heads,
      rows.map(({ dataset, startedAt, state, counts }) => [
        ...[dataset, startedAt?.slice(0, 19), state?.toLowerCase()],
        ...[counts?.values, counts?.embedded, counts?.known, counts?.quarantined],
      ]),
    ),
  );
  for (const { dataset, error } of rows) if (error) io.err.write(`${dataset}: ${error}\n`);
}
