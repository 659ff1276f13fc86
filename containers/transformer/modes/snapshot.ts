/** Snapshots of a merge table: one folder each, and the catalog's table location says which one readers see. */
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TransformedKeys } from '../../../protocol/keys.ts';
import { TableResult } from '../../../protocol/shard.ts';
import { listPrefix, parseLocation } from '../../../runtime/catalog/files.ts';
import { canonicalJson } from '../../../runtime/contracts.ts';

/** A shard's delta in a snapshot. */
const Folded = z.strictObject({ shard: z.string(), sha256: z.string(), merge: TableResult.shape.merge });
/** `_snapshot.json`: what a snapshot is made of. */
export const SnapshotIndex = z.strictObject({
  snapshot: z.string(),
  keys: z.array(z.string()),
  folded: z.array(Folded),
  /** Largest `_seq` of the deltas. */
  newest: z.string(),
  file: TableResult.pick({ key: true, rows: true, bytes: true, sha256: true, columns: true }),
  /** Snapshots that this and earlier ones took the place of, and when. */
  retired: z.array(z.strictObject({ snapshot: z.string(), at: z.iso.datetime() })),
});
export type SnapshotIndex = z.infer<typeof SnapshotIndex>;

/** The one file of a snapshot. */
export const SNAPSHOT_PART = '000000';
/** Running queries keep reading the snapshot that they began with. */
const KEEP_HOURS = 24;
/** S3 deletes at most 1000 keys per request. */
const DELETE_AT_ONCE = 1000;

/** The same deltas under the same columns make the same snapshot, so a repeated merge writes to the same place. */
export const snapshotId = (
  folded: readonly { shard: string; sha256: string }[],
  columns: readonly { name: string; type: string }[],
): string =>
  createHash('sha256')
    .update(canonicalJson([folded.map((f) => [f.shard, f.sha256]).sort(), columns.map((c) => [c.name, c.type])]))
    .digest('hex')
    .slice(0, 24);

/** `<table>/snapshot-<id>/`. */
export const snapshotPrefix = (table: string, snapshot: string): string =>
  TransformedKeys.snapshot.prefix({ table, snapshot });

/** The index of the snapshot that a location names; undefined when the location names none. */
export async function readSnapshot(s3: S3Client, table: string, location: string): Promise<SnapshotIndex | undefined> {
  const { bucket, prefix } = parseLocation(location);
  const snapshot = TransformedKeys.snapshot.parse(`${prefix}${SNAPSHOT_PART}.parquet`);
  if (snapshot?.table !== table) return undefined;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}_snapshot.json` }));
    return SnapshotIndex.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

export async function writeSnapshot(s3: S3Client, bucket: string, table: string, index: SnapshotIndex): Promise<void> {
  const Key = TransformedKeys.snapshotIndex.key({ table, snapshot: index.snapshot });
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key,
      Body: canonicalJson(SnapshotIndex.parse(index)),
      ContentType: 'application/json',
    }),
  );
}

/**
 * Deletes snapshots that were replaced more than 24 h ago, and those that never came to be current and are as old.
 * Returns their ids.
 */
export async function removeOldSnapshots(
  s3: S3Client,
  bucket: string,
  table: string,
  current: SnapshotIndex,
  now = Date.now(),
): Promise<string[]> {
  const limit = now - KEEP_HOURS * 3600 * 1000;
  const retired = new Map(current.retired.map((r) => [r.snapshot, Date.parse(r.at)]));
  const files = await listPrefix(s3, bucket, `${table}/snapshot-`);
  const youngest = new Map<string, number>();
  for (const f of files) {
    const id = /\/snapshot-([^/]+)\//.exec(f.key)?.[1];
    if (id) youngest.set(id, Math.max(youngest.get(id) ?? 0, f.modified.getTime()));
  }
  const old = [...youngest]
    .filter(([id, modified]) => id !== current.snapshot && Math.max(modified, retired.get(id) ?? 0) < limit)
    .map(([id]) => id);
  const keys = files.filter((f) => old.some((id) => f.key.startsWith(snapshotPrefix(table, id)))).map((f) => f.key);
  for (let i = 0; i < keys.length; i += DELETE_AT_ONCE) {
    await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: keys.slice(i, i + DELETE_AT_ONCE).map((Key) => ({ Key })), Quiet: true },
      }),
    );
  }
  return old;
}
