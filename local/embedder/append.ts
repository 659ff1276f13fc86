/** Rows into a table of DuckDB, in the types of its columns. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** Rows of one chunk of DuckDB. */
const CHUNK_ROWS = 2_048;

/** Appends rows; lists are plain arrays. */
export async function appendRows(c: DuckDBConnection, table: string, rows: readonly DuckDBValue[][]): Promise<void> {
  const { DuckDBDataChunk } = await import('@duckdb/node-api');
  const appender = await c.createAppender(table);
  const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.slice(from, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, part.length);
    for (const i of types.keys())
      chunk.setColumnValues(
        i,
        part.map((row) => row[i] ?? null),
      );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
