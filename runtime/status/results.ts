/**
 * What committed results say, without reading each of them every time: a result never changes, so its sums are kept in
 * a local file of JSON Lines by key and ETag. A hundred thousand shards cost a hundred listings and one local file.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { WorkKeys } from '../../protocol/keys.ts';
import { ShardResult } from '../../protocol/shard.ts';
import { inParallel } from '../many.ts';
import { listPage } from '../put/remote.ts';

/** Results fetched at once. */
const FETCHES = 32;

const sums = z.object({ objects: z.number(), rowsIn: z.number(), rowsOut: z.number(), rowsQuarantined: z.number() });

/** The sums of one result; keys of objects only where they are in quarantine, values nowhere. */
export const ResultSums = z.object({
  key: z.string(),
  etag: z.string(),
  dataset: z.string(),
  shard: z.string(),
  parts: z.number().optional(),
  replayOf: z.string().optional(),
  finishedAt: z.string(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  transformed: sums,
  superseded: z.number(),
  deleted: z.number(),
  /** Objects that were quarantined whole. */
  quarantined: z.array(sums.extend({ object: z.string(), version: z.string(), reason: z.string() })),
});
export type ResultSums = z.infer<typeof ResultSums>;

export function sumsOf(key: string, etag: string, r: ShardResult): ResultSums {
  const done = r.members.filter((m) => m.state === 'transformed');
  const add = (f: (m: ShardResult['members'][number]) => number) => done.reduce((n, m) => n + f(m), 0);
  return {
    key,
    etag,
    dataset: r.dataset,
    shard: r.shard,
    ...(r.parts === undefined ? {} : { parts: r.parts }),
    ...(r.replayOf === undefined ? {} : { replayOf: r.replayOf }),
    finishedAt: r.finishedAt,
    bytesIn: r.bytesIn,
    bytesOut: r.bytesOut,
    transformed: {
      objects: done.length,
      rowsIn: add((m) => m.rowsIn),
      rowsOut: add((m) => m.rowsOut),
      rowsQuarantined: add((m) => m.rowsQuarantined),
    },
    superseded: r.members.filter((m) => m.state === 'superseded').length,
    deleted: r.members.filter((m) => m.state === 'deleted').length,
    quarantined: r.members
      .filter((m) => m.state === 'quarantined')
      .map((m) => ({
        object: m.key,
        version: m.version,
        reason: m.reason?.code ?? '',
        objects: 1,
        rowsIn: m.rowsIn,
        rowsOut: m.rowsOut,
        rowsQuarantined: m.rowsQuarantined,
      })),
  };
}

/** Sums of all results of an environment, or of one dataset. `cache` is a file that may be deleted at any time. */
export async function resultSums(
  s3: S3Client,
  workBucket: string,
  cache: string,
  dataset?: string,
): Promise<ResultSums[]> {
  const known = await readCache(cache);
  const list = listPage(s3, workBucket);
  const prefix = WorkKeys.result.prefix(dataset === undefined ? {} : { dataset });
  const found: ResultSums[] = [];
  const missing: { key: string; etag: string }[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await list(prefix, after);
    for (const { key, etag } of page.objects) {
      if (!WorkKeys.result.parse(key)) continue;
      const cached = known.get(key);
      if (cached?.etag === etag) found.push(cached);
      else missing.push({ key, etag });
    }
    after = page.objects.at(-1)?.key;
    more = page.more && after !== undefined;
  }
  const fetched = await inParallel(missing, FETCHES, async ({ key, etag }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: workBucket, Key: key }));
    return sumsOf(key, etag, ShardResult.parse(JSON.parse((await Body?.transformToString('utf-8')) ?? '')));
  });
  if (fetched.length > 0) {
    await mkdir(dirname(cache), { recursive: true });
    await appendFile(cache, fetched.map((f) => `${JSON.stringify(f)}\n`).join(''));
  }
  return [...found, ...fetched];
}

async function readCache(file: string): Promise<Map<string, ResultSums>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const known = new Map<string, ResultSums>();
  for (const line of text.split('\n')) {
    try {
      const entry = JSON.parse(line) as ResultSums;
      // An entry of an older release is fetched anew; checking each with the full schema would cost more than the listing.
      if (Array.isArray(entry.quarantined)) known.set(entry.key, entry);
    } catch {
      // A line that a crash cut short: its result is fetched again.
    }
  }
  return known;
}
