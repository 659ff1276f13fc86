/** `decant redrive`: shards that were bound and did not end, again under the same contract. */
import { Exit, UserError } from '../runtime/errors.ts';
import type { RedriveReport } from '../runtime/redrive.ts';
import type { Workplace } from '../runtime/workplace.ts';
import { writeJson } from './io.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, workplaceOf } from './workplace.ts';

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
        const bad = shards.find((s) => !/^[0-9a-f]{24}(-|$)/.test(s));
        if (bad !== undefined)
          throw new UserError(
            `"${bad}" is not the id of a shard: 24 hexadecimal digits, with which the names in decant runs begin`,
          );
        const target = await openTarget(options, io);
        const work = await workplaceOf(target, io);
        const datasets = options.dataset === undefined ? work.compiled.datasets : [datasetOf(work, options.dataset)];
        const names = datasets.map((d) => d.dataset);
        const ids = new Set(shards.map((s) => s.slice(0, 24)));
        const { redrive } = await import('../runtime/redrive.ts');
        const reports: RedriveReport[] = [];
        const wanted = options.failed ? undefined : ids;
        for (const dataset of names)
          reports.push(await redrive(work, dataset, { shards: wanted, dryRun: options.dryRun }));
        const redriven = reports.flatMap((r) => r.redriven);
        const running = reports.flatMap((r) => r.running);
        const inBackfill = reports.flatMap((r) => r.inBackfill);
        if (options.json) writeJson(io, { dryRun: options.dryRun ?? false, redriven, running, inBackfill });
        else {
          for (const { shard, attempt } of redriven) io.out.write(`${shard} attempt ${attempt}\n`);
          io.out.write(
            redriven.length === 0
              ? 'nothing to start: no such shard is unfinished and idle\n'
              : `${redriven.length} shards ${options.dryRun ? 'would be started' : 'started'}\n`,
          );
        }
        if (running.length > 0) io.err.write(`${running.length} are at work: ${few(running)}\n`);
        if (inBackfill.length > 0)
          io.err.write(`${inBackfill.length} belong to a backfill: ${few(inBackfill)}; run decant backfill again\n`);
        const met = new Set([...redriven.map((r) => r.shard), ...running, ...inBackfill].map((s) => s.slice(0, 24)));
        await tellMissing(
          work,
          names,
          [...ids].filter((id) => !met.has(id)),
          io,
        );
        if (options.wait) await waitAndTell(work.ingestMachine, work.started, io);
      });
  },
};

const few = (ids: readonly string[]): string => `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`;

/** Shards that nothing is bound to are finished, which is said, or unknown, which is exit code 1. */
async function tellMissing(
  work: Workplace,
  datasets: readonly string[],
  ids: readonly string[],
  io: Io,
): Promise<void> {
  if (ids.length === 0) return;
  const [{ exists }, { WorkKeys }] = await Promise.all([import('../runtime/shards.ts'), import('../protocol/keys.ts')]);
  for (const shard of ids) {
    const has = (key: (ids: { dataset: string; shard: string }) => string): Promise<boolean[]> =>
      Promise.all(datasets.map((dataset) => exists(work.workBucket, key({ dataset, shard }), work.s3)));
    if ((await has((of) => WorkKeys.result.key(of))).includes(true))
      io.err.write(`${shard} is finished; rows in quarantine are tried again by decant replay\n`);
    else if ((await has((of) => WorkKeys.shard.key(of))).includes(true))
      io.err.write(`${shard} has no unfinished object: they were packed anew or replaced by newer versions\n`);
    else {
      io.err.write(`no shard ${shard} of ${datasets.join(', ')}; decant runs and decant quarantine list name shards\n`);
      io.exitCode = Exit.failed;
    }
  }
}
