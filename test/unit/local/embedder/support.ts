/** Plans, Parquet files and what a run of the worker leaves. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbedSummary } from '../../../../protocol/embeddings.ts';
import type { PlannedTable, WorkerArgs } from '../../../../local/embedder/args.ts';
import { Places } from '../../../../local/embedder/places.ts';
import { runWorker } from '../../../../local/embedder/run.ts';
import { bundleFolder } from '../../runtime/inference/support.ts';

export type Rows = Record<string, unknown>[];

export class Lake {
  readonly folder = mkdtempSync(join(tmpdir(), 'decant-lake-'));
  #duck: DuckDBConnection | undefined;

  async sql(query: string): Promise<Rows> {
    this.#duck ??= await (await DuckDBInstance.create()).connect();
    return (await this.#duck.runAndReadAll(query)).getRowObjectsJS();
  }

  /** A Parquet file of a query's rows. */
  async file(name: string, query: string): Promise<string> {
    const path = join(this.folder, name);
    await this.sql(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    return path;
  }

  /** Rows of a table that runs wrote, in an order that does not depend on files. */
  rows(table: 'molecules' | 'embeddings' | 'predictions' | 'reasons', columns = '*'): Promise<Rows> {
    const folder = table === 'reasons' ? 'quarantine/reasons/*' : `tables/${table}/*/*`;
    return this.sql(
      `SELECT ${columns} FROM read_parquet('${this.folder}/${folder}/*.parquet', hive_partitioning = true) ORDER BY ALL`,
    );
  }

  files(folder = ''): string[] {
    const at = join(this.folder, folder);
    return existsSync(at)
      ? readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((n) => n.endsWith('.parquet'))
      : [];
  }

  args(run: string, plan: readonly PlannedTable[], more: Partial<WorkerArgs> = {}): WorkerArgs {
    return {
      dataset: 'library',
      plan: JSON.stringify(plan),
      bundle: bundleFolder,
      dtype: 'fp32',
      fingerprints: 'none',
      sensitivity: 'internal',
      tables: join(this.folder, 'tables'),
      quarantine: join(this.folder, 'quarantine'),
      summary: join(this.folder, 'runs', `${run}.json`),
      run,
      ...more,
    };
  }

  async embed(args: WorkerArgs, written: string[] = [], isTTY = false): Promise<EmbedSummary> {
    const noS3 = () => {
      throw new Error('nobody asked for S3');
    };
    const scratch = await mkdtemp(join(tmpdir(), 'decant-embed-test-'));
    const terminal = { isTTY, write: (text: string) => written.push(text) };
    return runWorker(args, { places: new Places(noS3), scratch, terminal });
  }
}
