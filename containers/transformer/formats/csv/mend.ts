/** Writes the healthy records of a CSV into a file that every strict reader takes, each led by its number; the others are rejects. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { RecordReason } from '../../../../protocol/reasons.ts';
import { Rejects } from '../shared/rejects.ts';
import { ObjectError, type Reject } from '../staged.ts';
import type { Dialect } from './dialect.ts';
import { RecordIndex } from './record-index.ts';
import { cellsOf, RecordSplitter, type CsvRecord, type LineEnds } from './records.ts';

export interface Mended {
  readonly index: RecordIndex;
  readonly rejects: readonly Reject[];
  /** Bytes of the longest line written. */
  readonly longest: number;
  readonly lineEnds: LineEnds;
}

export interface MendOptions {
  readonly dialect: Dialect;
  /** Offset of the first record in the file. */
  readonly from: number;
  readonly columns: number;
  /** Offset in the object of the file's first byte. */
  readonly base: number;
  /** Bytes that may be written. */
  readonly scratchBytes: number;
  /** @default 256 KiB */
  readonly chunkBytes?: number;
}

const CHUNK_BYTES = 256 * 1024;
const WRITE_BYTES = 1024 ** 2;

/** Why a record cannot become a row, or undefined. */
function fault(
  record: CsvRecord,
  columns: number,
  dialect: Dialect,
): { reason: RecordReason; message: string } | undefined {
  const { problem, bytes, length, newlines, cells } = record;
  if (problem === 'unterminated_quote') {
    return {
      reason: problem,
      message: `a quote is opened and never closed; the record holds ${newlines} line ends and ${length} bytes`,
    };
  }
  if (!bytes)
    return {
      reason: 'record_too_long',
      message: `the record has ${length} bytes; ${dialect.maxRecordBytes} are allowed`,
    };
  if (problem === 'malformed_record') {
    return { reason: problem, message: `text follows a closing quote; the record holds ${newlines} line ends` };
  }
  if (bytes.includes(0)) return { reason: 'nul_byte', message: 'the record holds a NUL byte' };
  if (!isUtf8(bytes)) return { reason: 'invalid_encoding', message: 'the record is not valid in its encoding' };
  if (cells !== columns)
    return { reason: 'wrong_column_count', message: `the record has ${cells} cells; ${columns} are expected` };
  return undefined;
}

/** The record with quotes where RFC 4180 wants them. */
function regular(bytes: Buffer, dialect: Dialect): Buffer {
  const mark = String.fromCharCode(dialect.quote);
  const cells = cellsOf(bytes, dialect).map((c) => (c === null ? '' : mark + c.replaceAll(mark, mark + mark) + mark));
  return Buffer.from(cells.join(String.fromCharCode(dialect.delimiter)));
}

/**
 * Reads `path` and writes `target`.
 * @throws ObjectError `too_large` when the scratch disk has no room
 */
export async function mend(path: string, target: string, options: MendOptions): Promise<Mended> {
  const { dialect, columns, base, scratchBytes } = options;
  const index = new RecordIndex();
  const rejects = new Rejects();
  const delimiter = Buffer.from([dialect.delimiter]);
  const newline = Buffer.from('\n');
  let longest = 0;
  let written = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const splitter = new RecordSplitter(
    dialect,
    (record) => {
      index.add(record.offset);
      const number = index.records;
      const why = fault(record, columns, dialect);
      if (why || !record.bytes) {
        if (why) rejects.add({ record: number, offset: base + record.offset, length: record.length, ...why });
        return;
      }
      const text = record.irregular ? regular(record.bytes, dialect) : Buffer.from(record.bytes);
      const head = Buffer.from(String(number));
      pending.push(head, delimiter, text, newline);
      const length = head.length + text.length + 2;
      pendingBytes += length;
      longest = Math.max(longest, length);
    },
    options.from,
  );
  const file = await open(target, 'w');
  const flush = async () => {
    written += pendingBytes;
    if (written > scratchBytes)
      throw new ObjectError('too_large', `mending needs more than the ${scratchBytes} bytes of scratch disk left`);
    await file.writeFile(Buffer.concat(pending));
    pending = [];
    pendingBytes = 0;
  };
  try {
    for await (const chunk of createReadStream(path, {
      start: options.from,
      highWaterMark: options.chunkBytes ?? CHUNK_BYTES,
    })) {
      splitter.push(chunk as Buffer);
      if (pendingBytes > WRITE_BYTES) await flush();
    }
    splitter.end();
    await flush();
  } finally {
    await file.close();
  }
  return { index, rejects: rejects.list, longest, lineEnds: splitter.lineEnds };
}
