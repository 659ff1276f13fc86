/** The molecules of a job's file, one after the other. */
import { parse as csv, type Options as CsvOptions } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Job } from './jobs.ts';

/** The file is not what the job says; told to the caller, so it never holds what is in the file. */
export class JobInputError extends Error {
  override readonly name = 'JobInputError';
}

/** Rows of a Parquet file that are held at once. */
const ROWS_AT_ONCE = 50_000;
const DEFAULT_COLUMN = 'smiles';
/** A record of an SDF is some kilobytes; a larger one is no molecule. */
const MAX_RECORD_CHARS = 1_000_000;

/** Null where the row has no value. Of `sdf` it is a molblock, else SMILES. Throws JobInputError. */
export function readMolecules(path: string, input: Job['input']): AsyncGenerator<string | null> {
  switch (input.format) {
    case 'smi':
      return fromSmiles(path);
    case 'sdf':
      return fromSdf(path);
    case 'csv':
      return fromCsv(path, input);
    case 'parquet':
      return fromParquet(path, input);
  }
}

const bytesOf = (path: string): Readable => {
  const bytes = createReadStream(path);
  if (!path.endsWith('.gz')) return bytes;
  const unpacked = createGunzip();
  bytes.on('error', (error) => unpacked.destroy(error));
  return bytes.pipe(unpacked);
};

async function* lines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  try {
    for await (const chunk of bytesOf(path) as AsyncIterable<Buffer>) {
      // The decoder drops a byte order mark.
      const parts = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n/);
      rest = parts.pop() ?? '';
      if (rest.length > MAX_RECORD_CHARS)
        throw new JobInputError(`it has a line of more than ${MAX_RECORD_CHARS} characters`);
      yield* parts;
    }
  } catch (cause) {
    if (cause instanceof JobInputError) throw cause;
    throw new JobInputError('it cannot be read to its end', { cause });
  }
  if (rest !== '') yield rest;
}

async function firstLine(path: string): Promise<string> {
  for await (const line of lines(path)) return line;
  return '';
}

/** One structure a line; what follows a blank is its name. Blank lines are none. */
async function* fromSmiles(path: string): AsyncGenerator<string> {
  for await (const line of lines(path)) {
    const [smiles] = line.trim().split(/\s+/);
    if (smiles) yield smiles;
  }
}

async function* fromSdf(path: string): AsyncGenerator<string> {
  let record: string[] = [];
  let length = 0;
  for await (const line of lines(path)) {
    if (line.startsWith('$$$$')) {
      yield record.join('\n');
      record = [];
      length = 0;
    } else if (length <= MAX_RECORD_CHARS) {
      record.push(line);
      length += line.length;
    }
  }
  if (record.some((line) => line.trim() !== '')) yield record.join('\n');
}

/** Delimiter of the first line: the one that it holds most of. */
const delimiterOf = (header: string): string =>
  [',', '\t', ';', '|'].reduce((best, d) => (header.split(d).length > header.split(best).length ? d : best));

async function* fromCsv(path: string, input: Job['input']): AsyncGenerator<string | null> {
  const options: CsvOptions = {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARS,
    delimiter: delimiterOf(await firstLine(path)),
  };
  const parser = csv(options);
  const source = bytesOf(path);
  source.on('error', (error) => parser.destroy(error));
  let at: number | undefined;
  let record = 0;
  try {
    for await (const row of source.pipe(parser) as AsyncIterable<string[]>) {
      record++;
      if (at === undefined) at = columnOf(row, input);
      else yield row[at] || null;
    }
  } catch (cause) {
    if (cause instanceof JobInputError) throw cause;
    throw new JobInputError(`it cannot be read as csv after record ${record}`, { cause });
  }
  if (at === undefined) throw new JobInputError('it is empty');
}

async function* fromParquet(path: string, input: Job['input']): AsyncGenerator<string | null> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map((c) => c.element.name);
    const column = names[columnOf(names, input)] ?? '';
    const total = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < total; rowStart += ROWS_AT_ONCE) {
      const rowEnd = Math.min(total, rowStart + ROWS_AT_ONCE);
      const rows = await parquetReadObjects({ file, metadata, columns: [column], compressors, rowStart, rowEnd });
      for (const row of rows) {
        const value: unknown = row[column];
        if (value !== null && value !== undefined && typeof value !== 'string')
          throw new JobInputError(`its column ${column} holds no text`);
        yield value ?? null;
      }
    }
  } catch (cause) {
    if (cause instanceof JobInputError) throw cause;
    throw new JobInputError('it cannot be read as parquet', { cause });
  }
}

/** Place of the column: its name as written, else in other case. */
function columnOf(names: readonly string[], { column = DEFAULT_COLUMN }: Job['input']): number {
  const exact = names.findIndex((name) => name.trim() === column);
  const found = exact >= 0 ? exact : names.findIndex((name) => name.trim().toLowerCase() === column.toLowerCase());
  if (found < 0) throw new JobInputError(`it has no column ${column}`);
  return found;
}
