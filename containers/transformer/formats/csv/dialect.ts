/** How cells and records of one CSV object are told apart, as bytes. */
import type { Format, FormatOptions } from '../../../../protocol/contract.ts';
import { ObjectError } from '../staged.ts';

export interface Dialect {
  readonly delimiter: number;
  /** -1: cells are never quoted. */
  readonly quote: number;
  /** Before a quote inside quotes; the quote itself where it is doubled. */
  readonly escape: number;
  readonly header: boolean;
  /** Quoted cells may hold line breaks. */
  readonly quotedNewlines: boolean;
  readonly maxRecordBytes: number;
}

/** A record in memory a few times over, and DuckDB's buffers for its line, fit the smallest task. */
export const MAX_RECORD_BYTES = 16 * 1024 ** 2;

export const LF = 0x0a;
export const CR = 0x0d;

function byteOf(name: string, text: string): number {
  if (text === '') return -1;
  const code = text.charCodeAt(0);
  if (code > 0x7f || code === LF || code === CR || code === 0) {
    throw new ObjectError('wrong_format', `the contract’s ${name} must be one ASCII character that is no line break`);
  }
  return code;
}

/** The dialect that a contract's options name. TSV differs by its delimiter, and its cells hold no line breaks, so that it can be cut. */
export function dialectOf(format: Format, options: FormatOptions): Dialect {
  const tsv = format === 'tsv';
  const quote = byteOf('quote', options.quote ?? '"');
  return {
    delimiter: byteOf('delimiter', options.delimiter ?? (tsv ? '\t' : ',')),
    quote,
    escape: options.escape ? byteOf('escape', options.escape) : quote,
    header: options.header ?? true,
    quotedNewlines: options.quotedNewlines ?? !tsv,
    maxRecordBytes: options.maxRecordBytes ?? MAX_RECORD_BYTES,
  };
}
