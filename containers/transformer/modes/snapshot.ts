/** Snapshots of a merge table: one folder each, and the catalog's table location says which one readers see. */
import { DeleteObjectsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { TransformedKeys } from '../../../protocol/keys.ts';
import { listPrefix } from '../../../runtime/catalog/files.ts';
import { SnapshotIndex } from '../../../runtime/catalog/snapshots.ts';
import { canonicalJson } from '../../../runtime/contracts.ts';

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
