/** Files and columns as they come. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { BundleIndex } from '../../../protocol/bundle.ts';
import { accounted, Lake, lakeRows, writeParquet } from '../support/lake.ts';
import { miniBundle, type Python } from '../support/python.ts';

export const describeSources = (session: () => Python, dir: string): void =>
  describe('values', () => {
    let lake: Lake;
    beforeAll(() => {
      rmSync(dir, { recursive: true, force: true });
      lake = new Lake(dir, session());
    });
    const file = (name: string, select: string) => writeParquet(lake.path('in', name), select);

    test('of an empty plan are none, and the run is done', async () => {
      await expect(lake.embed('empty-1', [])).resolves.toMatchObject({
        values: 0,
        embedded: 0,
        files: { embeddings: [] },
      });
    });

    test('of a table without files are none', async () => {
      const summary = await lake.embed('empty-2', [{ table: 't', columns: ['smiles'], files: [] }]);

      expect(summary).toMatchObject({ values: 0 });
    });

    test('of a column of nulls are nulls, whatever type the files give it', async () => {
      const nulls = await file('nulls.parquet', 'SELECT NULL::INTEGER AS smiles FROM range(3)');
      const texts = await file('texts.parquet', lakeRows(['CCO']));

      const summary = await lake.embed('nulls', [{ table: 't', columns: ['smiles'], files: [nulls, texts] }]);

      expect(summary).toMatchObject({ values: 4, nulls: 3, embedded: 1 });
    });

    test('of a column that some files lack are nulls there', async () => {
      const lacking = await file('lacking.parquet', 'SELECT 1 AS other');
      const having = await file('having.parquet', lakeRows(['CCN', null]));

      const summary = await lake.embed('lacking', [{ table: 't', columns: ['smiles'], files: [lacking, having] }]);

      expect(summary).toMatchObject({ values: 3, nulls: 2, embedded: 1 });
    });

    test('of several columns and tables are one molecule, judged once for each column', async () => {
      const wide = await file('wide.parquet', `SELECT 'CCC' AS smiles, 'CCC' AS parent FROM range(2)`);
      const other = await file('other.parquet', lakeRows(['CCC', 'C1CC'], 'smiles'));

      const summary = await lake.embed('wide', [
        { table: 'a', columns: ['smiles', 'parent'], files: [wide] },
        { table: 'b', columns: ['SMILES'], files: [other] },
      ]);

      expect(summary).toMatchObject({ values: 6, embedded: 1, repeated: 4, quarantined: 1 });
      const verdicts = await lake.rows(
        'molecules',
        "WHERE run = 'wide' AND smiles = 'CCC' ORDER BY table_name, column_name",
      );
      expect(verdicts.map((r) => [r['table_name'], r['column_name'], r['occurrences']])).toEqual([
        ['a', 'parent', '2'],
        ['a', 'smiles', '2'],
        ['b', 'SMILES', '1'],
      ]);
    });

    test('of a file whose name looks like a pattern are read from that file alone', async () => {
      await file('day=a.parquet', lakeRows(['CCCC']));
      const odd = await file('day=[ab]*.parquet', lakeRows(['CCCCC']));

      const summary = await lake.embed('odd', [{ table: 't', columns: ['smiles'], files: [odd] }]);

      expect(summary).toMatchObject({ values: 1, embedded: 1 });
    });

    test('of a plan in a file with a byte order mark are the same', async () => {
      const texts = await file('plan.parquet', lakeRows(['CCCCCC']));
      mkdirSync(lake.path('plans'), { recursive: true });
      const tables = [{ table: 't', columns: ['smiles'], files: [texts] }];
      writeFileSync(lake.path('plans', 'p.json'), `\ufeff${JSON.stringify({ dataset: 'library', tables })}\r\n`);

      await expect(lake.embed('plan', lake.path('plans', 'p.json'))).resolves.toMatchObject({ embedded: 1 });
    });

    test('without lineage have the file as their source', async () => {
      const bare = await file('bare.parquet', "SELECT 'C1CCC' AS smiles");

      await lake.embed('bare', [{ table: 't', columns: ['smiles'], files: [bare] }]);

      const [reason] = await lake.reasons("WHERE run = 'bare'");
      expect(reason).toMatchObject({
        source_key: expect.stringMatching(/bare\.parquet$/) as unknown,
        source_row: null,
      });
    });

    test('for which the model has no finite number are quarantined, and the sums hold', async () => {
      const bundle = lake.path('overflowing');
      cpSync(miniBundle, bundle, { recursive: true });
      withHead(bundle, { coefficients: Array<number>(64).fill(1e308), scale: Array<number>(64).fill(1e-10) });
      const texts = await file('overflow.parquet', lakeRows(['CCO', 'OCC', 'C1CC']));

      const summary = await lake.embed('overflow', [{ table: 't', columns: ['smiles'], files: [texts] }], {
        bundle,
        sensitivity: 'confidential',
      });

      expect(summary).toMatchObject({
        values: 3,
        embedded: 0,
        quarantined: 3,
        codes: { NON_FINITE: 2, RING_NOT_CLOSED: 1 },
      });
      expect(accounted(summary)).toBe(3);
      const verdicts = await lake.rows('molecules', "WHERE run = 'overflow' AND canonical_smiles = 'CCO'");
      expect(verdicts.map((r) => [r['status'], r['code'], r['molecule_key']])).toEqual(
        Array(2).fill(['error', 'NON_FINITE', null]),
      );
    });

    test('are not touched with a damaged bundle, which is named with the file', async () => {
      const bundle = lake.path('damaged');
      cpSync(miniBundle, bundle, { recursive: true });
      writeFileSync(`${bundle}/targets.json`, '[]');

      await expect(lake.embed('damaged', [], { bundle })).rejects.toThrow(/BundleError: .*targets\.json has SHA-256/);
    });

    test.each([
      ['no JSON', '[{'],
      ['no list', '{"tables": 3}'],
      ['without columns', '[{"table": "t", "files": []}]'],
    ])('of a plan that is %s are refused', async (_, plan) => {
      await expect(lake.embed('refused', plan)).rejects.toThrow(
        'ValueError: the plan is no list of table, columns and files',
      );
    });

    test('are not looked at when an argument is unknown to the job', async () => {
      await expect(lake.embed('refused', [], { dtype: 'int8' })).rejects.toThrow('SystemExit: 2');
    });
  });

/** Adds a head to a bundle, as its tools would. */
function withHead(folder: string, parts: Readonly<Record<string, readonly number[]>>): void {
  const head = {
    name: 'overflow', title: '', unit: '1', kind: 'ridge', status: 'experimental', reason: '', intercept: 0,
    center: Array<number>(64).fill(0), training: {}, metrics: {}, ...parts,
  }; // prettier-ignore
  const text = JSON.stringify(head);
  mkdirSync(`${folder}/heads`, { recursive: true });
  writeFileSync(`${folder}/heads/overflow.json`, text);
  const index = JSON.parse(readFileSync(`${folder}/bundle.json`, 'utf8')) as BundleIndex;
  const entry = { sha256: createHash('sha256').update(text).digest('hex'), bytes: text.length };
  writeFileSync(
    `${folder}/bundle.json`,
    JSON.stringify({ ...index, files: { ...index.files, 'heads/overflow.json': entry } }),
  );
}
