/** Where the rows of a shard's file are now: under its own key, or in what a compaction made of it. */
import { EntityNotFoundException, GetPartitionCommand, type GlueClient } from '@aws-sdk/client-glue';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { TransformedKeys } from '../../protocol/keys.ts';

export interface Clients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
}

/** `s3://bucket/prefix/` taken apart; the prefix ends with a slash. */
export function parseLocation(location: string): { bucket: string; prefix: string } {
  const found = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location);
  if (!found) throw new RangeError(`${location} is not an S3 location`);
  const prefix = found[2] ?? '';
  return { bucket: found[1] ?? '', prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** Value of a partition `name=value`, without the escapes that its folder needs. */
export const partitionValue = (partition: string): string =>
  partition
    .slice(partition.indexOf('=') + 1)
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** The place of a partition in the catalog; undefined when it is not registered. */
export async function partitionLocation(
  glue: GlueClient,
  database: string,
  table: string,
  partition: string,
): Promise<string | undefined> {
  try {
    const { Partition } = await glue.send(
      new GetPartitionCommand({
        DatabaseName: database,
        TableName: table,
        PartitionValues: [partitionValue(partition)],
      }),
    );
    return Partition?.StorageDescriptor?.Location;
  } catch (error) {
    if (error instanceof EntityNotFoundException) return undefined;
    throw error;
  }
}

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

/** Objects below a prefix, in key order. */
export async function listPrefix(s3: S3Client, bucket: string, prefix: string): Promise<Listed[]> {
  const out: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) }),
    );
    for (const o of page.Contents ?? []) {
      out.push({ key: o.Key ?? '', size: o.Size ?? 0, etag: o.ETag ?? '', modified: o.LastModified ?? new Date(0) });
    }
    token = page.NextContinuationToken;
  } while (token);
  return out;
}

/** Keys of all files that may hold rows of the file at `key`: itself, and the compacted files of its partition. */
export async function dataFiles(
  { s3, glue }: Clients,
  { bucket, database, table, key }: { bucket: string; database: string; table: string; key: string },
): Promise<string[]> {
  const partition = TransformedKeys.partitioned.parse(key)?.partition;
  const location = partition === undefined ? undefined : await partitionLocation(glue, database, table, partition);
  if (location === undefined) return [key];
  const { prefix } = parseLocation(location);
  if (key.startsWith(prefix)) return [key];
  const compacted = await listPrefix(s3, bucket, prefix);
  return [key, ...compacted.map((o) => o.key).filter((k) => k.endsWith('.parquet'))];
}
