/** Parquet of a run as files that PostgreSQL and people read: the same numbers, every digit. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { embeddingColumns, type TableColumn } from '../../protocol/embedding-tables.ts';
import type { PublishedTable } from '../../protocol/publish.ts';
import { sqlName, sqlText } from '../sql/text.ts';

/** What a row says beside the table's own columns. */
export interface RowOrigin {
  readonly bundle: string;
  readonly sensitivity: string;
  /** When the file was written. */
  readonly computedAt: Date;
}

/** Columns of a published row, in order. */
export const publishedColumns = (table: PublishedTable): string[] => [
  ...embeddingColumns[table].map((c) => c.name),
  'bundle',
  'sensitivity',
  'computed_at',
];

/** Arrays and bytes as PostgreSQL writes them. The texts of arrays are codes: they need no quotes. */
function asText({ name, type }: TableColumn): string {
  const value = sqlName(name);
  if (type === 'float[]' || type === 'text[]') return `'{' || array_to_string(${value}, ',') || '}'`;
  if (type === 'binary') return `'\\x' || lower(hex(${value}))`;
  return value;
}

const origin = ({ bundle, sensitivity, computedAt }: RowOrigin): string =>
  `${sqlText(bundle)} as bundle, ${sqlText(sensitivity)} as sensitivity, TIMESTAMPTZ ${sqlText(computedAt.toISOString())} as computed_at`;

export function selectRows(table: PublishedTable, path: string, from: RowOrigin, as: 'csv' | 'parquet'): string {
  const columns = embeddingColumns[table].map((c) =>
    as === 'csv' ? `${asText(c)} as ${sqlName(c.name)}` : sqlName(c.name),
  );
  return `select ${columns.join(', ')}, ${origin(from)} from read_parquet(${sqlText(path)})`;
}

/** Writes a CSV with a heading; null is nothing, and every other value stands in quotes. Returns its rows. */
export async function writeCsv(
  c: DuckDBConnection,
  query: string,
  path: string,
  compression: 'none' | 'gzip' = 'none',
): Promise<number> {
  const done = await c.runAndReadAll(
    `COPY (${query}) TO ${sqlText(path)} (FORMAT csv, HEADER true, FORCE_QUOTE *, NULLSTR '', COMPRESSION ${compression})`,
  );
  return Number(done.getRows()[0]?.[0]);
}
