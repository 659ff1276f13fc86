/** One sheet → one staged input: the first row that is not empty is the header, each further one a record. */
import { join } from 'node:path';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { CellValue } from 'hucre';
import type { Column } from '../../../../protocol/contract.ts';
import { matchHeader } from '../csv/header.ts';
import { RecordError, Rejects } from '../shared/rejects.ts';
import { Spans } from '../shared/spans.ts';
import { StageFile } from '../shared/stage-file.ts';
import { ObjectError, type StagedInput, type StageRequest } from '../staged.ts';
import type { PaddedCells } from './formats.ts';
import type { SheetRow } from './rows.ts';
import { cellText } from './text.ts';

const REST = '*';
/** Cells are apart already. */
const NO_DELIMITER = 0;
type Input = StageRequest['inputs'][number];
/** Contract columns by place in the sheet. */
interface Layout {
  readonly cells: readonly (Column | undefined)[];
  readonly names: readonly string[];
}

const isEmpty = (value: CellValue | undefined): boolean => value === null || value === undefined || value === '';

function layoutOf(row: SheetRow, columns: readonly Column[], request: StageRequest): Layout {
  const names = row.values.map((value) => (isEmpty(value) ? '' : String(value).trim()));
  const matched = matchHeader(
    names.filter((name) => name !== ''),
    '',
    columns,
    request.options.unlisted,
    NO_DELIMITER,
  );
  return { names, cells: names.map((name) => matched.find((m) => name !== '' && m.source === name)?.column) };
}

/** Texts of a record's cells by contract column. Throws RecordError. */
function textsOf(
  row: SheetRow,
  layout: Layout,
  formats: ReadonlyMap<number, string> | undefined,
  rest: Column | undefined,
): Map<Column, string | null> {
  const texts = new Map<Column, string | null>();
  const others: string[] = [];
  row.values.forEach((value, i) => {
    const column = layout.cells[i];
    if (column) texts.set(column, cellText(value, column.type, formats?.get(i)));
    else if (isEmpty(value)) return;
    else if (!layout.names[i])
      throw new RecordError(
        'wrong_column_count',
        `row ${row.index + 1} of the sheet has a cell in column ${i + 1}, which has no header`,
      );
    else if (rest)
      others.push(`${JSON.stringify(layout.names[i])}:${JSON.stringify(cellText(value, undefined, formats?.get(i)))}`);
  });
  if (rest) texts.set(rest, others.length > 0 ? `{${others.join(',')}}` : null);
  return texts;
}

/** A row as quarantine keeps it: workbooks have no bytes of a record. */
function rawRow(sheet: string, row: SheetRow, formats: ReadonlyMap<number, string> | undefined): string {
  const cells = row.values.map((value, i) => {
    try {
      return cellText(value, undefined, formats?.get(i));
    } catch {
      return String(value);
    }
  });
  return JSON.stringify({ sheet, row: row.index + 1, cells });
}

class RawRows {
  readonly path: string;
  readonly spans: Spans;
  readonly #file: WriteStream;
  #offset = 0;

  constructor(path: string) {
    this.path = path;
    this.spans = new Spans(`${path}.spans`);
    this.#file = createWriteStream(path);
  }

  async add(text: string): Promise<number> {
    const bytes = Buffer.from(text);
    const record = this.spans.add(this.#offset, bytes.length);
    this.#offset += bytes.length;
    if (!this.#file.write(bytes)) await once(this.#file, 'drain');
    return record;
  }

  async close(): Promise<void> {
    this.spans.close();
    this.#file.end();
    await once(this.#file, 'close');
  }
}

export async function stageSheet(
  request: StageRequest,
  input: Input,
  sheet: string,
  rows: AsyncIterable<SheetRow>,
  padded: PaddedCells,
): Promise<StagedInput> {
  const { columns, name } = input;
  const rest = request.options.unlisted === 'collect' ? columns.find((c) => c.from === REST) : undefined;
  if (request.options.unlisted === 'collect' && !rest)
    throw new ObjectError(
      'column_missing',
      "unlisted: collect needs a column of type json with from: '*' in the contract",
    );
  const raw = new RawRows(join(request.scratch, `${name}.rows`));
  const out = new StageFile(join(request.scratch, `${name}.staged`), request.scratchBytes);
  const rejects = new Rejects();
  let layout: Layout | undefined;
  try {
    for await (const row of rows) {
      if (row.values.every(isEmpty)) continue;
      if (!layout) {
        layout = layoutOf(row, columns, request);
        continue;
      }
      const formats = await padded.of(row.index);
      const record = await raw.add(rawRow(sheet, row, formats));
      try {
        const texts = textsOf(row, layout, formats, rest);
        out.begin(record);
        for (const column of columns) out.text(texts.get(column) ?? null);
        out.end();
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        rejects.add({
          record,
          offset: null,
          length: null,
          reason: error.reason,
          message: `row ${row.index + 1} of sheet "${sheet}": ${error.message}`,
        });
      }
    }
  } finally {
    out.close();
    await raw.close();
  }
  if (!layout) throw new ObjectError('header_missing', `sheet "${sheet}" is empty`);
  return {
    name,
    relation: out.relation(columns.map((c) => c.name)),
    records: raw.spans.records,
    rejects: rejects.list,
    payload: async (records) => (await raw.spans.read(raw.path, 0, records)).map((p) => ({ ...p, offset: null })),
    notes: {},
  };
}
