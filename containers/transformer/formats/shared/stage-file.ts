/** The one staging form of every format but CSV and Parquet: a JSON array of texts a record, one a line. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { ObjectError } from '../staged.ts';
import { sqlName, sqlText } from './sql.ts';

const BUFFER_BYTES = 1 << 20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const NULL = Buffer.from('null');

/** Below it a view of the source costs more than its bytes. */
const SHORT_BYTES = 64;

/** Lines up to this many bytes need no larger buffers of DuckDB (its own default). */
const DEFAULT_LINE_BYTES = 2_000_000;

/**
 * Writes staged rows. No line break, no control character and no raw 0x01 can stand in a line, whatever the values
 * hold, so that a line is a record for every reader and any number of threads.
 */
export class StageFile {
  readonly path: string;
  readonly #fd: number;
  readonly #limit: number;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #lineStart = 0;
  #written = 0;
  rows = 0;
  longest = 0;

  /** `limit`: bytes that the file may take. */
  constructor(path: string, limit: number) {
    this.path = path;
    this.#fd = openSync(path, 'w');
    this.#limit = limit;
  }

  /** Begins a row with its record number. */
  begin(record: number): void {
    if (this.#used >= BUFFER_BYTES / 2) this.#flush();
    this.#lineStart = this.#used;
    const head = `["${record}"`;
    this.#reserve(head.length);
    this.#used += this.#buffer.write(head, this.#used, 'latin1');
  }

  /** A cell that is already a JSON string or `null`: bytes [start, end) of `source`. */
  json(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 1);
    this.#buffer[this.#used++] = COMMA;
    this.#copy(source, start, end);
  }

  /** A cell whose bytes need no escape, such as a number's. */
  plain(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 3);
    this.#buffer[this.#used++] = COMMA;
    this.#buffer[this.#used++] = QUOTE;
    this.#copy(source, start, end);
    this.#buffer[this.#used++] = QUOTE;
  }

  /** A cell of any text. */
  text(value: string | null): void {
    if (value === null) return this.json(NULL, 0, 4);
    if (!value.isWellFormed()) throw new Error('a text with a lone surrogate cannot be staged');
    const json = JSON.stringify(value);
    this.#reserve(json.length * 3 + 1);
    this.#buffer[this.#used++] = COMMA;
    this.#used += this.#buffer.write(json, this.#used);
  }

  /** Ends the row. */
  end(): void {
    this.#reserve(2);
    this.#buffer[this.#used++] = 0x5d;
    this.#buffer[this.#used++] = 0x0a;
    this.longest = Math.max(this.longest, this.#used - this.#lineStart);
    this.rows++;
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  /** The DuckDB table expression: `_row BIGINT`, then the names as VARCHAR, in file order. */
  relation(names: readonly string[]): string {
    const columns = names.map((name, i) => `c[${i + 2}] AS ${sqlName(name)}`);
    const wide = this.longest >= DEFAULT_LINE_BYTES;
    const sizes = wide ? `, max_line_size=${this.longest + 1024}, buffer_size=${2 * (this.longest + 1024)}` : '';
    const lines = `read_csv(${sqlText(this.path)}, columns={l:'VARCHAR'}, header=false, auto_detect=false, delim='\x01', quote='', escape='', new_line='\\n'${sizes})`;
    return `(SELECT ${['c[1]::BIGINT AS _row', ...columns].join(', ')} FROM (SELECT json_transform(l, '["VARCHAR"]') AS c FROM ${lines}))`;
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    if (end - start > SHORT_BYTES) this.#buffer.set(source.subarray(start, end), this.#used);
    else for (let i = start, to = this.#used; i < end; i++, to++) this.#buffer[to] = source[i] ?? 0;
    this.#used += end - start;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + bytes + BUFFER_BYTES));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }

  #flush(): void {
    this.#written += this.#used;
    if (this.#written > this.#limit)
      throw new ObjectError('too_large', `staging needs more than the ${this.#limit} bytes of scratch disk left`);
    for (let at = 0; at < this.#used;) at += writeSync(this.#fd, this.#buffer, at, this.#used - at);
    if (this.#buffer.length > 4 * BUFFER_BYTES) this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    this.#used = 0;
  }
}
