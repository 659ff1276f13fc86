/** append: rows of every version stay; object versions listed in `superseded_objects` are hidden by `<table>_current`. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { supersededColumns, type Superseded } from '../../../runtime/catalog/own-tables.ts';
import { copyToParquet } from '../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';

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
  const types = supersededColumns.map((col) => `${sqlName(col.name)} ${col.type}`).join(', ');
  await c.run(`CREATE OR REPLACE TEMP TABLE superseded (${types})`);
  for (const r of rows) {
    const texts = [r.source_key, r.source_version, r.dataset, r.by_version].map(sqlText).join(', ');
    await c.run(`INSERT INTO superseded VALUES (${texts}, ${r.by_delete}, ${sqlText(r.at)})`);
  }
  await c.run(copyToParquet('SELECT * FROM superseded', path));
}
