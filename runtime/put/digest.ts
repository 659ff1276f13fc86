/** SHA-256, by which a file is known to be in the bucket already, and the CRC-32 that S3 checks. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Digest {
  /** Hex. */
  readonly sha256: string;
  readonly crc: number;
}

export const digestBytes = (bytes: Uint8Array): Digest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  crc: crc32(bytes),
});
