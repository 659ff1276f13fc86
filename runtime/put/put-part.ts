/** Sends one part, unless it has arrived before. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { UploadPartCommand, type CompletedPart, type Part } from '@aws-sdk/client-s3';
import { ChangedFileError, fill } from './file.ts';
import type { Lane } from './lane.ts';
import type { Upload } from './state.ts';

/** A stretch of the file. `number` counts from 1. */
export interface Range {
  readonly number: number;
  readonly from: number;
  readonly size: number;
}

/** Sends of one part that is streamed from the file; the SDK repeats a request only when its body is in memory. */
const ATTEMPTS = 5;
/** Seconds before the second attempt; doubles with each. */
const PAUSE_SEC = 1;

/** Bytes of a streamed part in memory at once. */
const SLICE_BYTES = 1024 * 1024;

/** A stretch of an open file. The stream that Node makes of a handle would close it, or keep it from being closed. */
async function* slices(handle: FileHandle, from: number, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += SLICE_BYTES) {
    const slice = Buffer.allocUnsafe(Math.min(SLICE_BYTES, size - at));
    await fill(handle, slice, from + at);
    yield slice;
  }
}

/** `body` is the part itself, or the file to stream it from. `checksum` is the part's CRC-32 as S3 writes it. */
export async function putPart(
  lane: Lane,
  upload: Upload,
  { number, from, size }: Range,
  checksum: string,
  present: Part | undefined,
  body: Buffer | FileHandle,
): Promise<CompletedPart> {
  const arrived = (ETag: string | undefined): CompletedPart => {
    lane.sent(size);
    return { PartNumber: number, ETag, ChecksumCRC32: checksum };
  };
  if (present?.Size === size && present.ChecksumCRC32 === checksum) return arrived(present.ETag);
  const send = async (Body: UploadPartCommand['input']['Body']) => {
    const { bucket: Bucket } = lane;
    const { key: Key, uploadId: UploadId } = upload;
    const rest = { PartNumber: number, ContentLength: size, ChecksumCRC32: checksum };
    return arrived((await lane.client.send(new UploadPartCommand({ Bucket, Key, UploadId, ...rest, Body }))).ETag);
  };
  if (Buffer.isBuffer(body)) {
    // An S3 that lists no checksums names parts by their MD5, unless it encrypts.
    if (present?.Size === size && present.ETag?.replaceAll('"', '') === createHash('md5').update(body).digest('hex'))
      return arrived(present.ETag);
    return send(body);
  }
  for (let attempt = 1; ; attempt++) {
    const stream = Readable.from(slices(body, from, size), { objectMode: false });
    try {
      return await send(stream);
    } catch (error) {
      // The CRC was taken on the first reading: other bytes on the second are the file's doing, not the line's.
      if ((error as Error).name === 'BadDigest') throw new ChangedFileError();
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (attempt === ATTEMPTS || (status !== undefined && status < 500 && status !== 429)) throw error;
      await sleep(PAUSE_SEC * 1000 * 2 ** (attempt - 1));
    } finally {
      stream.destroy();
    }
  }
}
