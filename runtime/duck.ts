/** A short-lived DuckDB for Decant's own files: merges, pruning, compaction, reasons. Contract SQL never runs here. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { openDuck } from './sql/duckdb.ts';
import { sqlText } from './sql/text.ts';

export interface DuckOptions {
  /** Of the whole task. */
  readonly memoryMiB: number;
  readonly threads: number;
  /** The folder that all files lie in; spilled data goes below it. */
  readonly scratch: string;
  readonly scratchBytes: number;
}

/** Process memory beyond DuckDB's own buffers: up to 230 MB were seen, and Node needs its heap. */
const OUTSIDE_MIB = 700;
/** Share of the task's memory that DuckDB may have at most. */
const SHARE = 0.6;
const LEAST_MIB = 256;
/** Share of the scratch disk for what is spilled; files in and out need the rest. */
const SPILL_SHARE = 0.3;

export const duckMemoryMiB = (taskMiB: number): number =>
  Math.max(LEAST_MIB, Math.floor(Math.min(taskMiB - OUTSIDE_MIB, taskMiB * SHARE)));

/** Opens an instance that reaches files in the scratch folder only, runs `f`, and closes it, whatever happens. */
export async function withDuck<T>(options: DuckOptions, f: (c: DuckDBConnection) => Promise<T>): Promise<T> {
  const { memoryMiB, threads, scratch, scratchBytes } = options;
  await mkdir(scratch, { recursive: true });
  const duck = await openDuck({
    threads,
    memoryMiB: duckMemoryMiB(memoryMiB),
    folder: scratch,
    spillBytes: scratchBytes * SPILL_SHARE,
  });
  try {
    return await f(duck.connection);
  } finally {
    duck.close();
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
  `COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`;

/** Names and DuckDB types of a Parquet file's columns. */
export async function columnsOf(c: DuckDBConnection, path: string): Promise<{ name: string; type: string }[]> {
  const rows = await rowsOf(c, `DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
  return rows.map((r) => ({ name: String(r['column_name']), type: String(r['column_type']) }));
}
