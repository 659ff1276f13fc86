/** SDF records: they end with a line that is `$$$$`, and only there; a property's value may hold it within a line. */
import { linesOf, type Line } from '../shared/lines.ts';
import { bomBytes, type Source } from '../shared/source.ts';

export interface SdfRecord {
  readonly offset: number;
  /** Bytes with the `$$$$` line, without its line break. */
  readonly length: number;
  /** Lines without line breaks and without `$$$$`; none when the record is too long. */
  readonly lines: readonly Buffer[];
  readonly tooLong: boolean;
  /** The record ends with `$$$$`; the last one may not. */
  readonly closed: boolean;
}

const END = Buffer.from('$$$$');
const isEnd = (line: Line): boolean => line.bytes.equals(END);

class Builder {
  readonly #maxBytes: number;
  #lines: Buffer[] = [];
  offset = -1;
  #end = 0;
  #tooLong = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get begun(): boolean {
    return this.offset >= 0;
  }

  /** Keeps a copy of the line: its bytes are valid for one step only. */
  add(line: Line, skip: number): void {
    if (this.offset < 0) this.offset = line.offset + skip;
    this.#end = line.offset + line.length;
    this.#tooLong ||= line.tooLong || this.#end - this.offset > this.#maxBytes;
    if (this.#tooLong) this.#lines = [];
    else this.#lines.push(Buffer.from(line.bytes.subarray(skip)));
  }

  /** Takes the record out. `end`: the line `$$$$`, when there is one. */
  take(end?: Line): SdfRecord {
    const offset = this.offset < 0 && end ? end.offset : this.offset;
    const record = {
      offset,
      length: (end ? end.offset + end.length : this.#end) - offset,
      lines: this.#lines,
      tooLong: this.#tooLong,
      closed: end !== undefined,
    };
    this.#lines = [];
    this.offset = -1;
    this.#tooLong = false;
    return record;
  }
}

/** Bytes before a part that tell whether a record begins with it: a line break, `$$$$`, and its own line break. */
const LOOK_BACK = 7;

async function* withLookBack(source: Source, from: number): AsyncGenerator<Uint8Array> {
  yield await source.before(from);
  yield* source.chunks();
}

/** Records whose first byte lies in the source's range. A part passes over the rest of a record that began before it. */
export async function* sdfRecords(source: Source, maxBytes: number): AsyncGenerator<SdfRecord> {
  const builder = new Builder(maxBytes);
  const base = Math.min(source.base, Math.max(0, source.from - LOOK_BACK));
  // The first line may have begun before the bytes that are there; a record begins behind a whole `$$$$` line.
  let foreign = source.from > 0 && base > 0;
  for await (const line of linesOf(withLookBack(source, base), { base, from: base > 0 ? base + 1 : 0, maxBytes })) {
    if (!builder.begun && !foreign && line.offset >= source.until) return;
    if (isEnd(line)) {
      const record = builder.take(line);
      if (!foreign && record.offset >= source.from) yield record;
      foreign = false;
    } else builder.add(line, bomBytes(line.bytes, line.offset));
  }
  if (builder.begun && builder.offset >= source.from && !foreign) yield builder.take();
}
