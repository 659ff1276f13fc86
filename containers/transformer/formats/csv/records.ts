/**
 * Takes a CSV apart byte by byte (RFC 4180): the exact reader, for objects that the fast scan finds anything odd in. It
 * keeps going after every damage, with memory bounded by the longest record allowed.
 */
import { CR, LF, type Dialect } from './dialect.ts';

export type Problem = 'unterminated_quote' | 'malformed_record';

/** One record; a blank line is none. */
export interface CsvRecord {
  /** 0-based offset of its first byte. */
  readonly offset: number;
  /** Bytes without the line end. */
  readonly length: number;
  /** The record's bytes; undefined beyond the limit. Valid during the call only. */
  readonly bytes: Buffer | undefined;
  readonly cells: number;
  /** Holds quotes where RFC 4180 has none, or escapes of its own: to be rewritten for other readers. */
  readonly irregular: boolean;
  readonly problem: Problem | undefined;
  /** Line ends inside its quotes. */
  readonly newlines: number;
}

export interface LineEnds {
  lf: number;
  crlf: number;
  cr: number;
  blank: number;
}

const modes = { cellStart: 0, unquoted: 1, quoted: 2, escaped: 3, quoteSeen: 4 } as const;

export class RecordSplitter {
  readonly lineEnds: LineEnds = { lf: 0, crlf: 0, cr: 0, blank: 0 };
  readonly #dialect: Dialect;
  readonly #emit: (record: CsvRecord) => boolean | void;
  #mode: number = modes.cellStart;
  #position: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #dropped = false;
  #recordStart: number;
  #cells = 1;
  #irregular = false;
  #problem: Problem | undefined;
  #newlines = 0;
  /** The last byte was a CR that ended a record. */
  #afterCr = false;
  #stopped = false;

  /** `emit` may answer false to stop. `base`: offset of the first byte that is pushed. */
  constructor(dialect: Dialect, emit: (record: CsvRecord) => boolean | void, base = 0) {
    this.#dialect = dialect;
    this.#emit = emit;
    this.#position = this.#recordStart = base;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Offset of the next record's first byte. */
  get next(): number {
    return this.#recordStart;
  }

  push(chunk: Buffer): void {
    const { delimiter, quote, escape, quotedNewlines } = this.#dialect;
    let from = 0;
    let mode = this.#mode;
    for (let i = 0; i < chunk.length && !this.#stopped; i++) {
      const byte = chunk[i];
      if (this.#afterCr) {
        this.#afterCr = false;
        if (byte === LF) {
          this.lineEnds.cr--;
          this.lineEnds.crlf++;
          from = i + 1;
          this.#recordStart = this.#position + from;
          continue;
        }
      }
      if (mode === modes.quoted && byte !== LF && byte !== CR) {
        if (byte === escape && escape !== quote) {
          mode = modes.escaped;
          this.#irregular = true;
        } else if (byte === quote) mode = modes.quoteSeen;
        continue;
      }
      if (mode === modes.escaped) {
        mode = modes.quoted;
        continue;
      }
      if (byte === LF || byte === CR) {
        if (mode === modes.quoted) {
          this.#newlines++;
          if (quotedNewlines) continue;
          this.#problem = 'unterminated_quote';
        }
        this.#end(chunk, from, i);
        if (byte === CR) {
          this.lineEnds.cr++;
          this.#afterCr = true;
        } else this.lineEnds.lf++;
        from = i + 1;
        this.#recordStart = this.#position + from;
        mode = modes.cellStart;
      } else if (byte === delimiter) {
        this.#cells++;
        mode = modes.cellStart;
      } else if (byte === quote) {
        if (mode === modes.cellStart) mode = modes.quoted;
        else if (mode === modes.quoteSeen && escape === quote) mode = modes.quoted;
        else {
          if (mode === modes.quoteSeen) this.#problem = 'malformed_record';
          this.#irregular = true;
          mode = modes.unquoted;
        }
      } else {
        if (mode === modes.quoteSeen) this.#problem = 'malformed_record';
        mode = modes.unquoted;
      }
    }
    if (this.#stopped) return;
    this.#mode = mode;
    this.#hold(chunk, from, chunk.length);
    this.#position += chunk.length;
  }

  /** The end of the data: the last record may lack its line end. */
  end(): void {
    if (this.#stopped) return;
    if (this.#mode === modes.quoted || this.#mode === modes.escaped) this.#problem = 'unterminated_quote';
    const length = this.#position - this.#recordStart;
    if (length > 0) this.#finish(length);
    this.#recordStart = this.#position;
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    if (to <= from || this.#dropped) return;
    if (this.#heldBytes + to - from > this.#dialect.maxRecordBytes) {
      this.#held = [];
      this.#heldBytes = 0;
      this.#dropped = true;
      return;
    }
    this.#held.push(Buffer.from(chunk.subarray(from, to)));
    this.#heldBytes += to - from;
  }

  #end(chunk: Buffer, from: number, to: number): void {
    const length = this.#position + to - this.#recordStart;
    if (length === 0) {
      this.lineEnds.blank++;
      return;
    }
    if (this.#heldBytes || this.#dropped || to - from > this.#dialect.maxRecordBytes) {
      this.#hold(chunk, from, to);
      this.#finish(length);
    } else this.#finish(length, chunk.subarray(from, to));
  }

  #finish(length: number, whole?: Buffer): void {
    const bytes = this.#dropped
      ? undefined
      : (whole ?? (this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)));
    const go = this.#emit({
      offset: this.#recordStart,
      length,
      bytes,
      cells: this.#cells,
      irregular: this.#irregular,
      problem: this.#problem,
      newlines: this.#newlines,
    });
    if (go === false) this.#stopped = true;
    this.#held = [];
    this.#heldBytes = 0;
    this.#dropped = false;
    this.#cells = 1;
    this.#irregular = false;
    this.#problem = undefined;
    this.#newlines = 0;
  }
}

/** The cells of one well-formed record, as text. An empty unquoted cell is null. */
export function cellsOf(record: Buffer, dialect: Dialect): (string | null)[] {
  const { delimiter, quote, escape } = dialect;
  const cells: (string | null)[] = [];
  let at = 0;
  for (;;) {
    if (quote >= 0 && record[at] === quote) {
      const pieces: Buffer[] = [];
      let from = ++at;
      for (; at < record.length; at++) {
        const byte = record[at];
        if (byte === quote && !(escape === quote && record[at + 1] === quote)) break;
        if (byte === escape) {
          pieces.push(record.subarray(from, at));
          from = ++at;
        }
      }
      pieces.push(record.subarray(from, at++));
      cells.push(Buffer.concat(pieces).toString('utf8'));
    } else {
      const next = record.indexOf(delimiter, at);
      const end = next < 0 ? record.length : next;
      cells.push(end > at ? record.toString('utf8', at, end) : null);
      at = end;
    }
    if (at >= record.length) return cells;
    at++;
  }
}
