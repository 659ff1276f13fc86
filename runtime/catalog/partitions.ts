/** Partitions of append and replace tables: registered as shards bring them, moved by compactions. */
import { BatchCreatePartitionCommand, type GlueClient, type PartitionInput } from '@aws-sdk/client-glue';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { TransformedKeys } from '../../protocol/keys.ts';
import { inParallel } from '../many.ts';
import { exists } from '../shards.ts';
import { compactedFile, readCompaction } from './compaction-index.ts';
import { parseLocation, partitionLocation, partitionValue, type Clients } from './files.ts';
import { parquetStorage } from './tables.ts';
import type { ColumnSpec } from './types.ts';

/** Partitions per BatchCreatePartition (Glue API reference). */
const PARTITIONS_AT_ONCE = 100;
const CALLS_AT_ONCE = 8;

/** The catalog refused a partition. */
export class PartitionError extends Error {
  override readonly name = 'PartitionError';
}

/** `s3://bucket/<table>/<name=value>/`: where shards write a partition's files. */
export const canonicalLocation = (bucket: string, table: string, partition: string): string =>
  `s3://${bucket}/${table}/${partition}/`;

/** Registers partitions `name=value`, or `name=value/name=value` of several keys; those that exist stay as they are. Throws PartitionError. */
export async function ensurePartitions(
  glue: GlueClient,
  target: { database: string; table: string; bucket: string; columns: readonly ColumnSpec[] },
  partitions: readonly string[],
  locationOf: (partition: string) => string = (p) => canonicalLocation(target.bucket, target.table, p),
): Promise<void> {
  const wanted = [...new Set(partitions)].sort();
  for (let i = 0; i < wanted.length; i += PARTITIONS_AT_ONCE) {
    const PartitionInputList = wanted.slice(i, i + PARTITIONS_AT_ONCE).map((p): PartitionInput => ({
      Values: p.split('/').map(partitionValue),
      StorageDescriptor: parquetStorage(locationOf(p), target.columns),
      Parameters: {},
    }));
    const { Errors = [] } = await glue.send(
      new BatchCreatePartitionCommand({ DatabaseName: target.database, TableName: target.table, PartitionInputList }),
    );
    const failed = Errors.find((e) => e.ErrorDetail?.ErrorCode !== 'AlreadyExistsException');
    if (failed) {
      throw new PartitionError(
        `partition ${failed.PartitionValues?.join('/') ?? '?'} of ${target.table}: ${failed.ErrorDetail?.ErrorMessage ?? failed.ErrorDetail?.ErrorCode ?? 'refused'}`,
      );
    }
  }
}

/**
 * Brings files into view that were written after their partition was compacted: they are copied to where the catalog
 * points. A compaction that moves the partition meanwhile looks for such files after its move, so none is lost.
 */
export async function placeLateFiles(
  clients: Clients,
  { bucket, database, table }: { bucket: string; database: string; table: string },
  keys: readonly string[],
): Promise<string[]> {
  const partitions = new Map<string, string[]>();
  for (const key of keys) {
    const partition = TransformedKeys.partitioned.parse(key)?.partition;
    if (partition !== undefined) partitions.set(partition, [...(partitions.get(partition) ?? []), key]);
  }
  const placed = await inParallel([...partitions], CALLS_AT_ONCE, async ([partition, files]) => {
    const out: string[] = [];
    for (let seen = ''; ;) {
      const location = await partitionLocation(clients.glue, database, table, partition);
      if (location === undefined || location === canonicalLocation(bucket, table, partition) || location === seen)
        return out;
      seen = location;
      const index = await readCompaction(clients.s3, location);
      for (const key of files) {
        if (index.files.includes(key)) continue;
        const to = compactedFile(parseLocation(location).prefix, key);
        if (await exists(bucket, to, clients.s3)) continue;
        await clients.s3.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: to,
            CopySource: `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
          }),
        );
        out.push(to);
      }
    }
  });
  return placed.flat();
}
