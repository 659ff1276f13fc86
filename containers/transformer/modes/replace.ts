/**
 * replace: the newest version of a key replaces the rows of its older ones. After the commit of a newer version the files that
 * hold older rows are written anew without them.
 */
import { grouped } from '../../../runtime/many.ts';
import { pruneTableFile } from '../../../runtime/catalog/prune.ts';
import { resultsOfBound } from '../../../runtime/results.ts';
import type { Task } from '../task/context.ts';

/** One object version whose rows must leave the replace tables. */
export interface Stale {
  readonly dataset: string;
  /** Id that its ledger row is bound to. */
  readonly shard: string;
  readonly key: string;
  readonly version: string;
}

/** Removes the rows of stale versions from replace tables. Safe to repeat; rows that are gone already cost one read. */
export async function prune(
  task: Task,
  tables: readonly string[],
  stale: readonly Stale[],
  scratch: string,
): Promise<void> {
  const { transformedBucket: bucket, catalogDatabase: database, workBucket } = task.config;
  for (const [shard, group] of grouped(stale, (s) => s.shard)) {
    const results = await resultsOfBound(workBucket, group[0]?.dataset ?? '', shard, task.s3);
    const written = results.flatMap((r) => r.tables.filter((t) => t.mode === 'replace' && tables.includes(t.table)));
    for (const { table, key } of written) {
      const files = await pruneTableFile(task, { bucket, database, table, key }, group, { ...task.config, scratch });
      if (files.length)
        task.log('info', 'removed rows of older versions', { table, files: files.length, versions: group.length });
    }
  }
}
