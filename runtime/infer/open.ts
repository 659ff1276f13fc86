/** Opens a file for inference: decompressed, decoded, and no further than a bound. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { compressionOf, HEAD_BYTES, markOf, type Compression, type Encoding } from './head.ts';
import { UserError } from '../errors.ts';

/** Decompressed bytes of one file that are looked at. */
export const INFER_BYTES = 200 * 1024 * 1024;

export interface Opened {
  readonly file: string;
  readonly compression: Compression;
  readonly encoding: Encoding;
  /** The encoding is a guess: the bytes are no UTF-8 and no mark names another. */
  readonly guessed: boolean;
  /** First decompressed bytes, and their text. */
  readonly head: Uint8Array;
  readonly headText: string;
  /** The head is the whole file. */
  readonly headOnly: boolean;
  /** The file goes on behind the bound. */
  readonly cut: boolean;
  bytes(): AsyncIterable<Uint8Array>;
  text(): AsyncIterable<string>;
}

/** Looks at the bytes once to learn the encoding. Throws a UserError for an empty or unreadable file. */
export async function openFile(file: string, limit = INFER_BYTES): Promise<Opened> {
  const raw = await firstBytes(file);
  if (!raw.length) throw new UserError(`${file} is empty; nothing can be inferred from it`);
  const compression = compressionOf(raw);
  const bytes = () => bounded(decompressed(file, compression), limit);
  const head: Uint8Array[] = [];
  let seen = 0;
  let kept = 0;
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  let windows = false;
  for await (const chunk of bytes()) {
    seen += chunk.length;
    if (kept < HEAD_BYTES) head.push(chunk);
    kept += chunk.length;
    valid &&= decodes(utf8, chunk);
    if (!valid && !windows) windows = chunk.some((b) => b >= 0x80 && b <= 0x9f);
  }
  const first = Buffer.concat(head).subarray(0, HEAD_BYTES);
  const mark = markOf(first);
  const encoding = mark ?? (valid ? 'utf-8' : windows ? 'windows-1252' : 'latin-1');
  const decoder = () => new TextDecoder(labelOf(encoding, first));
  return {
    file,
    compression,
    encoding,
    guessed: mark === undefined && !valid,
    head: first,
    headText: decoder().decode(first, { stream: seen > first.length }),
    headOnly: seen <= first.length,
    cut: seen >= limit,
    bytes,
    async *text() {
      const decode = decoder();
      for await (const chunk of bytes()) yield decode.decode(chunk, { stream: true });
      yield decode.decode();
    },
  };
}

const labelOf = (encoding: Encoding, head: Uint8Array): string =>
  encoding === 'utf-16' ? (head[0] === 0xfe ? 'utf-16be' : 'utf-16le') : encoding === 'latin-1' ? 'latin1' : encoding;

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* decompressed(file: string, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'zstd') {
    const { ZSTDDecoder } = await import('zstddec');
    const decoder = new ZSTDDecoder();
    await decoder.init();
    yield decoder.decode(await readFile(file));
    return;
  }
  const source = createReadStream(file);
  yield* (compression === 'gzip' ? source.pipe(createGunzip()) : source) as AsyncIterable<Uint8Array>;
}

async function* bounded(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit;
  for await (const chunk of chunks) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
