/**
 * merge, in SQL: what a table is after a set of deliveries, whatever the order in which they were worked on.
 *
 * A delta holds rows (`_op` 'row') and one mark per delivered object version ('whole' or 'partial'). Deliveries are ordered by
 * `_seq`. The state of a key follows in closed form from its deliveries in order: it is inserted by the first, updated by
 * each one whose columns differ from the one before or that brings it back, and deleted by the first whole delivery
 * after the last one that has it. A base (an earlier snapshot) stands for all deliveries before those of the delta.
 */
import type { Table } from '../../../protocol/contract.ts';
import { lineage } from '../../../protocol/names.ts';
import { sqlName } from '../../../runtime/sql/text.ts';

/** Names of the columns that a merge adds. */
export type Audit = NonNullable<Table['audit']>;

export interface FoldColumns {
  readonly keys: readonly string[];
  /** Columns beside keys, audit and lineage: those that tell whether a row was updated. */
  readonly values: readonly string[];
  readonly audit: Audit;
}

export interface FoldInput extends FoldColumns {
  /** Whole deliveries mark the keys that they lack as deleted. */
  readonly full: boolean;
  /** Relation of the deltas; has keys, values, lineage and the delta columns. */
  readonly delta: string;
  /** Relation of the snapshot before them; undefined to fold from nothing. */
  readonly base: string | undefined;
}

/** Columns of a delta beside the table's own. */
export const deltaColumns = ['_seq', '_at', '_op', '_part', '_replay', '_n'] as const;

/** Columns of the table without those that a fold adds: in the order of the delta. */
export function foldColumns(all: readonly string[], keys: readonly string[], audit: FoldColumns['audit']): FoldColumns {
  const others = new Set<string>([...keys, ...lineage, ...deltaColumns]);
  return { keys, values: all.filter((n) => !others.has(n)), audit };
}

const list = (names: readonly string[]): string => names.map(sqlName).join(', ');
const struct = (names: readonly string[]): string =>
  names.length ? `struct_pack(${names.map((n) => `${sqlName(n)} := ${sqlName(n)}`).join(', ')})` : 'NULL::INTEGER';
const unpack = (from: string, names: readonly string[]): string[] =>
  names.map((n) => `${from}.${sqlName(n)} AS ${sqlName(n)}`);

/** Names of the audit columns in a table, in order. */
export const auditColumns = (a: FoldColumns['audit']): string[] =>
  [a.created, a.updated, a.deleted, a.createdBy, a.updatedBy].filter((n) => n !== undefined);

/** All columns of a merged table, in order. */
export const tableColumns = (c: FoldColumns): string[] => [
  ...c.keys,
  ...c.values,
  ...auditColumns(c.audit),
  ...lineage,
];

/** Whole deliveries in order. An object in parts is whole when all parts are; a replay that leaves nothing behind mends its part. */
const fullDeliveries = (delta: string): string => `
  SELECT _seq, any_value(_at) AS _at FROM (
    SELECT _seq, _at, _source_version, _op FROM ${delta} WHERE _op <> 'row'
    QUALIFY row_number() OVER (PARTITION BY _seq, _source_version, _part ORDER BY _replay DESC) = 1)
  GROUP BY _seq HAVING bool_and(_op = 'whole')`;

/** The last row of each key in each delivery: what a reader of the file from top to bottom ends with. */
const onePerDelivery = (delta: string, keys: readonly string[]): string => `
  SELECT * FROM ${delta} WHERE _op = 'row'
  QUALIFY row_number() OVER (PARTITION BY ${list(keys)}, _seq ORDER BY _source_row DESC NULLS LAST, _part DESC, _replay DESC, _n DESC) = 1`;

