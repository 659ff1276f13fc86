/** The bytes that a reader goes through: the decoded object, or a part of it that can be read on. */
import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeToFile, inspect } from '../bytes/decode.ts';
import type { RawObject, StageRequest } from '../staged.ts';

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
  /** Bytes [from, base) of the object, a few, when it is a part. */
  before(from: number): Promise<Uint8Array>;
}

const fileChunks = (path: string): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;

/** What is read on is kept in the file, for quarantine. */
async function* readOnChunks({ path, readOn, size }: RawObject, base: number): AsyncGenerator<Uint8Array> {
  let position = base;
  for await (const chunk of fileChunks(path)) {
    position += chunk.length;
    yield chunk;
  }
  if (!readOn || position >= size) return;
  for await (const chunk of readOn(position)) {
    await appendFile(path, chunk);
    yield chunk;
  }
}

async function bytesBefore({ readOn }: RawObject, from: number, base: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let position = from;
  if (readOn && from < base) {
    for await (const chunk of readOn(from)) {
      pieces.push(chunk.slice(0, base - position));
      position += chunk.length;
      if (position >= base) break;
    }
  }
  return Buffer.concat(pieces);
}

/** Opens what a request names. Throws ObjectError as bytes/decode.ts does. */
export async function openSource({ object, options, scratch, scratchBytes }: StageRequest): Promise<Source> {
  const { part, path } = object;
  if (part) {
    const base = Math.max(0, part.start - 1);
    const chunks = () => readOnChunks({ ...object, size: part.objectSize }, base);
    return { path, base, from: part.start, until: part.end, chunks, before: (from) => bytesBefore(object, from, base) };
  }
  const whole = { base: 0, from: 0, until: Infinity, before: () => Promise.resolve(new Uint8Array()) };
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
