/** Molecules that the partition has vectors of already. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../../runtime/sql/text.ts';
import { below, type Places } from './places.ts';

/** Makes the table `known` of the keys in a folder of embeddings. Files that this run left are not looked at: it makes them anew. */
export async function readKnown(
  c: DuckDBConnection,
  places: Places,
  scratch: string,
  { folder, run }: { readonly folder: string; readonly run: string },
): Promise<void> {
  await c.run('CREATE TABLE known (molecule_key VARCHAR)');
  const path = join(scratch, 'known.parquet');
  for (const name of (await places.list(folder)).filter((n) => n.endsWith('.parquet'))) {
    await places.fetch(below(folder, name), path);
    await c.run(
      `INSERT INTO known SELECT molecule_key FROM read_parquet(${sqlText(path)}) WHERE run <> ${sqlText(run)}`,
    );
    await rm(path);
  }
}
