import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from './app.ts';

const data = process.env['DECANT_TEST_DATA'];

/** Dataset, its files, and the rows that the data's own README states. */
const sets: [dataset: string, files: string[], rows: number][] = [
  ['pubchem', ['pubchem_100k_standardized.csv.gz'], 99_991],
  ['solubility', ['solubility.train.sdf', 'solubility.test.sdf'], 1_025 + 257],
  ['esol', ['esol.csv'], 1_128],
  ['lipophilicity', ['lipophilicity.csv'], 4_200],
  ['bace', ['bace.csv'], 1_513],
  ['descriptors', ['pubchem_1k_descriptors.csv'], 999],
  ['vocabulary', ['smiles_vocab_591.txt'], 591],
];

const estate = `
estate: real
environments:
  local:
    kind: local
    gatherSec: 1
    deleteData: true
    task: { vcpu: 2, memoryGiB: 2, scratchGiB: 21 }
    embeddings: { enabled: false } # What becomes of molecules has tests of its own.
sources:
  lab: { kind: folder }
datasets: {}
`;

(data === undefined ? describe.skip : describe)(
  data === undefined ? 'public data sets (skipped: DECANT_TEST_DATA is not set)' : 'public data sets',
  () => {
    const app = new App(join(__dirname, '..', '..', 'build', 'test', 'real-data'));
    const paths = (files: string[]) => files.map((f) => join(data ?? '', f));

    beforeAll(async () => {
      rmSync(app.dir, { recursive: true, force: true });
      mkdirSync(app.dir, { recursive: true });
      writeFileSync(app.path('decant.yaml'), estate);
      for (const [dataset, files] of sets) {
        await app.must(
          'contract',
          'infer',
          ...paths(files),
          '--dataset',
          dataset,
          '--source',
          'lab',
          '--into',
          'decant.yaml',
        );
      }
      await app.must('check', 'decant.yaml');
      await app.must('local', 'up');
      await app.must('local', 'deploy');
      for (const [dataset, files] of sets) await app.must('put', ...paths(files), '--dataset', dataset);
    }, 240_000);

    afterAll(() => app.stop(), 60_000);

    test.each(sets)(
      '%s becomes a table, every row of it, under the contract that was inferred',
      async (dataset, files, rows) => {
        const status = await app.settled(
          dataset,
          (s) => s.objects.transformed + s.objects.quarantined === files.length,
        );
        await app.idle(dataset); // the catalog is told after the ledger
        const [counted] = await app.query(`select count(*) as n from ${dataset}`);

        expect(status).toMatchObject({ rowsIn: rows, rowsOut: rows, rowsQuarantined: 0 });
        expect(counted).toEqual({ n: String(rows) });
      },
      240_000,
    );
  },
);
