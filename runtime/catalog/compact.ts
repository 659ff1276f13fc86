/**
 * Compaction: the small files of one partition become files of 128 to 512 MB. They are written beside the old ones, and the
 * partition's location in the catalog moves to them at once, so that a query sees either the old files or the new ones.
 */
import { CopyObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { UpdatePartitionCommand } from '@aws-sdk/client-glue';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TransformedKeys, WorkKeys } from '../../protocol/keys.ts';
import type { DuckOptions } from '../duck.ts';
import { UserError } from '../errors.ts';
import { inParallel } from '../many.ts';
import { exists } from '../shards.ts';
import { groupFiles, versionsIn, writeGroups, type Read } from './compact-files.ts';
import { compactedFile, readCompaction, writeCompaction, type CompactionIndex } from './compaction-index.ts';
import { listPrefix, parseLocation, partitionLocation, partitionValue, type Clients, type Listed } from './files.ts';
import { canonicalLocation } from './partitions.ts';
import { fetchFile, pruneFile, type Version } from './prune.ts';
import { getTable, parquetStorage } from './tables.ts';

export interface CompactionRequest extends Clients {
  readonly transformedBucket: string;
  readonly workBucket: string;
  readonly database: string;
  readonly table: string;
  /** `name=value`. */
  readonly partition: string;
  readonly duck: DuckOptions;
  /** @default 384 MiB: files of 128 to 512 MB suit Athena and Spark */
  readonly targetBytes?: number;
  readonly now?: number;
}

export interface Compaction {
  readonly table: string;
  readonly partition: string;
  /** Files and bytes that a query reads, before and after. */
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly rows: number;
  /** Old files removed: those that were replaced more than 24 h ago. */
  readonly removed: number;
}

const TARGET_BYTES = 384 * 1024 ** 2;
/** Running queries keep reading the files that they began with. */
const KEEP_HOURS = 24;
/** S3 deletes at most 1000 keys per request. */
const DELETE_AT_ONCE = 1000;
const CALLS_AT_ONCE = 16;

/** Compacts one partition. Run one compaction of a partition at a time. Throws UserError where it cannot be done, with the reason. */
export async function compactPartition(request: CompactionRequest): Promise<Compaction> {
  const { s3, glue, transformedBucket: bucket, database, table, partition, now = Date.now() } = request;
  const { dataset, mode } = await ownerOf(request);
  const location = await partitionLocation(glue, database, table, partition);
  if (location === undefined)
    throw new UserError(`${table} has no partition ${partition} in the catalog`, { exitCode: 1 });
  const index = await readCompaction(s3, location);
  const removed = await removeRetired(request, index, now);
  const sources = await sourcesAt(request, dataset, location);
  const size = (files: readonly Listed[]): number => files.reduce((n, f) => n + f.size, 0);
  const groups = groupFiles(sources, request.targetBytes ?? TARGET_BYTES);
  const before = { table, partition, filesBefore: sources.length, bytesBefore: size(sources), removed };
  if (groups.length >= sources.length) {
    return { ...before, filesAfter: sources.length, bytesAfter: before.bytesBefore, rows: 0 };
  }

  const id = createHash('sha256')
    .update(sources.map((f) => `${f.key} ${f.etag}`).join('\n'))
    .digest('hex')
    .slice(0, 24);
  const prefix = TransformedKeys.compacted.prefix({ table, id, partition });
  const target = `s3://${bucket}/${prefix}`;
  const { written, read } = await writeGroups({ ...request, bucket }, groups, prefix, mode === 'replace');
  const own = canonicalLocation(bucket, table, partition);
  const taken = sources
    .filter((f) => isShardFile(f.key))
    .map((f) => `${parseLocation(own).prefix}${f.key.slice(f.key.lastIndexOf('/') + 1)}`);
  const files = [...new Set([...index.files, ...taken])].sort();
  // The shards' own place goes with the last compaction that took anything from it, even if it was copied on the way.
  const left = [location, ...(taken.length ? [own] : [])];
  const kept = index.retired.filter(
    (r) => Date.parse(r.at) > now - KEEP_HOURS * 3600_000 && !left.includes(r.location),
  );
  const retired = [
    ...kept,
    ...[...new Set(left)].map((place) => ({ location: place, at: new Date(now).toISOString() })),
  ];
  await writeCompaction(s3, target, { files, retired });
  await moveTo(request, location, target);
  await catchUp(
    request,
    dataset,
    location,
    read,
    target,
    written.map((w) => w.key),
  );
  return {
    ...before,
    filesAfter: groups.length,
    bytesAfter: written.reduce((n, w) => n + w.bytes, 0),
    rows: written.reduce((n, w) => n + w.rows, 0),
  };
}