/** Statements that leave the merged rows in the temporary table `merged`. */
export function foldSql({ keys, values, audit, full, delta, base }: FoldInput): string[] {
  const now = ['_c_at', '_c_by', '_u_at', '_u_by'];
  const baseAs = (name: string | undefined, as: string, type: string): string =>
    `${name ? sqlName(name) : `NULL::${type}`} AS ${as}`;
  const key = list(keys);
  const fromBase = base
    ? `
    SELECT ${key}, ${[...values.map(sqlName), ...lineage].join(', ')}, '' AS _seq, true AS _base, ${sqlName(audit.deleted)} IS NOT NULL AS _gone,
      ${baseAs(audit.created, '_c_at', 'TIMESTAMPTZ')}, ${baseAs(audit.createdBy, '_c_by', 'VARCHAR')},
      ${baseAs(audit.updated, '_u_at', 'TIMESTAMPTZ')}, ${baseAs(audit.updatedBy, '_u_by', 'VARCHAR')}
    FROM ${base} SEMI JOIN one USING (${key})
    UNION ALL BY NAME`
    : '';
  const audits = [
    `f._c_at AS ${sqlName(audit.created)}`,
    `u._u_at AS ${sqlName(audit.updated)}`,
    `d._at AS ${sqlName(audit.deleted)}`,
    ...(audit.createdBy ? [`f._c_by AS ${sqlName(audit.createdBy)}`] : []),
    ...(audit.updatedBy ? [`u._u_by AS ${sqlName(audit.updatedBy)}`] : []),
  ];
  const untouched = base
    ? `
    UNION ALL BY NAME
    SELECT * REPLACE (coalesce(${sqlName(audit.deleted)}, (SELECT arg_min(_at, _seq) FROM wholes)) AS ${sqlName(audit.deleted)})
    FROM ${base} ANTI JOIN one USING (${key})`
    : '';
  return [
    `CREATE OR REPLACE TEMP TABLE wholes AS ${full ? fullDeliveries(delta) : `SELECT ''::VARCHAR AS _seq, NULL::TIMESTAMPTZ AS _at WHERE false`}`,
    `CREATE OR REPLACE TEMP TABLE one AS ${onePerDelivery(delta, keys)}`,
    `CREATE OR REPLACE TEMP TABLE merged AS
    WITH events AS (${fromBase}
      SELECT ${key}, ${[...values.map(sqlName), ...lineage].join(', ')}, _seq, false AS _base, false AS _gone,
        _at AS _c_at, _source_key AS _c_by, _at AS _u_at, _source_key AS _u_by FROM one),
    ordered AS (
      SELECT *, row_number() OVER k AS _i, lag(_seq) OVER k AS _before, lag(_gone) OVER k AS _was_gone,
        ${struct(values)} AS _v, lag(${struct(values)}) OVER k AS _v_before
      FROM events WINDOW k AS (PARTITION BY ${key} ORDER BY _seq)),
    judged AS (
      SELECT o.*, _base OR _i = 1 OR _was_gone OR _v IS DISTINCT FROM _v_before OR coalesce(w._seq < o._seq, false) AS _changed
      FROM ordered o ASOF LEFT JOIN wholes w ON o._before < w._seq),
    keyed AS (
      SELECT ${key}, max(_seq) AS _last, arg_min(${struct(now)}, _i) AS f, arg_max(${struct([...values, '_seq'])}, _i) AS v,
        arg_max(${struct([...now, ...lineage])}, _i) FILTER (WHERE _changed) AS u
      FROM judged GROUP BY ALL)
    SELECT ${[...keys.map((k) => `k.${sqlName(k)}`), ...unpack('v', values), ...audits, ...unpack('u', lineage)].join(', ')}
    FROM keyed k ASOF LEFT JOIN wholes d ON k._last < d._seq${untouched}`,
  ];
}

/** Counts against the snapshot before; one row: inserted, updated, deleted, unchanged. */
export function countsSql({
  keys,
  values,
  audit,
  base,
}: Pick<FoldInput, 'keys' | 'values' | 'audit' | 'base'>): string {
  if (!base) return `SELECT count(*) AS inserted, 0 AS updated, 0 AS deleted, 0 AS unchanged FROM merged`;
  const gone = sqlName(audit.deleted);
  const differs = values.length
    ? values.map((n) => `m.${sqlName(n)} IS DISTINCT FROM b.${sqlName(n)}`).join(' OR ')
    : 'false';
  return `
    SELECT count(*) FILTER (kind = 'inserted') AS inserted, count(*) FILTER (kind = 'updated') AS updated,
      count(*) FILTER (kind = 'deleted') AS deleted, count(*) FILTER (kind = 'unchanged') AS unchanged
    FROM (SELECT CASE WHEN b._found IS NULL THEN 'inserted' WHEN m.${gone} IS NOT NULL AND b.${gone} IS NULL THEN 'deleted'
        WHEN ${differs} OR (m.${gone} IS NULL AND b.${gone} IS NOT NULL) THEN 'updated' ELSE 'unchanged' END AS kind
      FROM merged m LEFT JOIN (SELECT *, true AS _found FROM ${base}) b ON ${keys.map((k) => `m.${sqlName(k)} = b.${sqlName(k)}`).join(' AND ')})`;
}
