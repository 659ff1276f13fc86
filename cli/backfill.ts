/** `decant backfill`: takes a whole dataset of the raw bucket to work. */
import { Exit } from '../runtime/errors.ts';
import type { BackfillPlan } from '../runtime/backfill-plan.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import { formatBytes } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, tellFailures, workplaceOf } from './workplace.ts';

interface BackfillOptions extends TargetOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: ['decant backfill assays --dry-run', 'decant backfill assays --wait --env prod'],
  define(command, io) {
    withTarget(command)
      .description('plan shards from a listing of the raw bucket and run them, several per task; run it again to go on')
      .argument('<dataset>', 'dataset of the estate file')
      .option('--dry-run', 'count objects, bytes, shards and tasks, write and start nothing')
      .option('--wait', 'stay until the run has ended; exit 1 when it fails')
      .action(async (dataset: string, options: BackfillOptions) => {
        const target = await openTarget(options, io);
        const work = await workplaceOf(target, io);
        const set = datasetOf(work, dataset);
        const machine = target.places.backfillMachineArn;
        const shown = progress(io, 'object versions');
        let listed = 0;
        const tellListed = (now: number): void => {
          shown.add(now - listed, 0);
          listed = now;
        };
        const { requireLedger } = await import('../runtime/backfill-guard.ts');
        await requireLedger(work, set);
        if (options.dryRun) {
          const { planBackfill } = await import('../runtime/backfill-plan.ts');
          const plan = await planBackfill(work, set, { machine, onProgress: tellListed });
          if (options.json) writeJson(io, { dataset, dryRun: true, ...plan });
          else io.out.write(`${describePlan(dataset, plan)}\n`);
          return;
        }
        const { backfill } = await import('../runtime/backfill.ts');
        const { failures, ...report } = await backfill(work, set, { machine, onProgress: (p) => tellListed(p.listed) });
        if (options.json) writeJson(io, { dataset, dryRun: false, ...report, failures: failures.length });
        else {
          io.out.write(
            `${dataset}: ${report.listed} object versions listed, ${report.bound} bound, ${report.known} known already, ` +
              `${report.unclassified} unclassified; ${report.shards} shards in ${report.lists} tasks${tail(report)}; ` +
              `${report.execution === undefined ? 'nothing to start' : `started ${report.execution}`}\n`,
          );
        }
        if (tellFailures(io, failures)) io.exitCode = Exit.failed;
        if (options.wait) await waitAndTell(machine, work.started, io);
      });
  },
};

const describePlan = (dataset: string, plan: BackfillPlan): string =>
  `${dataset}: ${plan.listed} object versions listed, ${plan.known} known already, ${plan.unclassified} unclassified; ` +
  (plan.shards === 0
    ? `nothing to do${tail(plan)}`
    : `${plan.objects} objects, ${formatBytes(plan.bytes)} would be bound; ${plan.shards} shards in ${plan.lists} tasks${tail(plan)}`);

/** What earlier backfills have to do with it. */
const tail = ({ takenOver, running }: Pick<BackfillPlan, 'takenOver' | 'running'>): string =>
  `${takenOver > 0 ? `, ${takenOver} of them left by an earlier backfill` : ''}` +
  `${running > 0 ? `; ${running} shards are at work in a running backfill` : ''}`;
