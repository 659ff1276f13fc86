/** CSV and TSV: a fast count first; DuckDB reads the file as it is where that found nothing odd, else a mended copy. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Format } from '../../../../protocol/contract.ts';
import { decodeToFile, inspect } from '../bytes/decode.ts';
import { ObjectError, type Reader, type StagedInput, type StageRequest } from '../staged.ts';
import { dialectOf, LF, type Dialect } from './dialect.ts';
import { fastScan } from './fast-scan.ts';
import { matchHeader, positional, type FileColumn } from './header.ts';
import { mend } from './mend.ts';
import { cutPart, headOf } from './part.ts';
import { readSpans, type RecordIndex } from './record-index.ts';
import { cellsOf, RecordSplitter } from './records.ts';
import { counted, numbered } from './relation.ts';

/** The object's records as UTF-8 on scratch. */
interface Text {
  readonly path: string;
  /** Offset in the decoded object of the file's first byte. */
  readonly base: number;
  /** First bytes that are no text. */
  readonly bomBytes: number;
  /** Where the header is: the file's own first bytes, or those of the object that this is a part of. */
  readonly head: Buffer;
  readonly ownHead: boolean;
}

/** Longest header: names of some ten thousand columns. */
const HEAD_BYTES = 1024 ** 2;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function wholeText({ object, options, scratch, scratchBytes }: StageRequest): Promise<Text> {
  const { plain, bomBytes } = await inspect(object.path, options);
  if (plain) return { path: object.path, base: 0, bomBytes, head: await firstBytes(object.path), ownHead: true };
  const path = join(scratch, 'decoded');
  await decodeToFile(object.path, path, { ...options, scratchBytes });
  return { path, base: 0, bomBytes: 0, head: await firstBytes(path), ownHead: true };
}

/** Cutting needs one byte per line end, so a part is UTF-8 or of one byte a character. */
async function partText({ object, options, scratch, scratchBytes }: StageRequest, dialect: Dialect): Promise<Text> {
  const cut = join(scratch, 'part');
  const base = await cutPart(object, cut);
  const ownHead = object.part?.start === 0;
  const encoding = options.encoding ?? 'utf-8';
  let path = cut;
  if (encoding !== 'utf-8' && (await firstBytes(cut)).length) {
    path = join(scratch, 'decoded');
    await decodeToFile(cut, path, { compression: 'none', encoding, scratchBytes });
  }
  const head = ownHead || !dialect.header ? await firstBytes(path) : await headOf(object);
  return { path, base, bomBytes: ownHead && head.subarray(0, 3).equals(BOM) ? BOM.length : 0, head, ownHead };
}

/** Columns in file order, and where the first record begins in the file. */
function readHeader(
  text: Text,
  dialect: Dialect,
  { inputs, options }: StageRequest,
): { file: FileColumn[]; from: number; plainHeader: boolean } {
  const columns = inputs[0]?.columns ?? [];
  const { head, ownHead, bomBytes } = text;
  if (!dialect.header) return { file: positional(columns), from: bomBytes, plainHeader: true };
  const skip = head.subarray(0, 3).equals(BOM) ? BOM.length : 0;
  let file: FileColumn[] | undefined;
  let plainHeader = true;
  const splitter = new RecordSplitter(
    { ...dialect, maxRecordBytes: HEAD_BYTES },
    ({ bytes, problem, offset, newlines, irregular }) => {
      if (!bytes || problem)
        throw new ObjectError(
          'header_missing',
          'the first record is no header: its quotes do not match, or it is too long',
        );
      const cells = cellsOf(bytes, dialect).map((c) => c ?? '');
      file = matchHeader(cells, bytes.toString('utf8'), columns, options.unlisted, dialect.delimiter);
      plainHeader = offset === skip && newlines === 0 && !irregular;
      return false;
    },
    skip,
  );
  splitter.push(head.subarray(skip));
  splitter.end();
  if (!file) throw new ObjectError('header_missing', 'there is no header: the object holds no record');
  return { file, from: ownHead ? afterHeader(head, splitter) : 0, plainHeader };
}

/** The byte after the header's line end. */
function afterHeader(head: Buffer, splitter: RecordSplitter): number {
  const next = splitter.next;
  return splitter.lineEnds.cr > 0 && head[next] === LF ? next + 1 : next;
}

function stager(format: Format): Reader {
  return async (request) => {
    const { object, options, inputs, scratch, scratchBytes } = request;
    const input = inputs[0];
    if (!input) throw new Error('a CSV contract has one input');
    const dialect = dialectOf(format, options);
    const text = object.part ? await partText(request, dialect) : await wholeText(request);
    const { file, from, plainHeader } = readHeader(text, dialect, request);
    const shared = { dialect, file, columns: input.columns, unlisted: options.unlisted };
    const payload = (index: RecordIndex) => async (records: readonly number[]) =>
      readSpans(text.path, await index.find(text.path, dialect, records), text.base);

    const exact = async (): Promise<StagedInput> => {
      const target = join(scratch, 'mended');
      const { index, rejects, longest, lineEnds } = await mend(text.path, target, {
        dialect,
        from,
        columns: file.length,
        base: text.base,
        scratchBytes,
      });
      const { lf, crlf, cr, blank } = lineEnds;
      const mixed = cr > 0 || (lf > 0 && crlf > 0);
      return {
        name: input.name,
        relation: numbered({ ...shared, path: target, longest }),
        records: index.records,
        rejects,
        payload: payload(index),
        notes: { ...(mixed ? { line_endings_mended: crlf + cr } : {}), ...(blank ? { blank_lines: blank } : {}) },
      };
    };

    const scanned = plainHeader ? await fastScan(text.path, { dialect, from, columns: file.length }) : undefined;
    if (!scanned) return [await exact()];
    const { index, lineEnd, longest, blank } = scanned;
    return [
      {
        name: input.name,
        relation: counted({ ...shared, path: text.path, longest, lineEnd, header: dialect.header && text.ownHead }),
        records: index.records,
        rejects: [],
        payload: payload(index),
        notes: blank ? { blank_lines: blank } : {},
        exact,
      },
    ];
  };
}

/** Throws ObjectError as bytes/decode.ts and header.ts do. */
export const readCsv: Reader = stager('csv');
export const readTsv: Reader = stager('tsv');
