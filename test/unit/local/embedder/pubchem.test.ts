import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { Lake } from './support.ts';

const data = process.env['DECANT_TEST_DATA'];

/** Two columns, as delivered and as another toolkit wrote them; no heading. */
const ROWS = 99_991;

(data === undefined ? describe.skip : describe)(
  data === undefined ? 'a public collection (skipped: DECANT_TEST_DATA is not set)' : 'a public collection',
  () => {
    test('has a verdict for each of its 99,991 molecules, in one run of the worker', async () => {
      const lake = new Lake();
      const source = join(data ?? '', 'pubchem_100k_standardized.csv.gz');
      const file = await lake.file(
        'pubchem.parquet',
        `SELECT smiles, row_number() OVER () AS _source_row
          FROM read_csv('${source}', delim = '\\t', header = false, columns = {smiles: 'VARCHAR', other: 'VARCHAR'})`,
      );

      const summary = await lake.embed(lake.args('all', [{ table: 'pubchem', columns: ['smiles'], files: [file] }]));

      const { values, nulls, embedded, known, repeated, quarantined } = summary;
      expect([values, nulls, known]).toEqual([ROWS, 0, 0]);
      expect(embedded + repeated + quarantined).toBe(ROWS);
      const lost = await lake.sql(
        `SELECT count(*)::INTEGER AS n FROM read_parquet('${file}') ANTI JOIN read_parquet('${summary.files['molecules']?.[0] ?? ''}') USING (smiles)`,
      );
      expect(lost).toEqual([{ n: 0 }]);
      const [rows] = await lake.sql(
        `SELECT (SELECT count(*)::INTEGER FROM read_parquet('${summary.files['embeddings']?.[0] ?? ''}') WHERE length(embedding) = 64) AS vectors,
          (SELECT count(*)::INTEGER FROM read_parquet('${summary.files['reasons']?.[0] ?? ''}')) AS reasons`,
      );
      expect(rows).toEqual({ vectors: embedded, reasons: quarantined });
      // Hypervalent aluminium, silicon and nitrogen, and what has more than 128 tokens.
      expect(quarantined).toBeLessThan(ROWS * 0.005);
    }, 1_800_000);
  },
);
