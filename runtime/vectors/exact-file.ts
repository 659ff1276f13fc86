/**
 * An exact index in one file: header, vectors of length 1 row after row (fp32, little-endian), where each row's text ends, and the
 * texts. Rows are ordered by key, so that equal contents give equal files.
 */
import { endianness } from 'node:os';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { normalized } from '../search/dot.ts';
import { rowsInKernel } from '../search/kernel.ts';
import type { VectorRow } from './write-s3-vectors.ts';

const MAGIC = 'DECANTVX';
/** Vectors begin here, whatever the header's length. */
const HEADER_BYTES = 256;
const FLUSH_BYTES = 4 * 2 ** 20;

const Header = z.strictObject({
  format: z.literal(1),
  count: z.int().nonnegative(),
  dimension: z.int().positive(),
  textBytes: z.int().nonnegative(),
});

/** The file is not an index, or not whole. */
export class IndexFileError extends Error {
  override readonly name = 'IndexFileError';
}

/** Buffers what is written, since rows are small. */
class Part {
  readonly #handle: FileHandle;
  #parts: Uint8Array[] = [];
  #held = 0;
  bytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.#parts.push(bytes);
    this.#held += bytes.length;
    this.bytes += bytes.length;
    if (this.#held >= FLUSH_BYTES) await this.flush();
  }
  async flush(): Promise<void> {
    if (this.#held > 0) await this.#handle.write(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#held = 0;
  }
}

/** Writes the index of rows that come ordered by key, each key once; returns how many there are. Throws IndexFileError. */
export async function writeExactFile(path: string, dimension: number, rows: AsyncIterable<VectorRow>): Promise<number> {
  const textPath = `${path}.texts`;
  const [handle, texts] = [await open(path, 'w'), await open(textPath, 'w')];
  const ends: number[] = [];
  try {
    const [vectors, text] = [new Part(handle), new Part(texts)];
    await vectors.write(Buffer.alloc(HEADER_BYTES));
    let last = '';
    for await (const { molecule_key, canonical_smiles, inchikey = '', vector } of rows) {
      if (molecule_key <= last) throw new IndexFileError(`${molecule_key} comes after ${last}; keys must rise`);
      last = molecule_key;
      const unit = normalized(vector, dimension);
      await vectors.write(new Uint8Array(unit.buffer, unit.byteOffset, unit.byteLength));
      await text.write(Buffer.from(`${molecule_key}\t${canonical_smiles}\t${inchikey}`));
      ends.push(text.bytes);
    }
    await text.flush();
    await vectors.write(new Uint8Array(Float64Array.from(ends).buffer));
    await vectors.flush();
    for await (const chunk of createReadStream(textPath)) await handle.write(chunk as Buffer);
    const header = { format: 1, count: ends.length, dimension, textBytes: text.bytes } satisfies z.infer<typeof Header>;
    await handle.write(Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`), 0, undefined, 0);
    return ends.length;
  } finally {
    await Promise.all([handle.close(), texts.close()]);
    await rm(textPath, { force: true });
  }
}

export interface ExactFile {
  readonly count: number;
  readonly dimension: number;
  /** count × dimension, each row of length 1. */
  readonly vectors: Float32Array;
  /** Key, canonical SMILES and InChIKey of a row. */
  text(row: number): readonly [key: string, canonical: string, inchikey: string];
}

/** Reads an index into memory. Throws IndexFileError. */
export async function readExactFile(path: string): Promise<ExactFile> {
  if (endianness() !== 'LE') throw new IndexFileError('vectors are stored little-endian, and this machine is not');
  const handle = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    await handle.read(head, 0, HEADER_BYTES, 0);
    const text = head.toString('utf8');
    if (!text.startsWith(MAGIC)) throw new IndexFileError(`${path} is no index of vectors`);
    const { count, dimension, textBytes } = Header.parse(JSON.parse(text.slice(MAGIC.length, text.indexOf('\n'))));
    const vectors = rowsInKernel(count, dimension);
    const ends = new Float64Array(count);
    const texts = Buffer.alloc(textBytes);
    let at = HEADER_BYTES;
    for (const part of [vectors, ends, texts]) {
      await fill(handle, path, new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
      at += part.byteLength;
    }
    return {
      ...{ count, dimension, vectors },
      text(row) {
        const [key = '', canonical = '', inchikey = ''] = texts
          .toString('utf8', ends[row - 1] ?? 0, ends[row])
          .split('\t');
        return [key, canonical, inchikey];
      },
    };
  } finally {
    await handle.close();
  }
}

/** One read is 2 GiB at most. */
const READ_BYTES = 2 ** 30;

async function fill(handle: FileHandle, path: string, into: Uint8Array, from: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, Math.min(READ_BYTES, into.length - done), from + done);
    if (bytesRead === 0) throw new IndexFileError(`${path} is cut: ${into.length - done} bytes are missing`);
    done += bytesRead;
  }
}
