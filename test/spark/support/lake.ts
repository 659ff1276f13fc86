/** Small Parquet files for the job, its arguments, and what it wrote, read by DuckDB. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EmbedSummary } from '../../../protocol/embeddings.ts';
import { sqlText } from '../../../runtime/sql/text.ts';
import { miniBundle, type Python } from './python.ts';

export type Row = Record<string, unknown>;

async function withDuck<T>(f: (c: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    return await f(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows of a query; bigints are texts. */
export const query = (sql: string): Promise<Row[]> =>
  withDuck(async (c) => (await c.runAndReadAll(sql)).getRowObjectsJson());

/** Writes the rows of a query. */
export async function writeParquet(path: string, select: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  await withDuck((c) => c.run(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`));
  return path;
}

/** A select of one text column `smiles` with the columns that every row of the lake carries. */
export const lakeRows = (values: readonly (string | null)[], column = 'smiles'): string =>
  `SELECT value AS "${column}", 'lab/a.csv' AS _source_key, 'v1' AS _source_version, row AS _source_row, 'r0' AS _run
   FROM (VALUES ${values.map((v, i) => `(${v === null ? 'NULL' : sqlText(v)}::VARCHAR, ${i + 1}::BIGINT)`).join(', ')}) t(value, row)`;

export interface PlanTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly files: readonly string[];
}

/** A folder with tables, quarantine and summaries. */
export class Lake {
  readonly dir: string;
  readonly #python: Python;

  constructor(dir: string, python: Python) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.#python = python;
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  summaryOf(run: string): string {
    return this.path('summaries', `${run}.json`);
  }

  /** Does one run. */
  embed(run: string, plan: readonly PlanTable[] | string, more: Readonly<Record<string, string>> = {}) {
    const args = {
      dataset: 'library',
      plan: typeof plan === 'string' ? plan : JSON.stringify(plan),
      bundle: miniBundle,
      dtype: 'fp32',
      fingerprints: 'none',
      sensitivity: 'internal',
      tables: this.path('tables'),
      quarantine: this.path('quarantine'),
      summary: this.summaryOf(run),
      run,
      ...more,
    };
    // Glue adds arguments of its own.
    const argv = [...Object.entries(args).flatMap(([k, v]) => [`--${k}`, v]), '--JOB_NAME', 'x', '--enable-metrics'];
    return this.#python.ask<EmbedSummary>('job', { argv });
  }

  /** Rows of one of the tables, with its partitions. */
  rows(table: string, rest = ''): Promise<Row[]> {
    return query(
      `SELECT * FROM read_parquet('${this.path('tables', table)}/**/*.parquet', hive_partitioning = true) ${rest}`,
    );
  }

  reasons(rest = ''): Promise<Row[]> {
    return query(
      `SELECT * FROM read_parquet('${this.path('quarantine', 'reasons')}/**/*.parquet', hive_partitioning = true) ${rest}`,
    );
  }
}

/** What every value of a run must be part of. */
export const accounted = (s: EmbedSummary): number => s.nulls + s.embedded + s.known + s.repeated + s.quarantined;
