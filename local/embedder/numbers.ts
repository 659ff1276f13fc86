/** Vectors and predictions of molecules that are new. */
import { blobValue, listValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { rowsOf } from '../../runtime/duck.ts';
import type { NotPredicted, Predicted, Predictor } from '../../runtime/inference/predictor.ts';
import { stored } from '../../runtime/inference/stored.ts';
import { appendRows } from './append.ts';
import type { WorkerArgs } from './args.ts';

/** Molecules that are in memory at once; enough for batches of like length. */
const AT_ONCE = 4_096;

/**
 * Makes the table `numbers`, one row a molecule of `fresh`, by its `n`. Those that the model has no finite number for are not in it;
 * in `verdicts` they get an error.
 */
export async function computeNumbers(
  c: DuckDBConnection,
  predictor: Predictor,
  args: Pick<WorkerArgs, 'dtype' | 'fingerprints'>,
  total: number,
  tell: (done: number) => void,
): Promise<void> {
  await c.run(`CREATE TABLE numbers (n INTEGER, embedding FLOAT[], "values" DOUBLE[], nearest_similarity DOUBLE, in_domain BOOLEAN,
    fingerprint BLOB)`);
  await c.run('CREATE TABLE failed (n INTEGER, code VARCHAR, detail VARCHAR)');
  for (let from = 0; from < total; from += AT_ONCE) {
    const rows = await rowsOf(
      c,
      `SELECT n, canonical_smiles FROM fresh WHERE n >= ${from} AND n < ${from + AT_ONCE} ORDER BY n`,
    );
    const texts = rows.map((row) => String(row['canonical_smiles']));
    const found = await computeTexts(predictor, texts);
    const numbers: DuckDBValue[][] = [];
    const failed: DuckDBValue[][] = [];
    for (const [i, answer] of found.entries()) {
      const n = from + i;
      if (!answer.ok) failed.push([n, answer.error.code, answer.error.detail]);
      else numbers.push([n, ...(await cells(answer, predictor, args))]);
    }
    await appendRows(c, 'numbers', numbers);
    await appendRows(c, 'failed', failed);
    tell(rows.length);
  }
  await c.run(`UPDATE verdicts SET code = failed.code, detail = failed.detail, position = NULL, molecule_key = NULL
    FROM failed JOIN fresh USING (n) WHERE verdicts.molecule_key = fresh.molecule_key`);
}

/** Texts that were judged before: only their tokens are needed again. */
function computeTexts(predictor: Predictor, canonical: readonly string[]): Promise<(Predicted | NotPredicted)[]> {
  return predictor.compute(canonical.map((text) => predictor.tokenized(text)));
}

async function cells(
  { canonical, embedding, values, nearest, inDomain }: Predicted,
  { toolkit }: Predictor,
  { dtype, fingerprints }: Pick<WorkerArgs, 'dtype' | 'fingerprints'>,
): Promise<DuckDBValue[]> {
  const numbers = [listValue([...stored(embedding, dtype)]), listValue([...values]), nearest, inDomain];
  if (fingerprints === 'none') return [...numbers, null];
  const found = await toolkit.standardize(canonical, { fingerprint: true });
  return [...numbers, found.ok && found.fingerprint ? blobValue(found.fingerprint) : null];
}
