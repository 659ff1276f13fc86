/** DuckDB's view of a CSV file: every cell as text, by the contract's names. Nothing is sniffed. */
import type { Column, FormatOptions } from '../../../../protocol/contract.ts';
import { sqlName, sqlText } from '../shared/sql.ts';
import type { Dialect } from './dialect.ts';
import { restColumn, type FileColumn } from './header.ts';

/** DuckDB's own limit of a line; larger ones need larger buffers, which cost memory. */
const DEFAULT_LINE_BYTES = 2_000_000;

interface Call {
  readonly path: string;
  readonly dialect: Dialect;
  readonly header: boolean;
  readonly lineEnd: '\n' | '\r\n';
  readonly longest: number;
  /** File columns in order: name and type. */
  readonly columns: readonly (readonly [string, string])[];
}

const character = (byte: number): string => (byte < 0 ? '' : String.fromCharCode(byte));

function readCsvCall({ path, dialect, header, lineEnd, longest, columns }: Call): string {
  const quote = character(dialect.quote);
  const wide =
    longest >= DEFAULT_LINE_BYTES ? [`max_line_size=${longest + 1024}`, `buffer_size=${2 * (longest + 1024)}`] : [];
  const options = [
    `columns={${columns.map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`).join(', ')}}`,
    `header=${header}`,
    'auto_detect=false',
    `delim=${sqlText(character(dialect.delimiter))}`,
    `quote=${sqlText(quote)}`,
    `escape=${sqlText(quote ? character(dialect.escape) : '')}`,
    `new_line=${sqlText(lineEnd === '\n' ? '\\n' : '\\r\\n')}`,
    "comment=''",
    'allow_quoted_nulls=false',
    ...wide,
  ];
  return `read_csv(${sqlText(path)}, ${options.join(', ')})`;
}

/** One expression per contract column over the file's columns `c1`, `c2`, …. */
function selection(
  file: readonly FileColumn[],
  columns: readonly Column[],
  unlisted: FormatOptions['unlisted'],
): string[] {
  const rest = unlisted === 'collect' ? restColumn(columns) : undefined;
  const at = new Map(file.flatMap(({ column }, i) => (column ? [[column.name, `c${i + 1}`] as const] : [])));
  const strangers = file.flatMap(({ source, column }, i) => (column ? [] : [`${sqlText(source)}, c${i + 1}`]));
  return columns.map((c) => {
    const collected = strangers.length ? `CAST(json_object(${strangers.join(', ')}) AS VARCHAR)` : "'{}'";
    return `${c === rest ? collected : (at.get(c.name) ?? 'CAST(NULL AS VARCHAR)')} AS ${sqlName(c.name)}`;
  });
}

export interface RelationOptions {
  readonly path: string;
  readonly dialect: Dialect;
  readonly file: readonly FileColumn[];
  readonly columns: readonly Column[];
  readonly unlisted: FormatOptions['unlisted'];
  readonly longest: number;
}

const cells = (file: readonly FileColumn[]) => file.map((_, i) => [`c${i + 1}`, 'VARCHAR'] as const);

/** A file as it came: record numbers are counted, which is right only while DuckDB finds every record. */
export function counted(o: RelationOptions & { lineEnd: '\n' | '\r\n'; header: boolean }): string {
  const call = readCsvCall({ ...o, columns: cells(o.file) });
  return `(SELECT _row, ${selection(o.file, o.columns, o.unlisted).join(', ')} FROM (SELECT row_number() OVER () AS _row, * FROM ${call}))`;
}

/** A mended file, whose first cell is the record number. */
export function numbered(o: RelationOptions): string {
  const columns = [['_row', 'BIGINT'] as const, ...cells(o.file)];
  const dialect = { ...o.dialect, escape: o.dialect.quote };
  const call = readCsvCall({ ...o, dialect, header: false, lineEnd: '\n', columns });
  return `(SELECT _row, ${selection(o.file, o.columns, o.unlisted).join(', ')} FROM ${call})`;
}
