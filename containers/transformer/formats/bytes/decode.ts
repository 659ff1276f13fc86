/** The bytes of a raw object as UTF-8: decompressed, decoded, bounded. Every damage is an ObjectError; nothing is half read in silence. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FormatOptions } from '../../../../protocol/contract.ts';
import { ObjectError } from '../staged.ts';
import { findEncoding, toUtf8, type Encoding, type FoundEncoding } from './encoding.ts';
import { unzstd, ZstdError } from './zstd.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface DecodeOptions {
  /** @default auto: the first bytes decide, not the name. Anything else is then required of the bytes. */
  readonly compression?: FormatOptions['compression'];
  /** @default utf-8. A byte order mark decides otherwise. */
  readonly encoding?: Encoding | undefined;
  /** @default 100 GiB */
  readonly maxExpandedBytes?: number | undefined;
  /** How often the compressed size, once above 64 MiB. @default 1000 */
  readonly maxExpansionRatio?: number | undefined;
  /** Bytes that the task can store: above it the object is `too_large`. */
  readonly scratchBytes?: number | undefined;
  /** Bytes read at a time. @default 256 KiB */
  readonly chunkBytes?: number | undefined;
}

/** What the first bytes say. */
export interface Inspected {
  readonly compression: Compression;
  readonly encoding: FoundEncoding;
  /** Bytes of the byte order mark, which is not part of the text. */
  readonly bomBytes: number;
  /** The decoded bytes are those of the file, from `bomBytes` on: no copy is needed. */
  readonly plain: boolean;
}

const GiB = 1024 ** 3;
/** More than any task's scratch disk. */
const MAX_EXPANDED_BYTES = 100 * GiB;
/** Text of long runs compresses some hundred times; beyond a thousand it is a bomb or of no use. */
const MAX_EXPANSION_RATIO = 1000;
/** Small files may expand as they like: they hurt nobody. */
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
const CHUNK_BYTES = 256 * 1024;

function magic(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  // A Zstandard frame, or a skippable frame before one.
  if (head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd && head[0] === 0x28) return 'zstd';
  if (head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 && ((head[0] ?? 0) & 0xf0) === 0x50) return 'zstd';
  return 'none';
}

async function firstBytes(path: string): Promise<{ head: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return { head: buffer.subarray(0, bytesRead), size: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

function compressionOf(head: Buffer, declared: DecodeOptions['compression']): Compression {
  if (declared === 'none') return 'none';
  const found = magic(head);
  if (declared && declared !== 'auto' && declared !== found) {
    throw new ObjectError(
      'wrong_format',
      `the contract says ${declared}, but the object is ${found === 'none' ? 'not compressed' : found}`,
    );
  }
  return found;
}

async function* gunzip(source: Readable, size: number): AsyncGenerator<Buffer> {
  const inflate = createGunzip({ chunkSize: CHUNK_BYTES });
  const feeding = pipeline(source, inflate);
  feeding.catch(() => undefined); // told by the iteration below
  for await (const chunk of inflate) yield chunk as Buffer;
  // zlib ends at the first zero byte after a member, whatever follows.
  if (inflate.bytesWritten !== size) {
    throw new ObjectError('corrupt', `${size - inflate.bytesWritten} bytes follow the end of the compressed data`);
  }
}

/** Names damage; what the disk or the memory did stays what it is. */
function asObjectError(error: unknown): unknown {
  if (error instanceof ZstdError)
    return new ObjectError(error.truncated ? 'truncated' : 'corrupt', error.message, { cause: error });
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR')
    return new ObjectError('truncated', 'the compressed data ends too early', { cause: error });
  if (code === 'Z_DATA_ERROR') return new ObjectError('corrupt', 'the compressed data is damaged', { cause: error });
  return error;
}

async function* expand(
  path: string,
  compression: Compression,
  size: number,
  chunkBytes: number,
): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { highWaterMark: chunkBytes });
  try {
    if (compression === 'gzip') yield* gunzip(source, size);
    else if (compression === 'zstd') yield* unzstd(source as AsyncIterable<Buffer>);
    else for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    throw asObjectError(error);
  } finally {
    source.destroy();
  }
}

async function* bounded(source: AsyncIterable<Buffer>, size: number, options: DecodeOptions): AsyncGenerator<Buffer> {
  const ratio = options.maxExpansionRatio ?? MAX_EXPANSION_RATIO;
  const most = options.maxExpandedBytes ?? MAX_EXPANDED_BYTES;
  const disk = options.scratchBytes ?? Infinity;
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > most)
      throw new ObjectError('expands_too_far', `more than ${most} bytes come out of ${size} compressed ones`);
    if (total > RATIO_FREE_BYTES && total > ratio * size) {
      throw new ObjectError('expands_too_far', `more than ${ratio} times its ${size} bytes come out of the object`);
    }
    if (total > disk)
      throw new ObjectError('too_large', `decompressed it is larger than the ${disk} bytes of the task’s scratch disk`);
    yield chunk;
  }
}

/** The first decompressed bytes and, with them, the whole stream. */
async function peek(
  source: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; rest: AsyncIterable<Buffer>; close: () => Promise<void> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let done = false;
  while (head.length < 4 && !done) {
    const next = await iterator.next();
    if (next.done) done = true;
    else head = Buffer.concat([head, next.value]);
  }
  const close = async () => void (await iterator.return?.());
  async function* rest(): AsyncGenerator<Buffer> {
    try {
      if (head.length) yield head;
      while (!done) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  return { head, rest: rest(), close };
}

/**
 * Looks at an object without reading it all.
 * @throws ObjectError `empty_object`; `wrong_format` where the contract names another compression; damage in the first bytes.
 */
export async function inspect(path: string, options: DecodeOptions = {}): Promise<Inspected> {
  const { head, size } = await firstBytes(path);
  if (size === 0) throw new ObjectError('empty_object', 'the object has 0 bytes');
  const compression = compressionOf(head, options.compression);
  if (compression === 'none') {
    const found = findEncoding(head, options.encoding);
    return { compression, ...found, plain: found.encoding === 'utf-8' };
  }
  const peeked = await peek(expand(path, compression, size, options.chunkBytes ?? CHUNK_BYTES));
  await peeked.close();
  return { compression, ...findEncoding(peeked.head, options.encoding), plain: false };
}

/**
 * The object's text as UTF-8 without byte order mark. UTF-8 is passed on unchecked; half characters of UTF-16 come out
 * as invalid UTF-8, so that one check per record finds both.
 * @throws ObjectError `empty_object`, `truncated`, `corrupt`, `expands_too_far`, `too_large`, `wrong_format`
 */
export async function* openDecoded(path: string, options: DecodeOptions = {}): AsyncGenerator<Buffer> {
  const { head, size } = await firstBytes(path);
  if (size === 0) throw new ObjectError('empty_object', 'the object has 0 bytes');
  const compression = compressionOf(head, options.compression);
  const expanded = expand(path, compression, size, options.chunkBytes ?? CHUNK_BYTES);
  const peeked = await peek(compression === 'none' ? expanded : bounded(expanded, size, options));
  yield* toUtf8(peeked.rest, findEncoding(peeked.head, options.encoding));
}

/** Writes the object's text as UTF-8 to `target`; see openDecoded. Returns the bytes written. */
export async function decodeToFile(path: string, target: string, options: DecodeOptions = {}): Promise<number> {
  const sink = createWriteStream(target, { highWaterMark: 1024 ** 2 });
  await pipeline(Readable.from(openDecoded(path, options), { objectMode: true, highWaterMark: 4 }), sink);
  return sink.bytesWritten;
}
