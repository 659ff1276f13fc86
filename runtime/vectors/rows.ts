/** Rows of the table of embeddings, from its Parquet files. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBListValue } from '@duckdb/node-api';
import { sqlText } from '../sql/text.ts';
import type { VectorRow } from './write-s3-vectors.ts';

/** A row of the table is not what the index can hold. */
export class UnusableVectorError extends Error {
  override readonly name = 'UnusableVectorError';
}

/** Rows of local files. A molecule that several files hold comes once, ordered by its key when `distinct`. Throws UnusableVectorError. */
export async function* vectorRows(
  connection: DuckDBConnection,
  paths: readonly string[],
  dimension: number,
  distinct = false,
): AsyncGenerator<VectorRow> {
  const columns = 'molecule_key, canonical_smiles, inchikey, embedding';
  const from = `read_parquet([${paths.map(sqlText).join(', ')}], hive_partitioning = false)`;
  const sql = distinct
    ? `SELECT DISTINCT ON (molecule_key) ${columns} FROM ${from} ORDER BY molecule_key`
    : `SELECT ${columns} FROM ${from}`;
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [key, canonical, inchikey, embedding] of chunk.getRows()) {
      const molecule_key = String(key);
      const items = embedding instanceof DuckDBListValue ? embedding.items : [];
      const vector = Float32Array.from(items, Number);
      if (vector.length !== dimension || !vector.every(Number.isFinite) || vector.every((x) => x === 0)) {
        throw new UnusableVectorError(
          `the embedding of ${molecule_key} has ${vector.length} components of ${dimension}, or is zero or not finite`,
        );
      }
      yield {
        molecule_key,
        canonical_smiles: String(canonical),
        inchikey: typeof inchikey === 'string' ? inchikey : undefined,
        vector,
      };
    }
  }
}
