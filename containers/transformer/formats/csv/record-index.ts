/** Where records begin, sparsely: enough to find any record again by reading a little, small for billions of them. */
import { open } from 'node:fs/promises';
import type { Dialect } from './dialect.ts';
import { RecordSplitter } from './records.ts';

const EVERY = 4096;
const CHUNK_BYTES = 256 * 1024;

/** Bytes of one payload that quarantine keeps; the object itself stays in raw, and the reason names offset and full length. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 ** 2;

export class RecordIndex {
  readonly #starts: number[] = [];
  records = 0;

  /** Adds the next record, in order. `offset` is its first byte in the scanned file. */
  add(offset: number): void {
    if (this.records++ % EVERY === 0) this.#starts.push(offset);
  }

  /** Offset and length of given records (ascending numbers), found by taking the file apart again from near by. */
  async find(
    path: string,
    dialect: Dialect,
    numbers: readonly number[],
  ): Promise<{ record: number; offset: number; length: number }[]> {
    const found: { record: number; offset: number; length: number }[] = [];
    const file = await open(path);
    try {
      for (let i = 0; i < numbers.length;) {
        const block = Math.floor(((numbers[i] ?? 1) - 1) / EVERY);
        const start = this.#starts[block];
        if (start === undefined) throw new RangeError(`record ${numbers[i]} does not exist`);
        let number = block * EVERY;
        const splitter = new RecordSplitter(
          { ...dialect, maxRecordBytes: 0 },
          ({ offset, length }) => {
            number++;
            if (number === numbers[i]) {
              found.push({ record: number, offset, length });
              i++;
            }
            return i < numbers.length && (numbers[i] ?? 0) <= (block + 1) * EVERY;
          },
          start,
        );
        const before = i;
        for (let position = start; !splitter.stopped;) {
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
          if (bytesRead === 0) break;
          splitter.push(buffer.subarray(0, bytesRead));
          position += bytesRead;
        }
        splitter.end();
        if (i === before) throw new RangeError(`record ${numbers[i]} does not exist`);
      }
      return found;
    } finally {
      await file.close();
    }
  }
}

/** The bytes of records in a file, each cut at MAX_PAYLOAD_BYTES. */
export async function readSpans(
  path: string,
  spans: readonly { record: number; offset: number; length: number }[],
  base: number,
): Promise<{ record: number; offset: number; bytes: Uint8Array }[]> {
  const file = await open(path);
  try {
    const out = [];
    for (const { record, offset, length } of spans) {
      const bytes = Buffer.alloc(Math.min(length, MAX_PAYLOAD_BYTES));
      for (let got = 0; got < bytes.length;) {
        const { bytesRead } = await file.read(bytes, got, bytes.length - got, offset + got);
        if (bytesRead === 0) throw new Error(`record ${record} ends beyond the decoded file`);
        got += bytesRead;
      }
      out.push({ record, offset: base + offset, bytes });
    }
    return out;
  } finally {
    await file.close();
  }
}
