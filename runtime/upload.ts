/** Finished files into S3: an object appears whole or not at all. */
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Parts of 16 MiB, two at a time: 160 GB at most, 64 MiB of buffers. */
const PART_BYTES = 16 * 1024 ** 2;
const PARTS_AT_ONCE = 2;

/** Uploads a file; `sha256` is kept as metadata, since S3's own checksum of a multipart upload is not one of the file. */
export async function uploadFile(
  s3: S3Client,
  bucket: string,
  key: string,
  path: string,
  options: { sha256?: string; contentType?: string; ifMatch?: string; signal?: AbortSignal } = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const upload = new Upload({
    client: s3,
    params: {
      Bucket: bucket,
      Key: key,
      Body: createReadStream(path),
      ContentType: options.contentType ?? 'application/vnd.apache.parquet',
      ...(options.sha256 ? { Metadata: { sha256: options.sha256 } } : {}),
      ...(options.ifMatch ? { IfMatch: options.ifMatch } : {}),
    },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_ONCE,
  });
  const stop = (): void => void upload.abort().catch(() => undefined);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await upload.done();
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Size and SHA-256 of a file. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
