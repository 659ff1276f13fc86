/** Public data through the whole job. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { EmbedSummary } from '../../../protocol/embeddings.ts';
import { accounted, Lake, query, writeParquet } from '../support/lake.ts';
import { titled, type Python } from '../support/python.ts';

const data = process.env['DECANT_TEST_DATA'];
const why = data === undefined ? 'DECANT_TEST_DATA is not set' : undefined;
const csv = (name: string, rest: string): string => `read_csv('${join(data ?? '', name)}', ${rest})`;

export const describeReal = (session: () => Python, dir: string): void =>
  (why ? describe.skip : describe)(titled('public data', why), () => {
    const ROWS = 99_991;
    let lake: Lake;
    let summary: EmbedSummary;

    beforeAll(async () => {
      lake = new Lake(dir, session());
      const source = csv(
        'pubchem_100k_standardized.csv.gz',
        "delim = '\t', header = false, names = ['smiles', 'standard']",
      );
      const file = await writeParquet(
        lake.path('pubchem.parquet'),
        `SELECT smiles, 'pubchem' AS _source_key, 'v' AS _source_version, row_number() OVER () AS _source_row FROM ${source}`,
      );
      summary = await lake.embed('pubchem', [{ table: 'pubchem', columns: ['smiles'], files: [file] }]);
    }, 1_200_000);

    test('all 99,991 molecules of PubChem have a verdict, none is lost', async () => {
      expect(summary.values).toBe(ROWS);
      expect(accounted(summary)).toBe(ROWS);
      const rows = await lake
        .rows('molecules', 'LIMIT 0')
        .then(() =>
          query(
            `SELECT count(*) AS n, sum(occurrences)::BIGINT AS cells, count(DISTINCT smiles) AS texts FROM read_parquet('${lake.path('tables', 'molecules')}/**/*.parquet')`,
          ),
        );
      expect(rows).toEqual([{ n: String(ROWS), cells: String(ROWS), texts: String(ROWS) }]);
    });

    test('those that RDKit or the model cannot read are few, and named', () => {
      expect(summary.quarantined).toBeGreaterThan(200);
      expect(summary.quarantined).toBeLessThan(300);
      expect(Object.keys(summary.codes)).toEqual(expect.arrayContaining(['TOO_LONG', 'VALENCE']));
    });

    test('each molecule has one vector, and a prediction of each endpoint', async () => {
      const [row] = await query(
        `SELECT count(DISTINCT molecule_key) AS molecules, count(*) AS n FROM read_parquet('${lake.path('tables', 'embeddings')}/**/*.parquet')`,
      );
      const [predicted] = await query(
        `SELECT count(*) AS n, count(DISTINCT endpoint) AS endpoints FROM read_parquet('${lake.path('tables', 'predictions')}/**/*.parquet')`,
      );

      expect(row).toEqual({ molecules: String(summary.embedded), n: String(summary.embedded) });
      expect(Number(predicted?.['n'])).toBe(summary.embedded * Number(predicted?.['endpoints']));
    });
  });
