/** A part of a Parquet object as a file of the whole object's length: footer and the part's bytes in place, holes elsewhere. */
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ObjectError, type RawObject } from '../staged.ts';

const MAGIC = Buffer.from('PAR1');
/** Footer length and magic. */
const TAIL_BYTES = 8;

type ReadOn = NonNullable<RawObject['readOn']>;

/** Copies bytes [from, to) of the object into place. */
async function copyRange(file: FileHandle, readOn: ReadOn, from: number, to: number): Promise<void> {
  let position = from;
  if (from >= to) return;
  for await (const chunk of readOn(from)) {
    const bytes = chunk.subarray(0, to - position);
    await file.write(bytes, 0, bytes.length, position);
    position += bytes.length;
    if (position >= to) return;
  }
}

export interface SparseFile {
  readonly path: string;
  /** Brings bytes up to this offset, so that the row group that crosses the part's end is whole. */
  readonly extendTo: (end: number) => Promise<void>;
}

export async function sparseFile({ path, part, readOn }: RawObject, target: string): Promise<SparseFile> {
  if (!part || !readOn) throw new Error('a part of a Parquet object needs a way to read its footer');
  const file = await open(target, 'w+');
  try {
    await file.truncate(part.objectSize);
    await file.write(MAGIC, 0, MAGIC.length, 0);
    const footer = part.objectSize - TAIL_BYTES;
    await copyRange(file, readOn, footer, part.objectSize);
    const tail = Buffer.alloc(TAIL_BYTES);
    await file.read(tail, 0, TAIL_BYTES, footer);
    const start = footer - tail.readUInt32LE(0);
    if (!tail.subarray(4).equals(MAGIC) || start < MAGIC.length)
      throw new ObjectError('truncated', 'the file has no Parquet footer at its end');
    await copyRange(file, readOn, start, footer);
    let position = Math.max(0, part.start - 1);
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
    }
    const held = position;
    const extendTo = async (end: number): Promise<void> => {
      const again = await open(target, 'r+');
      try {
        await copyRange(again, readOn, held, end);
      } finally {
        await again.close();
      }
    };
    return { path: target, extendTo };
  } finally {
    await file.close();
  }
}
