/** Values in = embedded before + embedded now + repeated + quarantined + null, for each table and in sum. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../../runtime/duck.ts';

/** Values were lost or doubled on the way: nothing is published. */
export class CountsDifferError extends Error {
  override readonly name = 'CountsDifferError';
}

export interface Counts {
  readonly values: number;
  readonly nulls: number;
  readonly ok: number;
  readonly quarantined: number;
  /** Values by error or warning code. */
  readonly codes: Readonly<Record<string, number>>;
  readonly embedded: number;
  readonly outOfDomain: number;
  /** Distinct molecules without an error, embedded before or now. */
  readonly molecules: number;
}

/** Counts what was judged and computed. Throws a CountsDifferError when a table has more or fewer verdicts than values. */
export async function countAll(c: DuckDBConnection): Promise<Counts> {
  const tables = await rowsOf(
    c,
    `SELECT table_name, count(*) AS "all", count(cells.smiles) AS filled, count(verdicts.smiles) AS judged, count(code) AS bad
     FROM cells LEFT JOIN verdicts ON cells.smiles = verdicts.smiles GROUP BY table_name`,
  );
  const cells = Number((await rowsOf(c, 'SELECT count(*) AS n FROM cells'))[0]?.['n']);
  const sum = (name: string): number => tables.reduce((n, row) => n + Number(row[name]), 0);
  for (const { table_name: table, filled, judged } of tables) {
    if (filled !== judged) {
      throw new CountsDifferError(`table ${String(table)} has ${Number(filled)} values and ${Number(judged)} verdicts`);
    }
  }
  if (sum('all') !== cells) throw new CountsDifferError(`${cells} values became ${sum('all')}`);
  const codes = await rowsOf(
    c,
    `SELECT told, sum(occurrences)::BIGINT AS n FROM (
       SELECT occurrences, unnest(if(code IS NULL, warnings, [code])) AS told FROM uses JOIN verdicts USING (smiles))
     GROUP BY told ORDER BY told`,
  );
  const [numbers] = await rowsOf(
    c,
    `SELECT (SELECT count(*) FROM numbers) AS embedded, (SELECT count(*) FROM numbers WHERE NOT in_domain) AS outside,
       (SELECT count(DISTINCT molecule_key) FROM verdicts WHERE code IS NULL) AS molecules`,
  );
  return {
    values: sum('all'),
    nulls: sum('all') - sum('filled'),
    ok: sum('judged') - sum('bad'),
    quarantined: sum('bad'),
    codes: Object.fromEntries(codes.map(({ told, n }) => [String(told), Number(n)])),
    embedded: Number(numbers?.['embedded']),
    outOfDomain: Number(numbers?.['outside']),
    molecules: Number(numbers?.['molecules']),
  };
}
