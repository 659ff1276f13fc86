/** `decant backfill`: takes a whole dataset of the raw bucket to work. */
import { Exit } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, tellFailures, workplaceOf } from './workplace.ts';

interface BackfillOptions extends TargetOptions {
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: ['decant backfill assays', 'decant backfill assays --wait --env prod'],
  define(command, io) {
    withTarget(command)
      .description('plan shards from a listing of the raw bucket and run them, several per task; run it again to go on')
      .argument('<dataset>', 'dataset of the estate file')
      .option('--wait', 'stay until the run has ended; exit 1 when it fails')
      .action(async (dataset: string, options: BackfillOptions) => {
        const target = await openTarget(options, io);
        const work = await workplaceOf(target, io);
        const set = datasetOf(work, dataset);
        const { backfill } = await import('../runtime/backfill.ts');
        const machine = target.places.backfillMachineArn;
        const shown = progress(io, 'object versions');
        let listed = 0;
        const since = new Date();
        const { failures, ...report } = await backfill(work, set, {
          machine,
          onProgress: (p) => {
            shown.add(p.listed - listed, 0);
            listed = p.listed;
          },
        });
        if (options.json) writeJson(io, { dataset, ...report, failures: failures.length });
        else {
          io.out.write(
            `${dataset}: ${report.listed} object versions listed, ${report.bound} bound, ${report.known} known already, ` +
              `${report.unclassified} unclassified; ${report.shards} shards in ${report.lists} lists` +
              `${report.takenOver > 0 ? `, ${report.takenOver} of them left by an earlier backfill` : ''}; ` +
              `${report.execution === undefined ? 'nothing to start' : `started ${report.execution}`}\n`,
          );
        }
        if (tellFailures(io, failures)) io.exitCode = Exit.failed;
        if (options.wait && report.execution !== undefined) await waitAndTell(machine, since, io);
      });
  },
};
