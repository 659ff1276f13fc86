import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { countsSql, foldColumns, foldSql, tableColumns } from '../../../../../containers/transformer/modes/fold.ts';
import { copyToParquet, rowsOf } from '../../../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../../../runtime/sql/text.ts';

/** One delivered object version: rows of id and name, and whether all of its rows came through. */
interface Delivery {
  readonly day: number;
  readonly rows: readonly (readonly [id: string, name: string | null])[];
  readonly partial?: boolean;
}

const audit = {
  created: 'inserted_at',
  updated: 'updated_at',
  deleted: 'deleted_at',
  createdBy: 'created_by',
  updatedBy: 'updated_by',
};
const columns = foldColumns(['id', 'name', '_source_key', '_source_version', '_source_row', '_run'], ['id'], audit);
const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`;

let folder: string;
let instance: DuckDBInstance;
let c: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fold-'));
  instance = await DuckDBInstance.create(':memory:');
  c = await instance.connect();
  await c.run("SET TimeZone = 'UTC'");
});
afterAll(async () => {
  c.disconnectSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

/** A delivery's delta file. */
async function delta(d: Delivery): Promise<string> {
  const path = join(folder, `delta-${d.day}.parquet`);
  const lineage = (row: string) =>
    `'folder/day-${d.day}' AS _source_key, 'v${d.day}' AS _source_version, ${row} AS _source_row, 'run-${d.day}' AS _run`;
  const order = `'${at(d.day)}' AS _seq, TIMESTAMPTZ '${at(d.day)}' AS _at, '' AS _part, 0 AS _replay`;
  const rows = d.rows.map(
    ([id, name], i) =>
      `SELECT ${sqlText(id)} AS id, ${name === null ? 'NULL' : sqlText(name)}::VARCHAR AS name, ${lineage(String(i + 1))}, ${order}, 'row' AS _op, ${i} AS _n`,
  );
  const mark = `SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS name, ${lineage('NULL::BIGINT')}, ${order}, '${d.partial ? 'partial' : 'whole'}' AS _op, 0 AS _n`;
  await c.run(copyToParquet([...rows, mark].join(' UNION ALL BY NAME '), path));
  return `read_parquet(${sqlText(path)})`;
}

/** The table after working on deliveries in the given order, as the task does: in order by join, else from all deltas. */
async function table(deliveries: readonly Delivery[], full: boolean) {
  let base: string | undefined;
  let newest = 0;
  const done: string[] = [];
  for (const d of deliveries) {
    const relation = await delta(d);
    done.push(relation);
    const inOrder = d.day > newest;
    const all = `(${done.map((r) => `SELECT * FROM ${r}`).join(' UNION ALL BY NAME ')})`;
    for (const sql of foldSql({ ...columns, full, delta: inOrder ? relation : all, base: inOrder ? base : undefined }))
      await c.run(sql);
    newest = Math.max(newest, d.day);
    const path = join(folder, `snapshot-${done.length}.parquet`);
    await c.run(copyToParquet(`SELECT ${tableColumns(columns).map(sqlName).join(', ')} FROM merged ORDER BY id`, path));
    base = `read_parquet(${sqlText(path)})`;
  }
  return rowsOf(
    c,
    `SELECT * REPLACE (inserted_at::VARCHAR AS inserted_at, updated_at::VARCHAR AS updated_at, deleted_at::VARCHAR AS deleted_at) FROM ${base} ORDER BY id`,
  );
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
const day = (n: number): string => `${at(n).slice(0, 10)} 00:00:00+00`;

const changing: Delivery[] = [
  {
    day: 1,
    rows: [
      ['a', 'Ann'],
      ['b', 'Bob'],
      ['c', null],
    ],
  },
  {
    day: 2,
    rows: [
      ['a', 'Ann'],
      ['b', 'Rob'],
      ['d', 'Dee'],
      ['d', 'Didi'],
    ],
  },
  {
    day: 3,
    rows: [
      ['a', 'Ann'],
      ['b', 'Rob'],
      ['c', 'Cy'],
    ],
  },
  {
    day: 4,
    rows: [
      ['b', 'Bob'],
      ['c', 'Cy'],
      ['d', 'Didi'],
    ],
  },
];

describe('in order', () => {
  test('a row that is delivered again without a difference keeps both of its dates', async () => {
    const [ann] = await table(changing.slice(0, 3), false);

    expect(ann).toMatchObject({
      id: 'a',
      inserted_at: day(1),
      updated_at: day(1),
      updated_by: 'folder/day-1',
      _run: 'run-1',
    });
  });

  test('a row that differs is updated by the delivery that changed it, and keeps when it was inserted', async () => {
    const bob = (await table(changing.slice(0, 3), false))[1];

    expect(bob).toMatchObject({
      name: 'Rob',
      inserted_at: day(1),
      updated_at: day(2),
      created_by: 'folder/day-1',
      updated_by: 'folder/day-2',
    });
  });

  test('a value in place of a null is a difference', async () => {
    const cy = (await table(changing.slice(0, 3), false))[2];

    expect(cy).toMatchObject({ name: 'Cy', updated_at: day(3) });
  });

  test('the last row of a key in one delivery wins', async () => {
    const rows = await table(changing.slice(0, 2), false);

    expect(rows.find((r) => r['id'] === 'd')).toMatchObject({ name: 'Didi', _source_row: 4 });
  });

  test('a delta never deletes', async () => {
    const rows = await table(changing, false);

    expect(rows.map((r) => [r['id'], r['deleted_at']])).toEqual([
      ['a', null],
      ['b', null],
      ['c', null],
      ['d', null],
    ]);
  });

  test('a full delivery marks absent keys as deleted at its own time', async () => {
    const rows = await table(changing.slice(0, 2), true);

    expect(rows.map((r) => [r['id'], r['deleted_at']])).toEqual([
      ['a', null],
      ['b', null],
      ['c', day(2)],
      ['d', null],
    ]);
  });

  test('a key that comes back is updated and no longer deleted', async () => {
    const rows = await table(changing.slice(0, 3), true);

    expect(rows[2]).toMatchObject({ id: 'c', deleted_at: null, inserted_at: day(1), updated_at: day(3) });
  });

  test('a key that comes back unchanged is updated too, since it was gone', async () => {
    const rows = await table(changing, true);

    expect(rows[3]).toMatchObject({ id: 'd', name: 'Didi', deleted_at: null, inserted_at: day(2), updated_at: day(4) });
  });

  test('a full delivery of which rows wait in quarantine deletes nothing', async () => {
    const rows = await table([changing[0]!, { ...changing[1]!, partial: true }], true);

    expect(rows.map((r) => r['deleted_at'])).toEqual([null, null, null, null]);
  });

  test('a full delivery without rows deletes everything', async () => {
    const rows = await table([changing[0]!, { day: 2, rows: [] }], true);

    expect(rows.map((r) => r['deleted_at'])).toEqual([day(2), day(2), day(2)]);
  });
});

describe.each([
  ['delta', false],
  ['full', true],
] as const)('%s deliveries', (_name, full) => {
  test.each(
    permutations(changing)
      .slice(1)
      .map((p) => [p.map((d) => d.day).join(' '), p] as const),
  )('in the order %s end as if in order', async (_order, deliveries) => {
    const expected = await table(changing, full);

    const found = await table(deliveries, full);

    expect(found).toEqual(expected);
  });
});

test('counts tell inserted, updated, deleted and unchanged rows apart', async () => {
  const base = join(folder, 'counts-base.parquet');
  for (const sql of foldSql({ ...columns, full: true, delta: await delta(changing[0]!), base: undefined }))
    await c.run(sql);
  await c.run(copyToParquet('SELECT * FROM merged', base));
  const relation = `read_parquet(${sqlText(base)})`;

  for (const sql of foldSql({ ...columns, full: true, delta: await delta(changing[1]!), base: relation }))
    await c.run(sql);
  const [counts] = await rowsOf(c, countsSql({ ...columns, base: relation }));

  expect(counts).toEqual({ inserted: 1, updated: 1, deleted: 1, unchanged: 1 });
});
