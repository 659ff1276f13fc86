/** What one run leaves, and what the next ones add. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { EmbedSummary } from '../../../protocol/embeddings.ts';
import { embeddingColumns } from '../../../protocol/embedding-tables.ts';
import { reasonColumns } from '../../../runtime/catalog/own-tables.ts';
import { accounted, Lake, lakeRows, query, writeParquet, type PlanTable, type Row } from '../support/lake.ts';
import type { Python } from '../support/python.ts';

/** Ethanol in three ways, benzene in two, a salt; six that are none; two nulls. */
const values = [
  'CCO', 'OCC', ' CCO\r', 'c1ccccc1', 'C1=CC=CC=C1', '[Na+].[Cl-]',
  'C1CC', '', '  ', 'CC>>CC', 'C(C)(C)(C)(C)C', 'C1CC',
  null, null,
]; // prettier-ignore

const types: Readonly<Record<string, string>> = {
  text: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  'float[]': 'FLOAT[]',
  'text[]': 'VARCHAR[]',
  binary: 'BLOB',
};

export const describeRuns = (session: () => Python, dir: string): void =>
  describe('a run', () => {
    let lake: Lake;
    let plan: PlanTable[];
    let first: EmbedSummary;

    beforeAll(async () => {
      lake = new Lake(dir, session());
      plan = [
        {
          table: 'compounds',
          columns: ['smiles'],
          files: [await writeParquet(lake.path('in.parquet'), lakeRows(values))],
        },
      ];
      first = await lake.embed('library-1', plan);
    });

    test('accounts for every value: embedded, known, repeated, quarantined or null', () => {
      expect(first).toMatchObject({ values: 14, nulls: 2, embedded: 3, known: 0, repeated: 3, quarantined: 6 });
      expect(accounted(first)).toBe(first.values);
      expect(JSON.parse(readFileSync(lake.summaryOf('library-1'), 'utf8'))).toEqual(first);
    });

    test('counts values by error and warning code', () => {
      expect(first.codes).toEqual({
        EMPTY: 2,
        MULTI_COMPONENT: 1,
        REACTION: 1,
        RING_NOT_CLOSED: 2,
        VALENCE: 1,
      });
    });

    test('writes one verdict a distinct text, with the rows that hold it', async () => {
      const rows = await lake.rows('molecules', 'ORDER BY smiles');

      expect(
        rows.map((r) => [r['smiles'], r['status'], r['code'], r['position'], r['canonical_smiles'], r['occurrences']]),
      ).toEqual([
        ['', 'error', 'EMPTY', null, null, '1'],
        ['  ', 'error', 'EMPTY', null, null, '1'],
        [' CCO\r', 'ok', null, null, 'CCO', '1'],
        ['C(C)(C)(C)(C)C', 'error', 'VALENCE', 0, null, '1'],
        ['C1=CC=CC=C1', 'ok', null, null, 'c1ccccc1', '1'],
        ['C1CC', 'error', 'RING_NOT_CLOSED', 1, null, '2'],
        ['CC>>CC', 'error', 'REACTION', 2, null, '1'],
        ['CCO', 'ok', null, null, 'CCO', '1'],
        ['OCC', 'ok', null, null, 'CCO', '1'],
        ['[Na+].[Cl-]', 'ok', null, null, '[Cl-].[Na+]', '1'],
        ['c1ccccc1', 'ok', null, null, 'c1ccccc1', '1'],
      ]);
    });

    test('writes one vector a molecule, in the partition of bundle and class', async () => {
      const rows = await lake.rows('embeddings', 'ORDER BY canonical_smiles');

      expect(rows.map((r) => r['canonical_smiles'])).toEqual(['CCO', '[Cl-].[Na+]', 'c1ccccc1']);
      for (const row of rows) {
        expect(row).toMatchObject({
          bundle: first.bundle,
          sensitivity: 'internal',
          dimension: 64,
          dtype: 'fp32',
          run: 'library-1',
          toolkit: 'rdkit 2026.09.1',
        });
        expect(row['embedding']).toHaveLength(64);
      }
    });

    test('writes a prediction a molecule and endpoint, each with its unit', async () => {
      const rows = await lake.rows('predictions', "WHERE canonical_smiles = 'CCO' AND endpoint = 'MolWt'");
      const endpoints = await lake.rows('predictions', 'ORDER BY ALL');

      expect(endpoints.length % 3).toBe(0);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ unit: 'g/mol', status: 'descriptor', head_sha256: null });
      expect(rows[0]?.['value']).toBeGreaterThan(0);
    });

    test('writes one reason a row of the table, whose message does not quote the structure', async () => {
      const rows = await lake.reasons('ORDER BY source_row');

      expect(rows.map((r) => [r['source_row'], r['message']])).toEqual([
        ['7', 'RING_NOT_CLOSED: a ring is opened and not closed at character 1'],
        ['8', 'EMPTY: there is no structure'],
        ['9', 'EMPTY: there is no structure'],
        ['10', 'REACTION: a reaction is no molecule at character 2'],
        ['11', 'VALENCE: atom 0 (C) has 5 bonds, more than it can have at character 0'],
        ['12', 'RING_NOT_CLOSED: a ring is opened and not closed at character 1'],
      ]);
      for (const row of rows) {
        expect(row).toMatchObject({
          source_key: 'lab/a.csv',
          source_version: 'v1',
          input: 'compounds',
          reason: 'invalid_molecule',
          column: 'smiles',
          dataset: 'library',
          shard: 'embed-library-1',
        });
      }
    });

    test.each(Object.entries(embeddingColumns))(
      'writes %s with just the columns of the protocol',
      async (table, columns) => {
        const file = first.files[table]?.[0] ?? '';

        const found = await query(`DESCRIBE SELECT * FROM read_parquet('${file}', hive_partitioning = false)`);

        expect(found.map((c) => [c['column_name'], c['column_type']])).toEqual(
          columns.map((c) => [c.name, types[c.type]]),
        );
      },
    );

    test('writes reasons with just the columns of the table of reasons', async () => {
      const found = await query(
        `DESCRIBE SELECT * FROM read_parquet('${first.files['reasons']?.[0] ?? ''}', hive_partitioning = false)`,
      );

      expect(found.map((c) => [c['column_name'], c['column_type']])).toEqual(
        reasonColumns.map((c) => [c.name, c.type]),
      );
    });

    test('names files after itself, and leaves nothing else behind', async () => {
      const partition = `bundle=${first.bundle}/sensitivity=internal/library-1.parquet`;

      expect(first.files['embeddings']).toEqual([lake.path('tables', 'embeddings', partition)]);
      const left = await query(
        `SELECT file FROM glob('${lake.path('tables')}/**') WHERE file NOT LIKE '%/library-1.parquet' AND file NOT LIKE '%.crc'`,
      );
      expect(left).toEqual([]);
    });

    test('that is done is not done again', async () => {
      const file = first.files['embeddings']?.[0] ?? '';
      renameSync(file, `${file}.kept`);

      const again = await lake.embed('library-1', plan);

      expect(again).toEqual(first);
      expect(existsSync(file)).toBe(false);
      renameSync(`${file}.kept`, file);
    });

    test('that comes later embeds only what is new', async () => {
      const file = await writeParquet(lake.path('more.parquet'), lakeRows(['CCO', 'CCN']));

      const second = await lake.embed('library-2', [{ table: 'compounds', columns: ['smiles'], files: [file] }]);

      expect(second).toMatchObject({ values: 2, embedded: 1, known: 1, repeated: 0 });
      expect(accounted(second)).toBe(2);
      await expect(lake.rows('embeddings', "WHERE run = 'library-2'")).resolves.toHaveLength(1);
    });

    test('of another class embeds for itself, and masks values where it is sensitive', async () => {
      const other = await lake.embed('library-3', plan, { sensitivity: 'confidential' });

      expect(other).toMatchObject({ embedded: 3, known: 0 });
      await expect(lake.reasons("WHERE run = 'library-3' AND value <> '***'")).resolves.toEqual([]);
      await expect(lake.reasons("WHERE run = 'library-1' AND value = 'C1CC'")).resolves.toHaveLength(2);
    });

    test('that was cut off before its summary and done again doubles nothing', async () => {
      const cut = await lake.embed('library-4', plan, { sensitivity: 'public' });
      const file = cut.files['embeddings']?.[0] ?? '';
      copyFileSync(file, file.replace('.parquet', '-1.parquet'));
      rmSync(lake.summaryOf('library-4'));

      const again = await lake.embed('library-4', plan, { sensitivity: 'public' });

      expect(again).toEqual(cut);
      for (const table of ['molecules', 'embeddings', 'predictions']) {
        const [count] = await lake.rows(table, "WHERE run = 'library-4'").then((rows) => [unique(rows)]);
        expect(count).toBe(true);
      }
    });
  });

/** Whether no two rows are the same. */
const unique = (rows: readonly Row[]): boolean =>
  rows.length > 0 &&
  new Set(rows.map((r) => JSON.stringify([r['molecule_key'], r['smiles'], r['endpoint']]))).size === rows.length;
