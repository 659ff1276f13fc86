/** JSON (array, object, concatenated) and JSON Lines: strict, exact, every record accounted for. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError, Rejects } from '../shared/rejects.ts';
import { bomBytes, openSource } from '../shared/source.ts';
import { linesOf } from '../shared/lines.ts';
import { Spans } from '../shared/spans.ts';
import { StageFile } from '../shared/stage-file.ts';
import type { Reader, StagedInput, StageRequest } from '../staged.ts';
import { skipBlanks } from './scan.ts';
import { RecordReader } from './record.ts';
import { piecesOf, type Piece } from './split.ts';

/** What a record may take in memory, several times over, within the smallest task. */
export const MAX_RECORD_BYTES = 64 * 1024 ** 2;

type Records = (
  request: StageRequest,
  source: Awaited<ReturnType<typeof openSource>>,
  maxBytes: number,
) => AsyncIterable<Piece>;

/** Each physical line is a record; blank lines are none. */
const lineRecords: Records = async function* (_request, source, maxBytes) {
  for await (const line of linesOf(source.chunks(), { ...source, maxBytes })) {
    const skip = bomBytes(line.bytes, line.offset);
    const bytes = line.bytes.subarray(skip);
    if (!line.tooLong && skipBlanks(bytes, 0) === bytes.length) continue;
    yield { offset: line.offset + skip, length: line.length - skip, bytes, tooLong: line.tooLong };
  }
};

const documentRecords: Records = ({ options }, source, maxBytes) =>
  piecesOf(source.chunks(), { pointer: options.records, maxBytes });

function stagePiece(piece: Piece, record: number, maxBytes: number, reader: RecordReader, out: StageFile): void {
  if (piece.broken) throw new RecordError('malformed_record', piece.broken);
  if (piece.tooLong)
    throw new RecordError('record_too_long', `the record has ${piece.length} bytes; ${maxBytes} are allowed`);
  reader.stage(piece.bytes, record, out);
}

async function stageRecords(request: StageRequest, records: Records): Promise<StagedInput[]> {
  const { options, inputs, scratch, scratchBytes } = request;
  const input = inputs[0];
  if (!input) throw new Error('a JSON contract has one input');
  await mkdir(scratch, { recursive: true });
  const source = await openSource(request);
  const maxBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const reader = new RecordReader(input.columns, options);
  const rejects = new Rejects();
  const spans = new Spans(join(scratch, `${input.name}.spans`));
  const out = new StageFile(join(scratch, `${input.name}.staged`), scratchBytes);
  try {
    for await (const piece of records(request, source, maxBytes)) {
      const record = spans.add(piece.offset, piece.length);
      try {
        stagePiece(piece, record, maxBytes, reader, out);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        rejects.add({
          record,
          offset: piece.offset,
          length: piece.length,
          reason: error.reason,
          message: error.message,
        });
      }
    }
  } finally {
    out.close();
    spans.close();
  }
  return [
    {
      name: input.name,
      relation: out.relation(reader.names),
      records: spans.records,
      rejects: rejects.list,
      payload: (numbers) => spans.read(source.path, source.base, numbers),
      notes: reader.ignored.size > 0 ? { keys_ignored: reader.ignored.size } : {},
    },
  ];
}

export const readJsonLines: Reader = (request) => stageRecords(request, lineRecords);
export const readJson: Reader = (request) => stageRecords(request, documentRecords);