/** The dataset that writes the table, and its mode, from the catalog. Refuses what cannot be compacted. */
async function ownerOf({
  glue,
  database,
  table,
}: CompactionRequest): Promise<{ dataset: string; mode: string | undefined }> {
  const found = await getTable(glue, database, table);
  if (!found) throw new UserError(`${database} has no table ${table}`, { exitCode: 1 });
  const { 'decant.dataset': dataset, 'decant.mode': mode } = found.Parameters ?? {};
  if (!dataset) throw new UserError(`${table} is not a table of a dataset`, { exitCode: 1 });
  if (mode === 'merge')
    throw new UserError(`${table} is a merge table: every merge writes it as one file already`, { exitCode: 1 });
  if (!found.PartitionKeys?.length) {
    throw new UserError(
      `${table} has no partitions, so its files cannot be exchanged at once; give its dataset a partition`,
      { exitCode: 1 },
    );
  }
  return { dataset, mode };
}

/** Files of shards have a shard's id for a name; those of a compaction begin with `part-`. */
const isShardFile = (key: string): boolean => !/\/part-\d+\.parquet$/.test(key);

/** Files at a location whose shards are committed, in key order. Others are brought in when they are registered. */
async function sourcesAt({ s3, workBucket }: CompactionRequest, dataset: string, location: string): Promise<Listed[]> {
  const { bucket, prefix } = parseLocation(location);
  const files = (await listPrefix(s3, bucket, prefix)).filter((f) => f.key.endsWith('.parquet'));
  const committed = await inParallel(files, CALLS_AT_ONCE, async ({ key }) => {
    const shard = key.slice(key.lastIndexOf('/') + 1, -'.parquet'.length);
    return !isShardFile(key) || exists(workBucket, WorkKeys.result.key({ dataset, shard }), s3);
  });
  return files.filter((_, i) => committed[i]);
}

/** Glue has no conditional update of a partition, so the condition is checked right before. */
async function moveTo(
  { glue, database, table, partition }: CompactionRequest,
  from: string,
  to: string,
): Promise<void> {
  if ((await partitionLocation(glue, database, table, partition)) !== from) {
    throw new UserError(`${table} ${partition} was compacted by another meanwhile; nothing was changed`, {
      exitCode: 1,
    });
  }
  const columns = ((await getTable(glue, database, table))?.StorageDescriptor?.Columns ?? []).map((c) => ({
    name: c.Name ?? '',
    type: c.Type ?? '',
  }));
  const value = partitionValue(partition);
  await glue.send(
    new UpdatePartitionCommand({
      DatabaseName: database,
      TableName: table,
      PartitionValueList: [value],
      PartitionInput: { Values: [value], StorageDescriptor: parquetStorage(to, columns), Parameters: {} },
    }),
  );
}

/** Brings in what happened to the old files while they were read: new ones are copied, rows that left them leave the new ones. */
async function catchUp(
  request: CompactionRequest,
  dataset: string,
  from: string,
  read: ReadonlyMap<string, Read>,
  to: string,
  made: readonly string[],
): Promise<void> {
  const { s3, transformedBucket: bucket, duck } = request;
  for (const { key, etag } of await sourcesAt(request, dataset, from)) {
    const before = read.get(key);
    if (!before) {
      const CopySource = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      await s3.send(
        new CopyObjectCommand({ Bucket: bucket, Key: compactedFile(parseLocation(to).prefix, key), CopySource }),
      );
    } else if (before.etag !== etag) {
      const path = join(duck.scratch, 'changed.parquet');
      await fetchFile(s3, bucket, key, path);
      const kept = new Set((await versionsIn(path, duck)).map(versionId));
      const gone = before.versions.filter((v) => !kept.has(versionId(v)));
      for (const file of gone.length ? made : [])
        await pruneFile(s3, bucket, file, gone, { ...duck, scratch: join(duck.scratch, 'prune') });
    }
  }
}

const versionId = (v: Version): string => `${v.key}\0${v.version}`;

/** Removes files of locations that were replaced more than 24 h ago; of the shards' own place only what was taken in. */
async function removeRetired(
  { s3, transformedBucket: bucket, table, partition }: CompactionRequest,
  index: CompactionIndex,
  now: number,
): Promise<number> {
  const old = index.retired.filter((r) => Date.parse(r.at) <= now - KEEP_HOURS * 3600_000);
  const taken = new Set(index.files);
  const keys: string[] = [];
  for (const { location } of old) {
    const listed = await listPrefix(s3, bucket, parseLocation(location).prefix);
    const own = location === canonicalLocation(bucket, table, partition);
    keys.push(...listed.map((f) => f.key).filter((k) => !own || taken.has(k)));
  }
  for (let i = 0; i < keys.length; i += DELETE_AT_ONCE) {
    await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: keys.slice(i, i + DELETE_AT_ONCE).map((Key) => ({ Key })), Quiet: true },
      }),
    );
  }
  return keys.length;
}
