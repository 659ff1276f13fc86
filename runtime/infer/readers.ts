/** Reads the records of each format into what is gathered. They look, and judge no record: that is the transformer's work. */
import { readFile } from 'node:fs/promises';
import type { FormatOptions } from '../../protocol/contract.ts';
import { UserError } from '../errors.ts';
import { CsvSplitter } from './csv.ts';
import { dialectOf } from './dialect.ts';
import type { Gathered, GatheredColumn } from './gather.ts';
import { linesOf } from './lines.ts';
import type { Opened } from './open.ts';
import { safeName, uniqueNames } from './names.ts';
import { sheetNames } from './sheets.ts';

export type Options = { -readonly [K in keyof FormatOptions]: FormatOptions[K] };

export async function gatherDelimited(opened: Opened, gathered: Gathered): Promise<Options> {
  const dialect = dialectOf(opened.headText, opened.headOnly);
  const input = gathered.input('input', opened.file);
  let columns: GatheredColumn[] | undefined = dialect.header
    ? undefined
    : dialect.names.map((n) => input.column(n, opened.file));
  const splitter = new CsvSplitter(dialect.delimiter, (record) => {
    if (columns) input.row(columns, record);
    else columns = uniqueNames(record.map((c) => c ?? '')).map((n) => input.column(n, opened.file));
  });
  for await (const text of opened.text()) splitter.write(text);
  if (!opened.cut) splitter.end();
  return { delimiter: dialect.delimiter, header: dialect.header };
}

export async function gatherJsonLines(opened: Opened, gathered: Gathered): Promise<Options> {
  const input = gathered.input('input', opened.file);
  for await (const line of linesOf(opened.text())) {
    const value = line.trim() ? parsed(line) : undefined;
    if (isRecord(value)) input.record(opened.file, texts(value));
    else if (line.trim()) input.ragged++;
  }
  return {};
}

export async function gatherJson(opened: Opened, gathered: Gathered): Promise<Options> {
  if (opened.cut)
    throw new UserError(
      `${opened.file} is too large to infer a contract from one JSON document; give a smaller sample`,
    );
  let text = '';
  for await (const part of opened.text()) text += part;
  const input = gathered.input('input', opened.file);
  const value = parsed(text);
  const found = value === undefined ? { records: concatenated(text) } : recordsIn(value);
  for (const record of found.records) if (isRecord(record)) input.record(opened.file, texts(record));
  return found.pointer === undefined ? {} : { records: found.pointer };
}

type JsonRecord = Record<string, unknown>;
const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The array of records: the document itself, or the only array of objects below one of its keys. */
function recordsIn(value: unknown): { records: readonly unknown[]; pointer?: string } {
  if (Array.isArray(value)) return { records: value };
  if (!isRecord(value)) return { records: [] };
  const arrays = Object.entries(value).filter(([, v]) => Array.isArray(v) && v.length > 0 && v.every(isRecord));
  const [only] = arrays;
  if (!only || arrays.length > 1) return { records: [value] };
  return { records: only[1] as unknown[], pointer: `/${only[0].replaceAll('~', '~0').replaceAll('/', '~1')}` };
}

/** Values one after the other: each ends where the braces close. */
function concatenated(text: string): unknown[] {
  const found: unknown[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' && depth++ === 0) start = i;
    else if (c === '}' && --depth === 0) found.push(parsed(text.slice(start, i + 1)));
  }
  return found;
}

function texts(record: JsonRecord): Map<string, { text: string | null; json?: boolean }> {
  return new Map(
    Object.entries(record).map(([key, v]) => [
      key,
      v === null
        ? { text: null }
        : typeof v === 'object'
          ? { text: JSON.stringify(v), json: true }
          : { text: String(v as string | number | boolean) },
    ]),
  );
}

