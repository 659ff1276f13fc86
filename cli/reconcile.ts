/** `decant reconcile`: makes ledger, raw listing and results agree again. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Registry } from '../runtime/catalog/register.ts';
import { Exit } from '../runtime/errors.ts';
import { isHeld, releaseHold } from './hold.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import { openTarget, withTarget, type Target, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';
import { waitAndTell } from './wait.ts';
import { datasetOf, tellFailures, workplaceOf } from './workplace.ts';

interface ReconcileOptions extends TargetOptions {
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly files?: boolean;
  readonly wait?: boolean;
}

export const verb: Verb = {
  examples: ['decant reconcile --dry-run', 'decant reconcile assays --wait --env dev'],
  define(command, io) {
    withTarget(command)
      .description('compare the raw bucket, the ledger and the results; rebuild what is lost and start what is missing')
      .argument('[dataset]', 'only this dataset: what lies below its prefix of the raw bucket')
      .option('--dry-run', 'only say where they disagree; exit 3 when they do')
      .option('--quiet', 'nothing else is at work (after a crash): judge rows however young they are')
      .option('--files', 'also look whether every data file that a result names exists')
      .option('--wait', 'stay until the runs have ended; exit 1 when one fails')
      .action(async (dataset: string | undefined, options: ReconcileOptions) => {
        const target = await openTarget(options, io);
        const work = await workplaceOf(target, io);
        const only = dataset === undefined ? undefined : datasetOf(work, dataset);
        const [{ reconcile }, { findings: meaning }] = await Promise.all([
          import('../runtime/reconcile.ts'),
          import('../runtime/reconcile-judge.ts'),
        ]);
        const held = await isHeld(target);
        const shown = progress(io, 'object versions');
        let listed = 0;
        const report = await reconcile(work, {
          only,
          dryRun: options.dryRun,
          quiet: options.quiet ?? held,
          registry: await registryOf(target, work.s3),
          files: options.files,
          onProgress: (p) => {
            shown.add(p.listed - listed, 0);
            listed = p.listed;
          },
        });
        const found = Object.entries(report.findings);
        if (options.json)
          writeJson(io, { dataset, dryRun: options.dryRun ?? false, ...report, failures: report.failures.length });
        else {
          for (const [name, { count, first }] of found) {
            io.out.write(
              `${count} ${name} (${meaning[name as keyof typeof meaning]}): ${first.join(', ')}${count > first.length ? ', …' : ''}\n`,
            );
          }
          const verdict =
            found.length === 0
              ? 'ledger, listing and results agree'
              : options.dryRun
                ? 'they disagree; nothing was changed'
                : 'mended';
          io.out.write(
            `${report.listed} object versions, ${report.results} results, ${report.inWork} shards at work: ${verdict}\n`,
          );
        }
        if (tellFailures(io, report.failures)) io.exitCode = Exit.failed;
        else if (options.dryRun) io.exitCode = found.length > 0 ? Exit.mismatch : Exit.done;
        else if (held && only === undefined) {
          await releaseHold(target);
          io.err.write('queues and schedules go on\n');
        }
        if (options.wait) await waitAndTell(work.ingestMachine, work.started, io);
      });
  },
};

async function registryOf({ places }: Target, s3: S3Client): Promise<Registry> {
  const { glueClient } = await import('../runtime/catalog/client.ts');
  const { workBucket, transformedBucket, quarantineBucket, catalogDatabase: database } = places;
  return { s3, glue: glueClient(), workBucket, transformedBucket, quarantineBucket, database };
}
