/** What a compaction has taken in, kept beside its files, so that nothing is taken in twice. */
import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { canonicalJson } from '../contracts.ts';
import { parseLocation } from './files.ts';

/** `_compaction.json`; engines skip names that begin with an underscore. */
export const CompactionIndex = z.strictObject({
  /** Keys of the shards' own files whose rows are in the compacted ones. */
  files: z.array(z.string()),
  /** Locations that this and earlier compactions of the partition took the place of, and when. */
  retired: z.array(z.strictObject({ location: z.string(), at: z.iso.datetime() })),
});
export type CompactionIndex = z.infer<typeof CompactionIndex>;

const indexKey = (location: string): { Bucket: string; Key: string } => {
  const { bucket, prefix } = parseLocation(location);
  return { Bucket: bucket, Key: `${prefix}_compaction.json` };
};

/** Key of a shard's file that came after the compaction: under its own name, which no compacted file has. */
export const compactedFile = (prefix: string, key: string): string => `${prefix}${key.slice(key.lastIndexOf('/') + 1)}`;

/** The index at a location; empty where there is none. */
export async function readCompaction(s3: S3Client, location: string): Promise<CompactionIndex> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(indexKey(location)));
    return CompactionIndex.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)
      return { files: [], retired: [] };
    throw error;
  }
}

export async function writeCompaction(s3: S3Client, location: string, index: CompactionIndex): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      ...indexKey(location),
      Body: canonicalJson(CompactionIndex.parse(index)),
      ContentType: 'application/json',
    }),
  );
}
