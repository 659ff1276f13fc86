/** A short-lived DuckDB for Decant's own files: merges, pruning, compaction, reasons. Contract SQL never runs here. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';

export interface DuckOptions {
  /** Of the whole task. */
  readonly memoryMiB: number;
  readonly threads: number;
  /** Folder for spilled data. */
  readonly scratch: string;
  readonly scratchBytes: number;
}

/** Process memory beyond DuckDB's own buffers: up to 230 MB were seen, and Node needs its heap. */
const OUTSIDE_MIB = 700;
/** Share of the task's memory that DuckDB may have at most. */
const SHARE = 0.6;
const LEAST_MIB = 128;

export const duckMemoryMiB = (memoryMiB: number): number =>
  Math.max(LEAST_MIB, Math.floor(Math.min(memoryMiB - OUTSIDE_MIB, memoryMiB * SHARE)));

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A name as an SQL identifier. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Opens an instance, runs `f`, closes it, whatever happens. */
export async function withDuck<T>(options: DuckOptions, f: (c: DuckDBConnection) => Promise<T>): Promise<T> {
  await mkdir(options.scratch, { recursive: true });
  // Loaded when needed: the CLI starts without it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${duckMemoryMiB(options.memoryMiB)}MiB`,
    threads: String(options.threads),
    temp_directory: options.scratch,
    max_temp_directory_size: `${Math.floor(options.scratchBytes / 1024 ** 2)}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      return await f(connection);
    } finally {
      connection.disconnectSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Rows of a query as plain objects; 64-bit integers are numbers where they fit, else texts. */
export async function rowsOf(c: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  const reader = await c.runAndReadAll(sql);
  return reader.getRowObjects().map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)])));
}

const plain = (v: unknown): unknown =>
  typeof v === 'bigint' ? (Number.isSafeInteger(Number(v)) ? Number(v) : String(v)) : v;

/** Parquet that is the same bytes for the same rows. */
export const copyToParquet = (query: string, path: string): string =>
  `COPY (${query}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`;

/** Names and DuckDB types of a Parquet file's columns. */
export async function columnsOf(c: DuckDBConnection, path: string): Promise<{ name: string; type: string }[]> {
  const rows = await rowsOf(c, `DESCRIBE SELECT * FROM read_parquet(${literal(path)})`);
  return rows.map((r) => ({ name: String(r['column_name']), type: String(r['column_type']) }));
}
