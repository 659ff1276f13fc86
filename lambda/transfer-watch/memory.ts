/** What a look remembers, kept in the work bucket. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../protocol/keys.ts';
import type { Memory } from './look.ts';

const KEY = WorkKeys.transferWatch.key({});
const NOTHING: Memory = { failures: [], marks: {} };

export async function recall(s3: S3Client, bucket: string): Promise<Memory> {
  try {
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }));
    return JSON.parse((await found.Body?.transformToString()) ?? '') as Memory;
  } catch (error) {
    if (error instanceof NoSuchKey) return NOTHING;
    throw error;
  }
}

export async function remember(s3: S3Client, bucket: string, memory: Memory): Promise<void> {
  const Body = JSON.stringify(memory);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body, ContentType: 'application/json' }));
}
