/**
 * replace: the newest version of a key replaces the rows of its older ones. After the commit of a newer version the files that
 * hold older rows are written anew without them, each only if nobody else has changed it in between.
 */
import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { resultsOfBound } from '../../../runtime/results.ts';
import { dataFiles } from '../../../runtime/catalog/files.ts';
import type { Task } from '../task/context.ts';
import { copyToParquet, literal, rowsOf, withDuck } from '../task/duck.ts';
import { hashFile, uploadFile } from '../task/upload.ts';

/** One object version whose rows must leave the replace tables. */
export interface Stale {
  readonly dataset: string;
  /** Id that its ledger row is bound to. */
  readonly shard: string;
  readonly key: string;
  readonly version: string;
}

/** Times that a file is read again after another task changed it: each of them removes rows too, so they end. */
const MAX_ROUNDS = 20;

/** Removes the rows of stale versions from replace tables. Safe to repeat; rows that are gone already cost one read. */
export async function prune(
  task: Task,
  tables: readonly string[],
  stale: readonly Stale[],
  scratch: string,
): Promise<void> {
  const shards = new Map<string, Stale[]>();
  for (const s of stale) shards.set(s.shard, [...(shards.get(s.shard) ?? []), s]);
  for (const group of shards.values()) {
    const { dataset, shard } = group[0] as Stale;
    const results = await resultsOfBound(task.config.workBucket, dataset, shard, task.s3);
    const written = results.flatMap((r) => r.tables.filter((t) => t.mode === 'replace' && tables.includes(t.table)));
    for (const t of written) {
      const { transformedBucket, catalogDatabase } = task.config;
      // A compaction may move the rows while we look: it checks for our writes after its switch, and we for its switch after our writes.
      for (let seen = ''; ;) {
        const files = await dataFiles(task, {
          bucket: transformedBucket,
          database: catalogDatabase,
          table: t.table,
          key: t.key,
        });
        if (files.join('\n') === seen) break;
        seen = files.join('\n');
        for (const key of files) await pruneFile(task, key, group, scratch);
      }
    }
  }
}

const predicate = (stale: readonly Stale[]): string =>
  `(_source_key, _source_version) IN (${stale.map((s) => `(${literal(s.key)}, ${literal(s.version)})`).join(', ')})`;

async function pruneFile(task: Task, key: string, stale: readonly Stale[], scratch: string): Promise<void> {
  await mkdir(scratch, { recursive: true });
  const [before, after] = [join(scratch, 'before.parquet'), join(scratch, 'after.parquet')];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const etag = await download(task, key, before);
    if (etag === undefined) return;
    const changed = await withDuck({ ...task.config, scratch }, async (c) => {
      const [found] = await rowsOf(
        c,
        `SELECT count(*) AS n FROM read_parquet(${literal(before)}) WHERE ${predicate(stale)}`,
      );
      if (!Number(found?.['n'])) return false;
      await c.run(
        copyToParquet(
          `SELECT * FROM read_parquet(${literal(before)}) WHERE NOT coalesce(${predicate(stale)}, false)`,
          after,
        ),
      );
      return true;
    });
    if (!changed) return;
    try {
      const { sha256 } = await hashFile(after);
      await uploadFile(task.s3, task.config.transformedBucket, key, after, { sha256, ifMatch: etag });
      task.log('info', 'removed rows of older versions', { key, versions: stale.length });
      return;
    } catch (error) {
      // 412: another task changed the file. 409: it is changing it right now. 404: a compaction has removed it.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409 && status !== 404) throw error;
    }
  }
  throw new Error(`${key} was changed by others ${MAX_ROUNDS} times while rows of older versions were removed`);
}

/** Fetches a file of the transformed bucket; its ETag, or undefined when it does not exist. */
async function download(task: Task, key: string, path: string): Promise<string | undefined> {
  try {
    const { Body, ETag } = await task.s3.send(
      new GetObjectCommand({ Bucket: task.config.transformedBucket, Key: key }),
    );
    await pipeline(Body as Readable, createWriteStream(path));
    return ETag ?? '';
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}
