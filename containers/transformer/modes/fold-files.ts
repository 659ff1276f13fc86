/** Folds delta files, and the snapshot before them, into the file of a new snapshot. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { mergedColumns } from '../../../runtime/catalog/tables.ts';
import { columnsOf, copyToParquet, rowsOf } from '../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import { auditColumns, countsSql, type Audit, deltaColumns, foldColumns, foldSql, tableColumns } from './fold.ts';

export interface Folding {
  readonly table: string;
  readonly keys: readonly string[];
  readonly audit: Audit;
  /** Whole deliveries mark absent keys as deleted. */
  readonly full: boolean;
  readonly base: { readonly path: string; readonly newest: string } | undefined;
  /** Deltas that the base lacks. */
  readonly fresh: readonly string[];
  /** A delta of the base has changed, so that nothing of it can be built upon. */
  readonly again: boolean;
  /** Files of the deltas that the base was made from. */
  readonly earlier: () => Promise<readonly string[]>;
}

export interface Folded {
  readonly rows: number;
  readonly columns: { name: string; type: string }[];
  readonly newest: string;
  readonly counts: { inserted: number; updated: number; deleted: number; unchanged: number; duplicates: number };
}

interface Typed {
  readonly name: string;
  readonly type: string;
}

const files = (paths: readonly string[]): string =>
  `read_parquet([${paths.map(sqlText).join(', ')}], union_by_name = true)`;

/** A view with all columns wanted; those that the files lack are null. */
async function view(c: DuckDBConnection, name: string, from: string, wanted: readonly Typed[]): Promise<void> {
  const have = new Set((await rowsOf(c, `DESCRIBE SELECT * FROM ${from}`)).map((r) => String(r['column_name'])));
  const columns = wanted.map((w) => (have.has(w.name) ? sqlName(w.name) : `NULL::${w.type} AS ${sqlName(w.name)}`));
  await c.run(`CREATE OR REPLACE TEMP VIEW ${name} AS SELECT ${columns.join(', ')} FROM ${from}`);
}

const numbers = (row: Record<string, unknown> | undefined, name: string): number => Number(row?.[name] ?? 0);

/** Writes the snapshot to `out`, ordered by key, so that the same deltas make the same file. Throws ColumnTypeChangedError. */
export async function foldFiles(c: DuckDBConnection, folding: Folding, out: string): Promise<Folded> {
  const { keys, audit, full, base } = folding;
  const [ahead] = await rowsOf(
    c,
    `SELECT min(_seq) AS oldest FROM ${files(folding.fresh.length ? folding.fresh : await folding.earlier())}`,
  );
  const oldest = typeof ahead?.['oldest'] === 'string' ? ahead['oldest'] : undefined;
  const onTop = base && !folding.again && (oldest === undefined || oldest > base.newest) ? base : undefined;
  const deltas = onTop ? folding.fresh : [...(await folding.earlier()), ...folding.fresh];

  const internal = new Set<string>(deltaColumns);
  let columns: Typed[] = [];
  for (const path of new Set(deltas)) {
    columns = mergedColumns(
      folding.table,
      columns,
      (await columnsOf(c, path)).filter((col) => !internal.has(col.name)),
    );
  }
  const audits = new Set(auditColumns(audit));
  if (base) {
    const before = (await columnsOf(c, base.path)).filter((col) => !audits.has(col.name));
    columns = mergedColumns(folding.table, before, columns);
  }
  const internals = [
    { name: '_seq', type: 'VARCHAR' },
    { name: '_at', type: 'TIMESTAMPTZ' },
    { name: '_op', type: 'VARCHAR' },
    { name: '_part', type: 'VARCHAR' },
    { name: '_replay', type: 'INTEGER' },
    { name: '_n', type: 'BIGINT' },
  ];
  const fold = foldColumns(
    columns.map((col) => col.name),
    keys,
    audit,
  );
  await view(c, 'delta', files([...new Set(deltas)]), [...columns, ...internals]);
  if (base) await view(c, 'base', `read_parquet(${sqlText(base.path)})`, [...columns, ...auditTypes(audit)]);
  for (const sql of foldSql({ ...fold, full, delta: 'delta', base: onTop ? 'base' : undefined })) await c.run(sql);

  const wanted = tableColumns(fold).map(sqlName).join(', ');
  await c.run(copyToParquet(`SELECT ${wanted} FROM merged ORDER BY ${keys.map(sqlName).join(', ')}`, out));
  const [counts] = await rowsOf(c, countsSql({ ...fold, base: base ? 'base' : undefined }));
  const [rows] = await rowsOf(
    c,
    'SELECT (SELECT count(*) FROM merged) AS rows, (SELECT max(_seq) FROM delta) AS newest',
  );
  const newest = typeof rows?.['newest'] === 'string' ? rows['newest'] : '';
  return {
    rows: numbers(rows, 'rows'),
    columns: await columnsOf(c, out),
    newest: base && base.newest > newest ? base.newest : newest,
    counts: {
      inserted: numbers(counts, 'inserted'),
      updated: numbers(counts, 'updated'),
      deleted: numbers(counts, 'deleted'),
      unchanged: numbers(counts, 'unchanged'),
      duplicates: await duplicates(c, folding),
    },
  };
}

/** Rows of the fresh deltas that share delivery and key with another one. */
async function duplicates(c: DuckDBConnection, { fresh, keys }: Folding): Promise<number> {
  if (fresh.length === 0) return 0;
  const [row] = await rowsOf(
    c,
    `SELECT count(*) - count(DISTINCT (${[...keys.map(sqlName), '_seq'].join(', ')})) AS n FROM ${files(fresh)} WHERE _op = 'row'`,
  );
  return numbers(row, 'n');
}

const auditTypes = (a: Audit): Typed[] => [
  ...[a.created, a.updated, a.deleted].map((name) => ({ name, type: 'TIMESTAMPTZ' })),
  ...[a.createdBy, a.updatedBy].filter((n) => n !== undefined).map((name) => ({ name, type: 'VARCHAR' })),
];
