/** append: rows of every version stay; object versions listed in `superseded_objects` are hidden by `<table>_current`. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { copyToParquet, literal } from '../task/duck.ts';

/** One object version that readers of the current state must not see. */
export interface Superseded {
  readonly source_key: string;
  readonly source_version: string;
  readonly dataset: string;
  /** The version, or delete marker, that took its place. */
  readonly by_version: string;
  readonly by_delete: boolean;
  /** When that one was created. */
  readonly at: string;
}

/** Columns of the table, for the catalog. */
export const supersededColumns = [
  { name: 'source_key', type: 'VARCHAR' },
  { name: 'source_version', type: 'VARCHAR' },
  { name: 'dataset', type: 'VARCHAR' },
  { name: 'by_version', type: 'VARCHAR' },
  { name: 'by_delete', type: 'BOOLEAN' },
  { name: 'at', type: 'TIMESTAMP WITH TIME ZONE' },
] as const;

/** Each version once, in a fixed order, so that writing the same facts again gives the same bytes. */
export function distinctSuperseded(rows: readonly Superseded[]): Superseded[] {
  const byId = new Map<string, Superseded>();
  for (const row of rows) {
    const id = `${row.source_key}\0${row.source_version}`;
    const found = byId.get(id);
    if (!found || found.at < row.at) byId.set(id, row);
  }
  return [...byId.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

export async function writeSuperseded(c: DuckDBConnection, rows: readonly Superseded[], path: string): Promise<void> {
  await c.run(
    'CREATE OR REPLACE TEMP TABLE superseded (source_key VARCHAR, source_version VARCHAR, dataset VARCHAR, by_version VARCHAR, by_delete BOOLEAN, at TIMESTAMPTZ)',
  );
  for (const r of rows) {
    const texts = [r.source_key, r.source_version, r.dataset, r.by_version].map(literal).join(', ');
    await c.run(`INSERT INTO superseded VALUES (${texts}, ${r.by_delete}, ${literal(r.at)})`);
  }
  await c.run(copyToParquet('SELECT * FROM superseded', path));
}
