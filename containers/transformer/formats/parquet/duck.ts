/** A small DuckDB of the reader's own, to look into a file before the engine does. */
import { DuckDBInstance } from '@duckdb/node-api';

export type Row = Readonly<Record<string, unknown>>;

/** Runs queries on an instance that lives as long as `use` does. Wide integers come as text. */
export async function withDuck<T>(use: (query: (sql: string) => Promise<Row[]>) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  try {
    await connection.run("SET timezone = 'UTC'");
    return await use(async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
