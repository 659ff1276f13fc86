/** `decant replay`: what is in quarantine or unclassified, again under the current contract. */
import type { Command } from 'commander';
import { Exit } from '../runtime/errors.ts';
import type { ReplayKind } from '../runtime/replay.ts';
import { writeJson } from './io.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, tellFailures, workplaceOf } from './workplace.ts';

export interface ReplayOptions extends TargetOptions, Partial<Readonly<Record<ReplayKind, boolean>>> {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: [
    'decant replay assays --dry-run',
    'decant replay assays --wait --env dev',
    'decant replay assays --unclassified',
  ],
  define(command, io) {
    withReplay(command, io).description(
      'take quarantined objects and rows, and unclassified objects that the contract now takes, to work again',
    );
  },
};

/** Arguments, options and action of `replay` and of `quarantine replay`. */
export const withReplay = (command: Command, io: Io): Command =>
  withTarget(command)
    .argument('<dataset>', 'dataset of the estate file')
    .option('--objects', 'only whole objects in quarantine (these three add up; without any of them, all)')
    .option('--rows', 'only quarantined rows of objects that are transformed')
    .option('--unclassified', 'only objects that no contract knew and that this one now takes')
    .option('--dry-run', 'count what would be replayed, start nothing')
    .option('--wait', 'stay until the runs have ended; exit 1 when one fails')
    .action((dataset: string, options: ReplayOptions) => replayDataset(dataset, options, io));

async function replayDataset(dataset: string, options: ReplayOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const work = await workplaceOf(target, io);
  const set = datasetOf(work, dataset);
  const { replay, replayKinds } = await import('../runtime/replay.ts');
  const named = replayKinds.filter((kind) => options[kind]);
  const kinds = named.length > 0 ? named : replayKinds;
  const { failures, ...report } = await replay(work, set, { kinds, dryRun: options.dryRun });
  if (options.json) writeJson(io, { dataset, dryRun: options.dryRun ?? false, ...report, failures: failures.length });
  else {
    const { objects, rows, shards } = report;
    const parts = [
      ...(objects > 0 ? [`${objects} objects`] : []),
      ...(shards.length > 0 ? [`${rows} rows of ${shards.length} shards`] : []),
    ];
    const what = kinds.map((kind) => nothings[kind]).join(', ');
    io.out.write(
      parts.length === 0
        ? `${dataset}: nothing to replay: ${what}\n`
        : `${dataset}: ${parts.join(' and ')} ${options.dryRun ? 'would be' : 'are being'} replayed\n`,
    );
  }
  if (report.sameContract > 0)
    io.err.write(
      `${report.sameContract} of the rows broke this very contract before and will again, unless the program has changed: ` +
        'loosen the rule in the estate file, or deliver a mended object\n',
    );
  if (tellFailures(io, failures)) io.exitCode = Exit.failed;
  if (options.wait) await waitAndTell(work.ingestMachine, work.started, io);
}

const nothings: Readonly<Record<ReplayKind, string>> = {
  objects: 'no objects are in quarantine',
  rows: 'no rows are in quarantine',
  unclassified: 'no unclassified object matches its contract',
};
