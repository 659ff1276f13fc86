/** `decant runs`: executions of the workflows, newest first. */
import { writeJson } from './io.ts';
import { countOf } from './query.ts';
import { requireDataset } from './status.ts';
import { formatSeconds, formatTable, type TableColumn } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';

interface RunsOptions extends TargetOptions {
  readonly failed?: boolean;
  readonly limit: number;
}

const right = (title: string): TableColumn => ({ title, align: 'right' });

export const verb: Verb = {
  examples: ['decant runs', 'decant runs assays --failed --env dev'],
  define(command, io) {
    withTarget(command)
      .description('list executions of the ingest and backfill workflows, newest first')
      .argument('[dataset]', 'only runs of this dataset')
      .option('--failed', 'only runs that failed, timed out or were stopped')
      .option('--limit <n>', 'list so many at most', countOf, 20)
      .action(async (dataset: string | undefined, options: RunsOptions) => {
        const target = await openTarget(options, io);
        requireDataset(target, dataset);
        const { listRuns } = await import('../runtime/runs.ts');
        const {
          ingestMachineArn: ingest,
          backfillMachineArn: backfill,
          reconcileMachineArn: reconcile,
        } = target.places;
        const runs = await listRuns({
          machines: { ingest, backfill, reconcile },
          failed: options.failed ?? false,
          dataset,
          limit: options.limit,
        });
        if (options.json) {
          writeJson(io, runs);
          return;
        }
        const columns = [
          'run',
          'status',
          'dataset',
          'started',
          right('took'),
          right('objects'),
          right('rows in'),
          right('rows out'),
          right('quarantined'),
          'error',
        ];
        const rows = runs.map((r) => [
          r.name,
          r.status.toLowerCase(),
          r.dataset,
          r.startedAt.replace(/\.\d+Z$/, 'Z'),
          r.seconds === undefined ? undefined : formatSeconds(r.seconds),
          r.counts.objects,
          r.counts.rowsIn,
          r.counts.rowsOut,
          r.counts.rowsQuarantined,
          r.error ?? '',
        ]);
        io.out.write(runs.length > 0 ? formatTable(columns, rows) : 'no runs\n');
      });
  },
};
