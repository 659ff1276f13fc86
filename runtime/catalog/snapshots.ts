/** Snapshots of a merge table, as their index files tell: one folder each, and the table's location names the current one. */
import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { TransformedKeys } from '../../protocol/keys.ts';
import { TableResult } from '../../protocol/shard.ts';
import { parseLocation } from './files.ts';

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
