/** `decant compact`: rewrites the small files of a table's partitions as few larger ones. */
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { tablesOf } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import { UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { formatBytes } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';

interface CompactOptions extends TargetOptions {
  readonly before?: string;
  readonly dryRun?: boolean;
}

/** What DuckDB may use on the machine of the operator. */
const MEMORY_MIB = 2048;
const SCRATCH_BYTES = 50 * 1024 ** 3;

export const verb: Verb = {
  examples: ['decant compact assays --dry-run', 'decant compact assays --before 2026-11-01 --env dev'],
  define(command, io) {
    withTarget(command)
      .description('rewrite the small files of partitions as files of 128 to 512 MB; queries go on meanwhile')
      .argument('<name>', 'dataset, or one of its tables')
      .option('--before <date>', 'only delivery dates before this one', dateOf)
      .option('--dry-run', 'list the partitions and their files, rewrite nothing')
      .action(async (name: string, options: CompactOptions) => {
        const target = await openTarget(options, io);
        const tables = tablesNamed(target.estate, name);
        const [{ glueClient }, { s3Client }, { listPartitions }, { listPrefix, parseLocation }] = await Promise.all([
          import('../runtime/catalog/client.ts'),
          import('../runtime/aws.ts'),
          import('../runtime/catalog/list-partitions.ts'),
          import('../runtime/catalog/files.ts'),
        ]);
        const clients = { s3: s3Client(), glue: glueClient() };
        const { transformedBucket, workBucket, catalogDatabase: database } = target.places;
        const done: object[] = [];
        for (const { table, partitionName } of tables) {
          for (const { value, location } of await listPartitions(clients.glue, database, table)) {
            if (options.before !== undefined && value >= options.before) continue;
            const partition = `${partitionName}=${encodeURIComponent(value)}`;
            if (options.dryRun) {
              const place = parseLocation(location);
              const files = (await listPrefix(clients.s3, place.bucket, place.prefix)).filter((f) =>
                f.key.endsWith('.parquet'),
              );
              const bytes = files.reduce((n, f) => n + f.size, 0);
              done.push({ table, partition, files: files.length, bytes });
              if (!options.json) io.out.write(`${table} ${partition}: ${files.length} files, ${formatBytes(bytes)}\n`);
              continue;
            }
            const { compactPartition } = await import('../runtime/catalog/compact.ts');
            const scratch = join(target.dir, '.decant', 'scratch', 'compact');
            const duck = { memoryMiB: MEMORY_MIB, threads: 2, scratch, scratchBytes: SCRATCH_BYTES };
            const r = await compactPartition({
              ...clients,
              transformedBucket,
              workBucket,
              database,
              table,
              partition,
              duck,
            });
            done.push(r);
            if (!options.json) {
              const what =
                r.filesAfter < r.filesBefore
                  ? `${r.filesBefore} files became ${r.filesAfter}`
                  : `${r.filesBefore} files, nothing to do`;
              io.out.write(
                `${table} ${partition}: ${what}, ${formatBytes(r.bytesAfter)}; ${r.removed} old files removed\n`,
              );
            }
          }
        }
        if (options.json) writeJson(io, done);
        else if (done.length === 0) io.out.write('no partitions\n');
      });
  },
};

function dateOf(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(`"${text}" is not a date; write it as 2026-11-20`);
}

/** Append and replace tables with partitions: a merge table is one snapshot, and needs no compaction. Throws a UserError. */
export function tablesNamed(
  estate: Pick<Estate, 'datasets'>,
  name: string,
): { table: string; partitionName: string }[] {
  const all = Object.entries(estate.datasets).flatMap(([dataset, { contract }]) =>
    tablesOf(dataset, contract).map(({ name: table, table: t }) => ({
      dataset,
      table,
      mode: t.mode,
      partition: contract.partition,
    })),
  );
  const named = all.filter((t) => t.dataset === name || t.table === name);
  if (named.length === 0) {
    throw new UserError(
      `"${name}" is neither a dataset nor a table; ${[...new Set(all.flatMap((t) => [t.dataset, t.table]))].join(', ')}`,
    );
  }
  const fit = named.filter((t) => t.mode !== 'merge' && t.partition !== 'none');
  if (fit.length === 0)
    throw new UserError(`${name} has nothing to compact: its tables are snapshots or have no partitions`);
  return fit.map((t) => ({
    table: t.table,
    partitionName: typeof t.partition === 'object' ? t.partition.name : 'delivery_date',
  }));
}
