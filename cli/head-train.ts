/** `decant head train`. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { BundleFiles, Head } from '../protocol/bundle.ts';
import { readBundle } from '../runtime/bundle/read.ts';
import { UserError } from '../runtime/errors.ts';
import { sqlText } from '../runtime/sql/text.ts';
import { findBundle } from './bundle-options.ts';
import type { HeadOptions } from './head-options.ts';
import { writeJson } from './io.ts';
import { callModule } from './python-module.ts';
import type { Io } from './verb.ts';

interface Scores {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What models/heads answers. */
interface Trained {
  readonly name: string;
  readonly status: string;
  readonly reason: string;
  readonly metric: string;
  readonly scores: Readonly<Record<string, Scores>>;
  readonly training: {
    readonly rows: number;
    readonly molecules: number;
    readonly scaffolds: number;
    readonly repeated: number;
    readonly differing: number;
    readonly skipped: Readonly<Record<string, number>>;
  };
  readonly sha256: string | null;
}

export async function train(options: HeadOptions, io: Io): Promise<void> {
  const folder = findBundle(options.bundle);
  checkWords(options);
  const { targets } = await readBundle(folder);
  if (targets.some((t) => t.name === options.name)) {
    throw new UserError(`--name '${options.name}': the model has a target of that name; choose another`);
  }
  if (!existsSync(options.table)) throw new UserError(`there is no ${options.table}`);
  const work = await mkdtemp(join(tmpdir(), 'decant-head-'));
  try {
    const table = /\.parquet$/.test(options.table) ? await csvOf(options, work) : resolve(options.table);
    const argv = ['train', '--bundle', folder, '--table', table, '--file', basename(options.table)];
    for (const key of ['smiles', 'target', 'name', 'kind', 'unit'] as const) argv.push(`--${key}`, options[key]);
    if (options.title) argv.push('--title', options.title);
    if (options.dryRun) argv.push('--dry-run');
    const python = {
      folder: 'heads',
      user: 'the training of heads',
      what: 'scikit-learn and RDKit into a Python environment of their own (once, about 450 MB)',
    } as const;
    const done = await callModule<Trained>(python, argv, io);
    // What was written must be what every program reads.
    if (!options.dryRun) await readBundle(folder);
    if (options.json) writeJson(io, { ...done, bundle: folder });
    else tell(done, folder, io);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function checkWords({ name, kind }: HeadOptions): void {
  if (!Head.shape.name.safeParse(name).success) {
    throw new UserError(`--name '${name}': must be lower-case letters, digits and _, a letter first, 40 at most`);
  }
  if (!Head.shape.kind.safeParse(kind).success) throw new UserError(`--kind '${kind}': must be ridge or logistic`);
}

/** The two columns of a Parquet file as CSV, which Python reads without another package. */
async function csvOf({ table, smiles, target }: HeadOptions, work: string): Promise<string> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const duck = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await duck.connect();
  const out = join(work, 'table.csv');
  const column = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  try {
    const query = `SELECT ${column(smiles)}, ${column(target)} FROM read_parquet(${sqlText(resolve(table))})`;
    await connection.run(`COPY (${query}) TO ${sqlText(out)} (FORMAT csv, HEADER true)`);
    return out;
  } catch (cause) {
    const why = String((cause as Error).message).split('\n')[0];
    throw new UserError(`${table} cannot be read: ${why}`, { cause });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

function tell(done: Trained, folder: string, io: Io): void {
  const { rows, molecules, scaffolds, repeated, differing, skipped } = done.training;
  const number = (n: number): string => n.toFixed(3);
  io.out.write(
    [
      `${molecules} molecules of ${rows} rows, ${scaffolds} scaffolds; ${repeated} rows repeat a molecule, ${differing} molecules have differing rows`,
      ...Object.entries(skipped).map(([code, n]) => `skipped ${n} × ${code}`),
      `${done.metric}, mean of 5 scaffold splits and its 95 % interval:`,
      ...Object.entries(done.scores).map(
        ([name, s]) => `  ${name.padEnd(34)} ${number(s.mean)}  (${number(s.low)} to ${number(s.high)})`,
      ),
      `${done.name} is ${done.status}: ${done.reason}`,
      '',
    ].join('\n'),
  );
  io.err.write(
    done.sha256 === null
      ? 'nothing was written (--dry-run)\n'
      : `written to ${join(folder, BundleFiles.heads)}${done.name}.json; the bundle hash stays\n`,
  );
}
