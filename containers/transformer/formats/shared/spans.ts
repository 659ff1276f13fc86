/** Where each record lies in the decoded object: on disk, since 40 million records do not fit in memory. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

const ENTRY_BYTES = 12;
const BUFFERED_ENTRIES = 8192;

/** Bytes of one payload that quarantine keeps; the object itself stays in raw, and the reason names offset and full length. */
export const MAX_PAYLOAD_BYTES = 256 * 1024 ** 2;

export class Spans {
  readonly #path: string;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(ENTRY_BYTES * BUFFERED_ENTRIES);
  #used = 0;
  records = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'w');
  }

  /** Adds the next record's bytes [offset, offset + length). Answers its 1-based number. */
  add(offset: number, length: number): number {
    this.#buffer.writeUIntLE(offset, this.#used, 6);
    this.#buffer.writeUIntLE(length, this.#used + 6, 6);
    this.#used += ENTRY_BYTES;
    if (this.#used === this.#buffer.length) this.#flush();
    return ++this.records;
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  /**
   * Cuts records out of `path`, whose first byte is byte `base` of the decoded object.
   * Ascending numbers; a payload above MAX_PAYLOAD_BYTES is cut there.
   */
  async read(
    path: string,
    base: number,
    records: readonly number[],
  ): Promise<{ record: number; offset: number; bytes: Uint8Array }[]> {
    const spans = await open(this.#path);
    const data = await open(path);
    try {
      const found = [];
      const entry = Buffer.alloc(ENTRY_BYTES);
      for (const record of records) {
        await spans.read(entry, 0, ENTRY_BYTES, (record - 1) * ENTRY_BYTES);
        const offset = entry.readUIntLE(0, 6);
        const bytes = Buffer.alloc(Math.min(entry.readUIntLE(6, 6), MAX_PAYLOAD_BYTES));
        let got = 0;
        while (got < bytes.length) {
          const { bytesRead } = await data.read(bytes, got, bytes.length - got, offset - base + got);
          if (bytesRead === 0) throw new Error(`record ${record} ends beyond the decoded file`);
          got += bytesRead;
        }
        found.push({ record, offset, bytes });
      }
      return found;
    } finally {
      await spans.close();
      await data.close();
    }
  }

  #flush(): void {
    for (let at = 0; at < this.#used;) at += writeSync(this.#fd, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}
