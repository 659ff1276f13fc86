/** Small JSON files of the work bucket, read with what is needed to replace just what was read. */
import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';

export interface Found<T> {
  readonly value: T;
  readonly etag: string;
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** A JSON file; undefined when there is none. `parse` throws on what is none of ours. */
export async function readJson<T>(
  s3: S3Client,
  bucket: string,
  key: string,
  parse: (value: unknown) => T,
): Promise<Found<T> | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { value: parse(JSON.parse((await Body?.transformToString()) ?? '')), etag: ETag ?? '' };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

export async function writeJson(s3: S3Client, bucket: string, key: string, value: unknown): Promise<void> {
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(value), ContentType: 'application/json' }),
  );
}

/** Writes only in the place of what was read; without an ETag, only where nothing is. False when another was faster. */
export async function replaceJson(
  s3: S3Client,
  bucket: string,
  key: string,
  value: unknown,
  etag: string | undefined,
): Promise<boolean> {
  try {
    await s3.send(
      new PutObjectCommand({
        ...{ Bucket: bucket, Key: key, Body: JSON.stringify(value), ContentType: 'application/json' },
        ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
      }),
    );
    return true;
  } catch (error) {
    // 404: what was read is gone. 409: somebody writes it right now (S3 user guide, conditional-writes).
    if ([404, 409, 412].includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
