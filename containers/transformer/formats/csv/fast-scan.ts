/**
 * Counts the records of a healthy CSV by jumping between quotes and line ends, some three times as fast as byte by byte.
 * At the first sign of anything odd it gives up, and the exact reader takes over: what it does count needs no doubt.
 */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { CR, LF, type Dialect } from './dialect.ts';
import { RecordIndex } from './record-index.ts';

export interface Scanned {
  readonly index: RecordIndex;
  /** The one line end of the file; LF where it has none. */
  readonly lineEnd: '\n' | '\r\n';
  readonly longest: number;
  readonly blank: number;
}

export interface ScanOptions {
  readonly dialect: Dialect;
  /** Offset of the first record: after a byte order mark and the header. */
  readonly from: number;
  /** Cells of every record. */
  readonly columns: number;
  /** @default 1 MiB */
  readonly chunkBytes?: number;
}

const CHUNK_BYTES = 1024 ** 2;

/** One pass over the records of a buffer. */
class Scanner {
  readonly index = new RecordIndex();
  crlf = 0;
  lf = 0;
  longest = 0;
  blank = 0;
  odd = false;
  readonly #dialect: Dialect;
  readonly #columns: number;

  constructor(dialect: Dialect, columns: number) {
    this.#dialect = dialect;
    this.#columns = columns;
  }

  /** Takes the complete records of `bytes`, all of it when `last`. Answers how many bytes it took. */
  take(bytes: Buffer, offset: number, last: boolean): number {
    const { quote, delimiter } = this.#dialect;
    let nextQuote = quote < 0 ? -1 : bytes.indexOf(quote);
    let nextCr = bytes.indexOf(CR);
    let at = 0;
    while (at < bytes.length) {
      let end = bytes.indexOf(LF, at);
      if (nextQuote >= 0 && nextQuote < at) nextQuote = bytes.indexOf(quote, at);
      const quotes = nextQuote >= 0 && (end < 0 || nextQuote < end);
      if (quotes) {
        const closed = this.#endOfQuotes(bytes, at, nextQuote, last);
        if (closed === undefined) break;
        [end, nextQuote] = closed;
      }
      if (this.odd) return at;
      const open = end < 0;
      if (open) {
        if (!last) break;
        end = bytes.length;
      }
      const crlf = !open && bytes[end - 1] === CR && end > at;
      const textEnd = crlf ? end - 1 : end;
      if (nextCr >= 0 && nextCr < at) nextCr = bytes.indexOf(CR, at);
      if (nextCr >= 0 && nextCr < textEnd) this.odd = true;
      if (crlf) this.crlf++;
      else if (!open) this.lf++;
      const length = textEnd - at;
      if (length === 0) this.blank++;
      else {
        if (length > this.longest) this.longest = length;
        // DuckDB takes one empty cell too many for none.
        if (bytes[textEnd - 1] === delimiter && this.#delimiters(bytes, at, textEnd) !== this.#columns - 1)
          this.odd = true;
        this.index.add(offset + at);
      }
      if (this.odd) return at;
      at = Math.min(end + 1, bytes.length);
    }
    return at;
  }

  /** End of the record that begins at `at` with its first quote at `open`, and the next quote after it; undefined when more bytes are needed. */
  #endOfQuotes(bytes: Buffer, at: number, open: number, last: boolean): [number, number] | undefined {
    const { quote, escape, delimiter, quotedNewlines } = this.#dialect;
    for (let from = open; ;) {
      if (from !== at && bytes[from - 1] !== delimiter) return this.#give();
      let close = from + 1;
      for (;;) {
        close = bytes.indexOf(quote, close);
        if (close < 0) return last ? this.#give() : undefined;
        if (escape !== quote) {
          const escaped = bytes.indexOf(escape, from + 1);
          if (escaped >= 0 && escaped < close) return this.#give();
          break;
        }
        if (close + 1 === bytes.length && !last) return undefined;
        if (bytes[close + 1] !== quote) break;
        close += 2;
      }
      const after = bytes[close + 1];
      if (close + 1 === bytes.length) return last ? [-1, -1] : undefined;
      if (after !== delimiter && after !== LF && after !== CR) return this.#give();
      if (!quotedNewlines) {
        const newline = bytes.indexOf(LF, from);
        if (newline >= 0 && newline < close) return this.#give();
      }
      const end = bytes.indexOf(LF, close);
      from = bytes.indexOf(quote, close + 1);
      if (from < 0 || (end >= 0 && from > end)) {
        if (end < 0 && !last) return undefined;
        return [end, from];
      }
    }
  }

  #give(): [number, number] {
    this.odd = true;
    return [-1, -1];
  }

  #delimiters(bytes: Buffer, from: number, to: number): number {
    const { delimiter, quote } = this.#dialect;
    let count = 0;
    let quoted = false;
    for (let i = from; i < to; i++) {
      if (bytes[i] === quote) quoted = !quoted;
      else if (bytes[i] === delimiter && !quoted) count++;
    }
    return count;
  }
}

/** Scans a file of UTF-8; undefined when anything in it needs the exact reader. */
export async function fastScan(
  path: string,
  { dialect, from, columns, chunkBytes = CHUNK_BYTES }: ScanOptions,
): Promise<Scanned | undefined> {
  const scanner = new Scanner(dialect, columns);
  const file = await open(path);
  try {
    let buffer = Buffer.allocUnsafe(chunkBytes * 2);
    let held = 0;
    for (let position = from; ;) {
      if (held + chunkBytes > buffer.length) {
        if (held > dialect.maxRecordBytes) return undefined;
        const larger = Buffer.allocUnsafe(buffer.length * 2);
        buffer.copy(larger, 0, 0, held);
        buffer = larger;
      }
      const { bytesRead } = await file.read(buffer, held, chunkBytes, position);
      const bytes = buffer.subarray(0, held + bytesRead);
      const last = bytesRead === 0;
      const taken = scanner.take(bytes, position - held, last);
      if (scanner.odd || !isHealthy(bytes.subarray(0, taken))) return undefined;
      position += bytesRead;
      buffer.copyWithin(0, taken, bytes.length);
      held = bytes.length - taken;
      if (last) break;
    }
    const { index, crlf, lf, longest, blank } = scanner;
    if ((crlf && lf) || longest > dialect.maxRecordBytes || (blank && columns === 1)) return undefined;
    return { index, lineEnd: crlf ? '\r\n' : '\n', longest, blank };
  } finally {
    await file.close();
  }
}

const isHealthy = (bytes: Buffer): boolean => !bytes.includes(0) && isUtf8(bytes);
