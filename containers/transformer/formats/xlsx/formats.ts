/** Which cells of a sheet are shown with leading zeros: the row reader gives numbers without their formats. */
import type { Workbook } from './workbook.ts';
import { attributesOf } from './workbook.ts';

const CELL = /<(?:\w+:)?c\s([^>]*)>/g;
/** A cell's tag is never longer; what hangs over a chunk's end is kept for the next. */
const MAX_TAG = 4096;

/** 0-based column of a reference such as `AB12`. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference) {
    const code = letter.charCodeAt(0);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

interface PaddedRow {
  /** 0-based. */
  readonly index: number;
  /** Column → format. */
  readonly formats: Map<number, string>;
}

async function* paddedRows(
  chunks: AsyncIterable<Buffer>,
  padded: Workbook['padded'],
): AsyncGenerator<PaddedRow, undefined> {
  let rest = '';
  let row: PaddedRow | undefined;
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const last = text.lastIndexOf('>') + 1;
    rest = text.slice(last).slice(-MAX_TAG);
    for (const [, body = ''] of text.slice(0, last).matchAll(CELL)) {
      const attributes = attributesOf(body);
      const format = padded.get(Number(attributes.get('s') ?? -1));
      const reference = attributes.get('r');
      if (!format || !reference) continue;
      const index = Number(/\d+$/.exec(reference)?.[0] ?? 0) - 1;
      if (row && row.index !== index) yield row;
      if (row?.index !== index) row = { index, formats: new Map() };
      row.formats.set(columnOf(reference), format);
    }
  }
  if (row) yield row;
  return undefined;
}

/** Formats of rows that are asked for in ascending order. */
export class PaddedCells {
  readonly #rows: AsyncGenerator<PaddedRow, undefined>;
  #next: PaddedRow | undefined;
  #done = false;

  constructor(chunks: AsyncIterable<Buffer>, padded: Workbook['padded']) {
    this.#rows = paddedRows(chunks, padded);
    this.#done = padded.size === 0;
  }

  async of(index: number): Promise<ReadonlyMap<number, string> | undefined> {
    while (!this.#done && (this.#next?.index ?? -1) < index) {
      const next = await this.#rows.next();
      this.#done = next.done === true;
      this.#next = next.done ? undefined : next.value;
    }
    return this.#next?.index === index ? this.#next.formats : undefined;
  }
}
