/** Raw bytes onto the scratch disk, hashed on the way. A stream that dies is taken up where it stopped. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../../protocol/shard.ts';

export interface Fetched {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the object, hex; undefined for a part. */
  readonly sha256: string | undefined;
}

/** The bytes that came are not those that the version has: the task fails and is tried again. */
export class IncompleteObjectError extends Error {
  override readonly name = 'IncompleteObjectError';
}

/** Connections cut in the middle of a body, in a row without a byte in between, before the task gives up. */
const MAX_CUTS = 5;

/** Bytes [from, to) of a version; `to` undefined reads to the end. */
async function body(
  s3: S3Client,
  bucket: string,
  member: Member,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Readable> {
  const whole = from === 0 && to === member.size;
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: bucket,
      Key: member.key,
      // Buckets whose versioning was switched on later hold versions called null.
      VersionId: member.version,
      ...(whole ? {} : { Range: `bytes=${from}-${to - 1}` }),
    }),
    { abortSignal: signal },
  );
  return Body as Readable;
}

/** Streams bytes [from, to) of a version, taking a cut stream up again. Throws IncompleteObjectError. */
export async function* readBytes(
  s3: S3Client,
  bucket: string,
  member: Member,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = from;
  let cuts = 0;
  while (position < to) {
    const before = position;
    let cause: unknown;
    const stream = await body(s3, bucket, member, position, to, signal);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      cause = error;
    } finally {
      stream.destroy();
    }
    if (position > to)
      throw new IncompleteObjectError(`${member.key}: ${position - from} bytes came, ${to - from} were expected`);
    cuts = position > before ? 0 : cuts + 1;
    if (cuts >= MAX_CUTS)
      throw new IncompleteObjectError(`${member.key}: the stream ends at byte ${position} of ${to}`, { cause });
    if (position < to) await sleep(100 * 2 ** cuts, undefined, { signal });
  }
}

/** Writes a member's bytes to `path`. A part gets one byte before its range too, so that its reader sees whether a record begins there. */
export async function fetchMember(
  s3: S3Client,
  bucket: string,
  member: Member,
  path: string,
  signal: AbortSignal,
): Promise<Fetched> {
  const from = member.range ? Math.max(0, member.range.start - 1) : 0;
  const to = member.range?.end ?? member.size;
  const hash = member.range ? undefined : createHash('sha256');
  const file = await open(path, 'w');
  try {
    for await (const chunk of readBytes(s3, bucket, member, from, to, signal)) {
      hash?.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return {
    path,
    bytes: member.range ? member.range.end - member.range.start : member.size,
    sha256: hash?.digest('hex'),
  };
}