/** `SMILES name`, split at the first blank or TAB. */
export async function gatherSmiles(opened: Opened, gathered: Gathered): Promise<Options> {
  const input = gathered.input('input', opened.file);
  let header: boolean | undefined;
  for await (const line of linesOf(opened.text())) {
    if (!line.trim()) continue;
    if (header === undefined) {
      header = /^\s*(canonical_|isomeric_)?smiles\b/i.test(line);
      if (header) continue;
    }
    const [smiles = '', ...name] = line.trim().split(/\s+/);
    input.record(
      opened.file,
      new Map([
        ['$smiles', { text: smiles }],
        ['$name', { text: name.join(' ') || null }],
      ]),
    );
  }
  return header ? { header: true } : {};
}

const PROPERTY = /^>.*?<([^>]+)>/;

export async function gatherSdf(opened: Opened, gathered: Gathered): Promise<Options> {
  const input = gathered.input('input', opened.file);
  let record: string[] = [];
  const end = () => {
    if (record.some((l) => l.trim())) input.record(opened.file, sdfTexts(record));
    record = [];
  };
  for await (const line of linesOf(opened.text())) {
    if (line.trimEnd() === '$$$$') end();
    else record.push(line);
  }
  if (!opened.cut) end();
  return {};
}

function sdfTexts(lines: readonly string[]): Map<string, { text: string | null }> {
  const values = new Map<string, { text: string | null }>([['$title', { text: lines[0]?.trim() || null }]]);
  // The structure's SMILES is computed by the transformer; here it is only known to exist.
  for (let i = 0; i < lines.length; i++) {
    const name = PROPERTY.exec(lines[i] ?? '')?.[1];
    if (name === undefined) continue;
    const value: string[] = [];
    while (i + 1 < lines.length && lines[i + 1]?.trim() !== '') value.push(lines[++i] ?? '');
    values.set(name, { text: value.join('\n') || null });
  }
  return values;
}

export async function gatherXlsx(opened: Opened, gathered: Gathered): Promise<Options> {
  const { streamXlsxRows } = await import('hucre');
  const bytes = await readFile(opened.file);
  const sheets = sheetNames(bytes);
  for (const sheet of sheets) {
    const input = gathered.input(sheets.length === 1 ? 'input' : safeName(sheet), opened.file, sheet);
    let columns: GatheredColumn[] | undefined;
    for await (const row of streamXlsxRows(bytes, { sheet })) {
      const cells = row.values.map(cellText);
      if (columns)
        input.row(
          columns,
          columns.map((_, i) => cells[i] ?? null),
        );
      else columns = uniqueNames(cells.map((c) => c ?? '')).map((n) => input.column(n, opened.file));
    }
  }
  return {};
}

/** Dates as ISO wall-clock text, without the time where it is midnight. */
function cellText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (value instanceof Date)
    return value
      .toISOString()
      .replace('Z', '')
      .replace(/\.000$/, '')
      .replace(/T00:00:00$/, '');
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

const engineTypes: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INTEGER: 'integer',
  UTINYINT: 'integer',
  USMALLINT: 'integer',
  UINTEGER: 'bigint',
  BIGINT: 'bigint',
  UBIGINT: 'decimal(20,0)',
  HUGEINT: 'decimal(38,0)',
  FLOAT: 'double',
  DOUBLE: 'double',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
};

/** Parquet says its types itself. */
export async function gatherParquet(opened: Opened, gathered: Gathered): Promise<Options> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const file = `'${opened.file.replaceAll("'", "''")}'`;
    const input = gathered.input('input', opened.file);
    const described = await connection.runAndReadAll(`describe select * from read_parquet(${file})`);
    const counted = await connection.runAndReadAll(`select count(*)::int from read_parquet(${file})`);
    input.rows += Number(counted.getRows()[0]?.[0] ?? 0);
    for (const [name, type] of described.getRows().map((r) => [String(r[0]), String(r[1])] as const)) {
      const column = input.column(name, opened.file);
      const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
      const nested = /^(STRUCT|MAP|UNION|JSON)|\]$/.test(type);
      column.declared = decimal
        ? `decimal(${decimal[1]},${decimal[2]})`
        : nested
          ? 'json'
          : (engineTypes[type] ?? 'text');
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return {};
}
