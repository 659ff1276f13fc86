/** Deltas: what a shard delivers to a merge table, kept in the work bucket so that a merge can be computed anew. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Member, MemberResult, Shard } from '../../../protocol/shard.ts';
import { columnsOf, copyToParquet } from '../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import { orderText, partOf } from '../task/members.ts';
import { deltaColumns } from './fold.ts';

/** Parts and replays of a shard's id as numbers; 0 where there is none. */
const replayOf = (shard: string): number => Number(/-r(\d+)$/.exec(shard)?.[1] ?? 0);

/** One delivered version: its place among all, and whether all of its rows came through. */
const mark = (m: Member, result: MemberResult): string =>
  `(${sqlText(m.key)}, ${sqlText(m.version)}, ${sqlText(orderText(m))}, ${sqlText(new Date(m.at).toISOString())}::TIMESTAMPTZ, ${sqlText(result.rowsQuarantined > 0 ? 'partial' : 'whole')})`;

/** Rows of a statement's VALUES list at most: parsing stays linear and small. */
const MARKS_AT_ONCE = 200;

/** Writes the table file at `from` as a delta. Rows keep their order in `_n`; every delivered version gets one mark. */
export async function writeDelta(
  c: DuckDBConnection,
  { header, members }: Shard,
  results: readonly MemberResult[],
  from: string,
  to: string,
): Promise<void> {
  const columns = (await columnsOf(c, from))
    .map((col) => col.name)
    .filter((n) => !(deltaColumns as readonly string[]).includes(n));
  await c.run(
    'CREATE OR REPLACE TEMP TABLE marks (key VARCHAR, version VARCHAR, _seq VARCHAR, _at TIMESTAMPTZ, _op VARCHAR)',
  );
  // Only what was read: a member that was skipped or refused has delivered nothing.
  const marks = members.flatMap((m, i) => {
    const r = results[i];
    return r?.sha256 !== undefined || (m.range && r && r.state !== 'skipped')
      ? r.state === 'quarantined'
        ? []
        : [mark(m, r)]
      : [];
  });
  for (let i = 0; i < marks.length; i += MARKS_AT_ONCE)
    await c.run(`INSERT INTO marks VALUES ${marks.slice(i, i + MARKS_AT_ONCE).join(', ')}`);
  const part = sqlText(partOf(header.shard)?.slice(1).padStart(6, '0') ?? '');
  const own = columns.map((n) => `f.${sqlName(n)}`).join(', ');
  const place = `${part} AS _part, ${replayOf(header.shard)} AS _replay`;
  const file = `read_parquet(${sqlText(from)}, file_row_number = true)`;
  const empty = columns.map((n) =>
    n === '_source_key'
      ? 'm.key AS _source_key'
      : n === '_source_version'
        ? 'm.version AS _source_version'
        : `NULL AS ${sqlName(n)}`,
  );
  await c.run(
    copyToParquet(
      `SELECT * FROM (
        SELECT ${own}, m._seq, m._at, 'row' AS _op, ${place}, f.file_row_number AS _n
        FROM ${file} f JOIN marks m ON m.key = f._source_key AND m.version = f._source_version
        UNION ALL
        SELECT ${empty.join(', ')}, m._seq, m._at, m._op, ${place}, -1 AS _n FROM marks m)
      ORDER BY _n, _seq`,
      to,
    ),
  );
}
