/** `decant replay`: what is in quarantine or unclassified, again under the current contract. */
import { Exit } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, tellFailures, workplaceOf } from './workplace.ts';

export interface ReplayOptions extends TargetOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: ['decant replay assays --dry-run', 'decant replay assays --wait --env dev'],
  define(command, io) {
    withTarget(command)
      .description(
        'take quarantined objects and rows, and unclassified objects that the contract now takes, to work again',
      )
      .argument('<dataset>', 'dataset of the estate file')
      .option('--dry-run', 'count what would be replayed, start nothing')
      .option('--wait', 'stay until the runs have ended; exit 1 when one fails')
      .action((dataset: string, options: ReplayOptions) => replayDataset(dataset, options, io));
  },
};

/** The action of `replay` and of `quarantine replay`. */
export async function replayDataset(dataset: string, options: ReplayOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const work = await workplaceOf(target, io);
  const set = datasetOf(work, dataset);
  const { replay } = await import('../runtime/replay.ts');
  const since = new Date();
  const { failures, ...report } = await replay(work, set, { dryRun: options.dryRun });
  if (options.json) writeJson(io, { dataset, dryRun: options.dryRun ?? false, ...report, failures: failures.length });
  else {
    const done = options.dryRun ? 'would be replayed' : 'replayed';
    io.out.write(
      `${dataset}: ${report.objects} objects and ${report.rows} rows of ${report.shards.length} shards ${done}\n`,
    );
  }
  if (tellFailures(io, failures)) io.exitCode = Exit.failed;
  if (options.wait && !options.dryRun && report.objects + report.shards.length > 0)
    await waitAndTell(work.ingestMachine, since, io);
}
