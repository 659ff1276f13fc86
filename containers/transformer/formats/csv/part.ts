/** The records of one part of a cut CSV, copied to a file of their own. A record belongs to the part in which its first byte lies. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { RawObject } from '../staged.ts';
import { LF } from './dialect.ts';

async function* bytesOf(object: RawObject, base: number): AsyncGenerator<Uint8Array> {
  let position = base;
  for await (const chunk of createReadStream(object.path, { highWaterMark: 256 * 1024 })) {
    position += (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  if (object.readOn && position < (object.part?.objectSize ?? position)) yield* object.readOn(position);
}

/** Writes the part's records to `target`; lines are records here (no quoted line breaks). Answers the offset of the first one in the object. */
export async function cutPart(object: RawObject, target: string): Promise<number> {
  const part = object.part;
  if (!part) throw new Error('not a part');
  const base = Math.max(0, part.start - 1);
  /** Undefined until the first record's first byte is seen. */
  let first: number | undefined = part.start === 0 ? 0 : undefined;
  let position = base;
  const file = await open(target, 'w');
  try {
    for await (const chunk of bytesOf(object, base)) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let from = 0;
      if (first === undefined) {
        const end = bytes.indexOf(LF);
        if (end >= 0) first = position + end + 1;
        from = end < 0 ? bytes.length : end + 1;
      }
      if (first !== undefined && first >= part.end) break;
      // The record that holds the part's last byte is the part's last record.
      const lastByte = Math.max(part.end - 1 - position, from);
      const end = lastByte < bytes.length ? bytes.indexOf(LF, lastByte) : -1;
      await file.writeFile(bytes.subarray(from, end < 0 ? bytes.length : end + 1));
      position += bytes.length;
      if (end >= 0) break;
    }
  } finally {
    await file.close();
  }
  return first ?? part.end;
}

/** The object's first bytes, for its header; at most 1 MiB. */
export async function headOf(object: RawObject): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of object.readOn?.(0) ?? []) {
    pieces.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= 1024 ** 2 || chunk.includes(LF)) break;
  }
  return Buffer.concat(pieces);
}
