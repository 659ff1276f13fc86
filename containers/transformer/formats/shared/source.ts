/** The bytes that a reader goes through: the decoded object, or a part of it that can be read on. */
import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeToFile, inspect } from '../bytes/decode.ts';
import type { StageRequest } from '../staged.ts';

const CHUNK_BYTES = 1 << 18;

export interface Source {
  /** Scratch file of the decoded bytes. */
  readonly path: string;
  /** Offset of the file's first byte in the decoded object. */
  readonly base: number;
  /** A record belongs here when its first byte is in [from, until). */
  readonly from: number;
  readonly until: number;
  /** The bytes from `base` on; beyond the end of a part for as long as they are asked for. */
  chunks(): AsyncIterable<Uint8Array>;
}

const fileChunks = (path: string): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;

/** What is read on is kept in the file, for quarantine. */
async function* readOnChunks(
  path: string,
  base: number,
  readOn: (from: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let position = base;
  for await (const chunk of fileChunks(path)) {
    position += chunk.length;
    yield chunk;
  }
  for await (const chunk of readOn(position)) {
    await appendFile(path, chunk);
    yield chunk;
  }
}

/** Opens what a request names. Throws ObjectError as bytes/decode.ts does. */
export async function openSource({ object, options, scratch, scratchBytes }: StageRequest): Promise<Source> {
  const { part, path, readOn } = object;
  if (part) {
    const base = Math.max(0, part.start - 1);
    const chunks = () => (readOn ? readOnChunks(path, base, readOn) : fileChunks(path));
    return { path, base, from: part.start, until: part.end, chunks };
  }
  const whole = { base: 0, from: 0, until: Infinity };
  const { plain } = await inspect(path, options);
  if (plain) return { path, ...whole, chunks: () => fileChunks(path) };
  const decoded = join(scratch, 'decoded');
  await decodeToFile(path, decoded, { ...options, scratchBytes });
  return { path: decoded, ...whole, chunks: () => fileChunks(decoded) };
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
/** Bytes of a UTF-8 byte order mark at the start of an object's first line. */
export const bomBytes = (bytes: Uint8Array, offset: number): number =>
  offset === 0 && BOM.every((b, i) => bytes[i] === b) ? BOM.length : 0;
