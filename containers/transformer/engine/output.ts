/** Rows of one table on their way to its one Parquet file: large objects as files of their own, small ones gathered. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duck } from '../../../runtime/sql/duckdb.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import type { TableFile } from './options.ts';
import type { TablePlan } from './plan.ts';

interface Segment {
  readonly from: string;
  readonly file: string | undefined;
  rows: number;
}

const parquet = '(FORMAT parquet, COMPRESSION zstd)';

/** Rows that a statement wrote. */
export async function written(duck: Duck, sql: string): Promise<number> {
  const result = await duck.connection.runAndReadAll(sql);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

/** SHA-256 of a file, hex. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export class TableOutput {
  readonly plan: TablePlan;
  readonly #duck: Duck;
  readonly #folder: string;
  readonly #segments: Segment[] = [];
  /** Segments of the object in work: taken back when it goes to quarantine. */
  #pending: { segment: Segment; rows: number; made: boolean }[] = [];
  #made = 0;

  constructor(plan: TablePlan, duck: Duck, folder: string) {
    this.plan = plan;
    this.#duck = duck;
    this.#folder = folder;
  }

  /** Appends the rows of a query. `large` ones are written at once, and are the final file when nothing else comes. */
  async append(query: string, large: boolean): Promise<number> {
    const before = this.#segments.length;
    const segment = large ? this.#file() : await this.#gathering(query);
    const pending = { segment, rows: 0, made: this.#segments.length > before };
    this.#pending.push(pending);
    const rows = large
      ? await written(this.#duck, `COPY (${query}) TO ${sqlText(segment.file ?? '')} ${parquet}`)
      : await written(this.#duck, `INSERT INTO ${segment.from} ${query}`);
    segment.rows += rows;
    pending.rows = rows;
    return rows;
  }

  /** The object's rows stay. */
  keep(): void {
    this.#pending = [];
  }

  /** The object's rows go: files here, gathered rows with the caller's rollback. */
  async drop(): Promise<void> {
    for (const { segment, rows, made } of this.#pending) {
      segment.rows -= rows;
      if (made) this.#segments.splice(this.#segments.indexOf(segment), 1);
      if (segment.file) await rm(segment.file, { force: true });
    }
    this.#pending = [];
  }

  /** Writes the file. `empty` yields the table's columns and no row. */
  async finish(empty: string): Promise<TableFile> {
    const path = join(this.#folder, `${this.plan.name}.parquet`);
    const filled = this.#segments.filter((s) => s.rows > 0);
    const [first, ...others] = filled;
    if (first?.file && !others.length) await rename(first.file, path);
    else {
      const all = filled.length ? filled.map((s) => `SELECT * FROM ${s.from}`).join(' UNION ALL ') : empty;
      await this.#duck.connection.run(`COPY (${all}) TO ${sqlText(path)} ${parquet}`);
    }
    for (const { file } of this.#segments) if (file) await rm(file, { force: true });
    const rows = filled.reduce((sum, s) => sum + s.rows, 0);
    return {
      table: this.plan.name,
      path,
      rows,
      bytes: (await stat(path)).size,
      sha256: await hashOf(path),
      columns: this.plan.described,
    };
  }

  #file(): Segment {
    const file = join(this.#folder, `${this.plan.name}.${this.#made++}.parquet`);
    const segment: Segment = { from: `read_parquet(${sqlText(file)})`, file, rows: 0 };
    this.#segments.push(segment);
    return segment;
  }

  async #gathering(query: string): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last && !last.file) return last;
    const from = `gathered.${sqlName(`${this.plan.name}_${this.#made++}`)}`;
    await this.#duck.connection.run(`CREATE TABLE ${from} AS SELECT * FROM (${query}) LIMIT 0`);
    const segment: Segment = { from, file: undefined, rows: 0 };
    this.#segments.push(segment);
    return segment;
  }
}
