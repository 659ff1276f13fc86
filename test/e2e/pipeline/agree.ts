/** What must hold after every fault: ledger, data and quarantine tell the same, and nothing is lost or doubled. */
import { expect } from '@jest/globals';
import type { App, DatasetStatus } from '../app.ts';

export interface Sums {
  readonly objects: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined?: number;
}

/** Asserts the sums of an append table's dataset, in the ledger's words and in Athena's. */
export async function agree(app: App, dataset: string, sums: Sums, table = dataset): Promise<DatasetStatus> {
  const { rowsQuarantined = 0 } = sums;
  const s = await app.settled(dataset, ({ objects }) => objects.transformed >= sums.objects);
  // The commit is before the registration and what hides older versions.
  await app.idle(dataset);
  expect({
    objects: s.objects.transformed,
    rowsIn: s.rowsIn,
    rowsOut: s.rowsOut,
    rowsQuarantined: s.rowsQuarantined,
  }).toEqual({ ...sums, rowsQuarantined });
  expect(s.rowsIn).toBe(s.rowsOut + s.rowsQuarantined);
  expect(await counts(app, table)).toEqual({ rows: sums.rowsOut, once: sums.rowsOut });
  expect(await inQuarantine(app, dataset)).toBe(rowsQuarantined);
  return s;
}

/** Rows of a table, and how many of them are different rows of different object versions. */
export async function counts(app: App, table: string): Promise<{ rows: number; once: number }> {
  const [row] = await app.query(
    `select count(*) as n, count(distinct _source_key || '|' || _source_version || '|' || cast(_source_row as varchar)) as d from ${table}`,
  );
  return { rows: Number(row?.['n']), once: Number(row?.['d']) };
}

/** Rows that `decant quarantine list` counts. */
export async function inQuarantine(app: App, dataset: string): Promise<number> {
  const groups = await app.json<{ rows: number }[]>('quarantine', 'list', dataset);
  return groups.reduce((sum, g) => sum + g.rows, 0);
}
