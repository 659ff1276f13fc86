/** `decant redrive`: shards that were bound and did not end, again under the same contract. */
import { UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { workplaceOf } from './workplace.ts';

interface RedriveOptions extends TargetOptions {
  readonly failed?: boolean;
  readonly dataset?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: ['decant redrive --failed', 'decant redrive 3f9a0c55d1e2b7a64480c1de --wait --env dev'],
  define(command, io) {
    withTarget(command)
      .description('start unfinished shards again under the same contract; works from the ledger, so it never forgets')
      .argument('[shard...]', 'ids of shards (24 hexadecimal digits)')
      .option('--failed', 'every shard that is unfinished and that nothing works on')
      .option('--dataset <name>', 'only shards of this dataset')
      .option('--dry-run', 'say what would be started, start nothing')
      .option('--wait', 'stay until the runs have ended; exit 1 when one fails')
      .action(async (shards: string[], options: RedriveOptions) => {
        if ((shards.length === 0) === !options.failed)
          throw new UserError('name shards, or give --failed for all that are unfinished; not both');
        const bad = shards.find((s) => !/^[0-9a-f]{24}/.test(s));
        if (bad !== undefined)
          throw new UserError(`"${bad}" is not the id of a shard: 24 hexadecimal digits, as decant runs prints them`);
        const target = await openTarget(options, io);
        const work = await workplaceOf(target, io);
        const { datasetOf } = await import('./workplace.ts');
        const datasets = options.dataset === undefined ? work.compiled.datasets : [datasetOf(work, options.dataset)];
        const { redrive } = await import('../runtime/redrive.ts');
        const since = new Date();
        const total = { redriven: [] as { shard: string; attempt: number }[], running: 0, inBackfill: 0 };
        for (const { dataset } of datasets) {
          for (const shard of shards.length > 0 ? shards.map((s) => s.slice(0, 24)) : [undefined]) {
            const report = await redrive(work, dataset, { shard, dryRun: options.dryRun });
            total.redriven.push(...report.redriven);
            total.running += report.running;
            total.inBackfill += report.inBackfill;
          }
        }
        const missing = shards.filter((s) => !total.redriven.some((r) => r.shard.startsWith(s.slice(0, 24)))).length;
        if (options.json) writeJson(io, total);
        else {
          for (const { shard, attempt } of total.redriven) io.out.write(`${shard} attempt ${attempt}\n`);
          io.out.write(
            `${total.redriven.length} shards ${options.dryRun ? 'would be started' : 'started'}; ${total.running} are at work; ` +
              `${total.inBackfill} belong to a backfill (run decant backfill again)\n`,
          );
        }
        if (missing > 0)
          io.err.write(`${missing} of the named shards are finished, at work or unknown: nothing to start\n`);
        if (options.wait && !options.dryRun && total.redriven.length > 0)
          await waitAndTell(work.ingestMachine, since, io);
      });
  },
};
