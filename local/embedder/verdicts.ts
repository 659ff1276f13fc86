/** Verdicts on distinct texts, and which molecules are new. */
import { listValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { Dtype } from '../../protocol/bundle.ts';
import { rowsOf } from '../../runtime/duck.ts';
import { moleculeKey } from '../../runtime/inference/key.ts';
import type { NotPredicted, Predictor, ReadMolecule } from '../../runtime/inference/predictor.ts';
import { appendRows } from './append.ts';

/** Texts that are in memory at once. */
const AT_ONCE = 2_000;

const COLUMNS = `n INTEGER, code VARCHAR, detail VARCHAR, position INTEGER, canonical_smiles VARCHAR, inchikey VARCHAR,
  molecule_key VARCHAR, components INTEGER, warnings VARCHAR[], tokens INTEGER, truncated BOOLEAN`;

/** Makes the table `verdicts`, one row a text of `texts`. */
export async function judgeTexts(
  c: DuckDBConnection,
  predictor: Predictor,
  dtype: Dtype,
  total: number,
  tell: (done: number) => void,
): Promise<void> {
  await c.run(`CREATE TABLE answers (${COLUMNS})`);
  for (let from = 0; from < total; from += AT_ONCE) {
    const rows = await rowsOf(c, `SELECT smiles FROM texts WHERE n >= ${from} AND n < ${from + AT_ONCE} ORDER BY n`);
    const judged: DuckDBValue[][] = [];
    for (const [i, { smiles }] of rows.entries()) {
      judged.push([from + i, ...cells(await predictor.read(String(smiles)), predictor, dtype)]);
    }
    await appendRows(c, 'answers', judged);
    tell(judged.length);
  }
  // Joined by number: on its way out of DuckDB a text loses a byte order mark, and would not be found again.
  await c.run('CREATE TABLE verdicts AS SELECT texts.smiles, answers.* EXCLUDE (n) FROM answers JOIN texts USING (n)');
  await c.run('DROP TABLE answers');
}

function cells(found: ReadMolecule | NotPredicted, { bundle }: Predictor, dtype: Dtype): DuckDBValue[] {
  if (!found.ok) {
    const { error, molecule: known } = found;
    const about = [known?.canonical ?? null, known?.inchikey ?? null, null, known?.components ?? null];
    return [error.code, error.detail, error.position, ...about, listValue([]), null, false];
  }
  const { canonical, inchikey, components, warnings, tokens, truncated } = found;
  const key = moleculeKey(canonical, bundle.index, dtype);
  const read = Math.min(tokens, bundle.index.maxTokens);
  return [null, null, null, canonical, inchikey, key, components, listValue([...warnings]), read, truncated];
}

/** Makes the table `fresh`: molecules without an error whose key is not among those of the table `known`, numbered from 0. */
export async function chooseFresh(c: DuckDBConnection): Promise<{ fresh: number; known: number }> {
  await c.run(`CREATE TABLE fresh AS
    SELECT row_number() OVER (ORDER BY molecule_key) - 1 AS n, * FROM (
      SELECT DISTINCT ON (molecule_key) molecule_key, canonical_smiles, inchikey, warnings, tokens, truncated
      FROM verdicts WHERE code IS NULL ORDER BY molecule_key, smiles)
    WHERE molecule_key NOT IN (SELECT molecule_key FROM known) ORDER BY n`);
  const [row] = await rowsOf(
    c,
    `SELECT (SELECT count(*) FROM fresh) AS fresh,
      (SELECT count(DISTINCT molecule_key) FROM verdicts WHERE code IS NULL) AS distinct_molecules`,
  );
  const fresh = Number(row?.['fresh'] ?? 0);
  return { fresh, known: Number(row?.['distinct_molecules'] ?? 0) - fresh };
}
