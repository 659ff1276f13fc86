/** What is known of a file before it is delivered: the SHA-256 of the whole, the CRC-32 of each part. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { combineCrc32 } from './crc32.ts';

/** Reads of this size stay in the processor's cache between the two checksums. */
const READ_BYTES = 512 * 1024;

export interface Digest {
  /** Bytes that were read. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** CRC-32 of each part of `partSize` bytes; the last one is shorter. One part for an empty file. */
  readonly parts: readonly number[];
  /** CRC-32 of the whole. */
  readonly crc: number;
}

/** Reads a file once, front to end. `partSize` is a multiple of 512 KiB. */
export async function digestFile(path: string, partSize: number): Promise<Digest> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const parts: number[] = [];
  let size = 0;
  let part = 0;
  let inPart = 0;
  let whole = 0;
  const close = () => {
    whole = parts.length === 0 ? part : combineCrc32(whole, part, inPart);
    parts.push(part);
    part = 0;
    inPart = 0;
  };
  const file = await open(path);
  try {
    for (;;) {
      // Never across a part's end: a file that is being written gives short reads anywhere.
      const { bytesRead } = await file.read(buffer, 0, Math.min(READ_BYTES, partSize - inPart), size);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      hash.update(bytes);
      part = crc32(bytes, part);
      size += bytesRead;
      inPart += bytesRead;
      if (inPart === partSize) close();
    }
  } finally {
    await file.close();
  }
  if (inPart > 0 || parts.length === 0) close();
  return { size, sha256: hash.digest('hex'), parts, crc: whole };
}

/** The same for bytes in memory. */
export function digestBytes(bytes: Uint8Array): Digest {
  const crc = crc32(bytes);
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), parts: [crc], crc };
}
