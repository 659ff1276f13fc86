/** Parquet: DuckDB reads it, every value as exact text; a part holds the row groups whose first byte lies in it. */
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { matchHeader } from '../csv/header.ts';
import { sqlName, sqlText } from '../shared/sql.ts';
import { ObjectError, type RawObject, type Reader, type StagedInput, type StageRequest } from '../staged.ts';
import { columnText } from './columns.ts';
import { withDuck, type Row } from './duck.ts';
import { sparseFile, type SparseFile } from './sparse.ts';

/** Names come from the file itself; there is no line of them. */
const NO_DELIMITER = 0;

type Query = (sql: string) => Promise<Row[]>;
/** Rows [first, first + rows) of the file. */
interface Rows {
  readonly first: number;
  readonly rows: number;
}

/** Says what is wrong with a file that DuckDB would name in its own words. */
async function checkMagic(path: string): Promise<void> {
  const { size } = await stat(path);
  if (size === 0) throw new ObjectError('empty_object', 'the object has 0 bytes');
  const file = await open(path);
  try {
    const magic = Buffer.alloc(8);
    await file.read(magic, 0, 4, 0);
    await file.read(magic, 4, 4, Math.max(0, size - 4));
    const [head, tail] = [magic.toString('latin1', 0, 4), magic.toString('latin1', 4)];
    if (head === 'PARE' || tail === 'PARE') throw new ObjectError('encrypted', 'the Parquet file is encrypted');
    if (head !== 'PAR1') throw new ObjectError('wrong_format', 'the object does not begin as a Parquet file does');
    if (size < 12 || tail !== 'PAR1')
      throw new ObjectError('truncated', 'the Parquet file does not end with its footer');
  } finally {
    await file.close();
  }
}

async function orCorrupt<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ObjectError) throw error;
    const message = String((error as Error).message).split('\n')[0] ?? '';
    // The machine's trouble, not the file's: another attempt may do better.
    if (/^(Out of Memory|IO) Error/.test(message)) throw error;
    throw new ObjectError(
      'corrupt',
      `the Parquet file cannot be read: ${message.replace(/"[^"]*\/[^"]*"|'[^']*\/[^']*'/g, 'it')}`,
      { cause: error },
    );
  }
}

/** The row groups of a part, whose bytes are then all there. */
async function rowsOf(query: Query, path: string, object: RawObject, sparse: SparseFile | undefined): Promise<Rows> {
  const groups = await query(`
    SELECT row_group_id AS id, any_value(row_group_num_rows) AS rows, min(least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset)) AS start, sum(total_compressed_size) AS bytes
    FROM parquet_metadata(${sqlText(path)}) GROUP BY 1 ORDER BY 1`);
  let first = 0;
  let before = 0;
  let rows = 0;
  let end = 0;
  for (const group of groups) {
    const [start, count] = [Number(group['start']), Number(group['rows'])];
    const here = !object.part || (start >= object.part.start && start < object.part.end);
    if (here && rows === 0) first = before;
    if (here) {
      rows += count;
      end = Math.max(end, start + Number(group['bytes']));
    }
    before += count;
  }
  await sparse?.extendTo(end);
  return { first, rows };
}

/** Names of the top columns as the file has them: DuckDB renames doubles. */
async function topNames(query: Query, path: string): Promise<string[]> {
  const schema = await query(
    `SELECT name, coalesce(num_children, 0) AS children FROM parquet_schema(${sqlText(path)})`,
  );
  const names: string[] = [];
  let i = 1;
  const skip = (): void => {
    const children = Number(schema[i++]?.['children'] ?? 0);
    for (let c = 0; c < children; c++) skip();
  };
  while (i < schema.length) {
    names.push(String(schema[i]?.['name']));
    skip();
  }
  return names;
}

async function inspectFile(
  query: Query,
  path: string,
  { object, inputs, options }: StageRequest,
  sparse: SparseFile | undefined,
) {
  const columns = inputs[0]?.columns ?? [];
  const matched = matchHeader(await topNames(query, path), '', columns, options.unlisted, NO_DELIMITER);
  const range = await rowsOf(query, path, object, sparse);
  const types = new Map(
    (await query(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`)).map((r) => [
      String(r['column_name']),
      String(r['column_type']),
    ]),
  );
  const texts = columns.map((column) => {
    const source = matched.find((m) => m.column === column)?.source;
    return `${source === undefined ? 'NULL::VARCHAR' : columnText(source, types.get(source) ?? '')} AS ${sqlName(column.name)}`;
  });
  const numbered = `read_parquet(${sqlText(path)}, file_row_number=true) WHERE file_row_number BETWEEN ${range.first} AND ${range.first + range.rows - 1}`;
  const relation = `(SELECT file_row_number - ${range.first - 1} AS _row, ${texts.join(', ')} FROM ${numbered})`;
  // Damage within a page shows only when it is decoded: better here than in the middle of a shard.
  const counts = columns.map((c) => `count(${sqlName(c.name)})`);
  const [seen] = await query(`SELECT count(*) AS n, ${counts.join(', ')} FROM ${relation}`);
  if (Number(seen?.['n']) !== range.rows)
    throw new ObjectError('corrupt', `the footer names ${range.rows} rows, ${String(seen?.['n'])} are there`);
  return { relation, range };
}

/** Rows as JSON: Parquet has no bytes of a record. */
const payloadOf = (relation: string) => (records: readonly number[]) =>
  withDuck(async (query) => {
    const found: { record: number; offset: null; bytes: Uint8Array }[] = [];
    for (let i = 0; i < records.length; i += 1000) {
      const rows = await query(
        `SELECT _row, to_json(r)::VARCHAR AS json FROM (SELECT _row, r FROM ${relation} AS r WHERE _row IN (${records.slice(i, i + 1000).join(', ')})) ORDER BY _row`,
      );
      for (const row of rows)
        found.push({ record: Number(row['_row']), offset: null, bytes: Buffer.from(String(row['json'])) });
    }
    return found;
  });

export const readParquet: Reader = async (request) => {
  const { object, scratch, inputs } = request;
  await mkdir(scratch, { recursive: true });
  const sparse = object.part ? await sparseFile(object, join(scratch, 'part.parquet')) : undefined;
  const path = sparse?.path ?? object.path;
  await checkMagic(path);
  const { relation, range } = await orCorrupt(withDuck((query) => inspectFile(query, path, request, sparse)));
  const staged: StagedInput = {
    name: inputs[0]?.name ?? 'input',
    relation,
    records: range.rows,
    rejects: [],
    payload: payloadOf(relation),
    notes: {},
  };
  return [staged];
};
