/** The files that a run leaves: written in scratch, and put in their places when all are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../runtime/bundle/read.ts';
import { copyToParquet, rowsOf } from '../../runtime/duck.ts';
import { sqlText } from '../../runtime/sql/text.ts';
import type { WorkerArgs } from './args.ts';
import { CountsDifferError } from './counts.ts';
import { below, type Places } from './places.ts';
import { tableQueries, writtenOrder, type Written } from './tables.ts';

/** Rows of one file, some 250 MB of vectors of 64 components; predictions have one row an endpoint. */
const ROWS_PER_FILE: Record<Written, number> = {
  reasons: 1_000_000,
  molecules: 1_000_000,
  predictions: 10_000_000,
  embeddings: 500_000,
};

export type WrittenFiles = Readonly<Record<Written, readonly string[]>>;

/** Writes each table, a file for so many rows, none where there are no rows. Throws a CountsDifferError on rows too many or few. */
export async function writeFiles(
  c: DuckDBConnection,
  args: WorkerArgs,
  bundle: Bundle,
  { toolkit, scratch }: { readonly toolkit: string; readonly scratch: string },
): Promise<WrittenFiles> {
  const queries = tableQueries(args, bundle, toolkit);
  const written: Record<Written, string[]> = { reasons: [], molecules: [], predictions: [], embeddings: [] };
  for (const table of writtenOrder) {
    const { query, rows } = queries[table];
    const wanted = await count(c, rows);
    let found = 0;
    for (let from = 0; from < wanted; from += ROWS_PER_FILE[table]) {
      const path = join(scratch, `${table}-${written[table].length}.parquet`);
      await c.run(copyToParquet(`${query} LIMIT ${ROWS_PER_FILE[table]} OFFSET ${from}`, path));
      found += await count(c, `SELECT count(*) AS n FROM read_parquet(${sqlText(path)})`);
      written[table].push(path);
    }
    if (found !== wanted) throw new CountsDifferError(`${found} rows of ${table} instead of ${wanted}`);
  }
  return written;
}

const count = async (c: DuckDBConnection, query: string): Promise<number> => Number((await rowsOf(c, query))[0]?.['n']);

/** Puts the files in the place of those that an earlier attempt of this run left. Returns their URIs. */
export async function publishFiles(
  places: Places,
  args: WorkerArgs,
  partition: string,
  files: WrittenFiles,
): Promise<Record<string, string[]>> {
  const published: Record<string, string[]> = {};
  for (const table of writtenOrder) {
    const { folder, stem } =
      table === 'reasons'
        ? { folder: below(args.quarantine, 'reasons', `dataset=${args.dataset}`), stem: `embed-${args.run}` }
        : { folder: below(args.tables, table, partition), stem: args.run };
    await withdraw(places, folder, stem);
    const uris = files[table].map((_, i) => below(folder, i === 0 ? `${stem}.parquet` : `${stem}-${i}.parquet`));
    for (const [i, path] of files[table].entries()) {
      await places.put(path, uris[i] ?? '');
      await rm(path);
    }
    published[table] = uris;
  }
  return published;
}

async function withdraw(places: Places, folder: string, stem: string): Promise<void> {
  const own = (name: string): boolean => name.startsWith(stem) && /^(-\d+)?\.parquet$/.test(name.slice(stem.length));
  for (const name of (await places.list(folder)).filter(own)) await places.remove(below(folder, name));
}
