/** Carries a large file to the bucket in parts. Each part is hashed and sent while it is in memory, so the file is read once. */
import { open, type FileHandle } from 'node:fs/promises';
import { CompleteMultipartUploadCommand, type CompletedPart, type Part } from '@aws-sdk/client-s3';
import { combineCrc32, crcText } from './crc32.ts';
import { ChangedFileError, fill, unchanged } from './file.ts';
import type { Hasher } from './hasher.ts';
import type { Lane } from './lane.ts';
import { PART_BYTES } from './part-size.ts';
import { putPart } from './put-part.ts';
import type { Upload } from './state.ts';
import { abortUpload, beginUpload } from './upload.ts';
import type { Found } from './walk.ts';

export interface ArrivedInParts {
  readonly sha256: string;
  readonly etag: string;
  readonly versionId: string | undefined;
}

/** Delivers a file in parts, going on with an unfinished upload. Throws ChangedFileError when the file changes meanwhile. */
export async function sendParts(lane: Lane, key: string, file: Found): Promise<ArrivedInParts> {
  const handle = await open(file.path);
  const hasher = lane.hasher();
  try {
    const { upload, present } = await beginUpload(lane, key, file);
    const { parts, crc } = await sendAll(lane, upload, present, handle, hasher);
    if (!unchanged(handle, file)) throw new ChangedFileError();
    const sha256 = await hasher.end();
    const answer = await lane.client.send(
      new CompleteMultipartUploadCommand({
        Bucket: lane.bucket,
        Key: key,
        UploadId: upload.uploadId,
        MultipartUpload: { Parts: parts },
        // S3 joins the parts' CRCs itself and refuses the object when the whole is another.
        ChecksumType: 'FULL_OBJECT',
        ChecksumCRC32: crcText(crc),
      }),
    );
    return { sha256, etag: answer.ETag ?? '', versionId: answer.VersionId };
  } catch (error) {
    if (error instanceof ChangedFileError) await abortUpload(lane, key);
    throw error;
  } finally {
    hasher.close();
    await handle.close();
  }
}

/** SHA-256, in hex, of a file that is not sent. */
export async function sha256OfFile(lane: Lane, file: Found): Promise<string> {
  const handle = await open(file.path);
  const hasher = lane.hasher();
  try {
    await hashRange(lane, handle, hasher, 0, file.size);
    if (!unchanged(handle, file)) throw new ChangedFileError();
    return await hasher.end();
  } finally {
    hasher.close();
    await handle.close();
  }
}

async function sendAll(
  lane: Lane,
  upload: Upload,
  present: ReadonlyMap<number, Part>,
  handle: FileHandle,
  hasher: Hasher,
): Promise<{ parts: CompletedPart[]; crc: number }> {
  const { size, partSize } = upload;
  const done: Promise<{ part: CompletedPart; crc: number } | undefined>[] = [];
  let failure: unknown;
  for (let from = 0; from < size && failure === undefined; from += partSize) {
    const bytes = Math.min(partSize, size - from);
    const range = { number: from / partSize + 1, from, size: bytes };
    const held = partSize <= lane.heldBytes;
    // Parts are read in order, for the SHA-256; what follows the reading of one overlaps with the others.
    await new Promise<void>((read) => {
      const work = lane.budget.with(held ? bytes : 2 * PART_BYTES, async () => {
        if (failure !== undefined) return undefined;
        if (!held) {
          const crc = await hashRange(lane, handle, hasher, from, bytes);
          read();
          const checksum = crcText(crc);
          return { part: await putPart(lane, upload, range, checksum, present.get(range.number), handle), crc };
        }
        const buffer = lane.buffers.take(partSize);
        await fill(handle, new Uint8Array(buffer, 0, bytes), from);
        const hashing = hasher.add(buffer, bytes);
        read();
        const crc = await hashing;
        const body = Buffer.from(buffer, 0, bytes);
        const part = await putPart(lane, upload, range, crcText(crc), present.get(range.number), body);
        lane.buffers.give(buffer);
        return { part, crc };
      });
      const settled = work.catch((error: unknown) => {
        failure ??= error;
        return undefined;
      });
      done.push(settled.finally(read));
    });
  }
  // Waits for every part, also after one has failed: the file stays open as long as one reads it.
  const all = (await Promise.all(done)).filter((d) => d !== undefined);
  if (failure !== undefined) throw failure as Error;
  const crc = all.reduce((whole, d, i) => combineCrc32(whole, d.crc, Math.min(partSize, size - i * partSize)), 0);
  return { parts: all.map((d) => d.part), crc };
}

/** Hashes a stretch of the file slice by slice, a slice being read while the one before is hashed. Returns its CRC-32. */
async function hashRange(lane: Lane, handle: FileHandle, hasher: Hasher, from: number, size: number): Promise<number> {
  let crc = 0;
  let before: Promise<void> | undefined;
  for (let at = 0; at < size; at += PART_BYTES) {
    const bytes = Math.min(PART_BYTES, size - at);
    const buffer = lane.buffers.take(PART_BYTES);
    await fill(handle, new Uint8Array(buffer, 0, bytes), from + at);
    await before;
    before = hasher.add(buffer, bytes).then((hashed) => {
      crc = combineCrc32(crc, hashed, bytes);
      lane.buffers.give(buffer);
    });
    // Awaited one slice later; a failure must not count as unhandled until then.
    before.catch(() => undefined);
  }
  await before;
  return crc;
}
