/** Jobs that existed before, with two lines more. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { query } from '../support/lake.ts';
import { interpreter, miniBundle, sparkEnvironment, sparkOptions, type Python } from '../support/python.ts';

const root = join(__dirname, '..', '..', '..');
const examples = join(root, 'examples', 'spark');
const input = join(examples, 'compounds.csv');

export const describeExamples = (session: () => Python, dir: string): void =>
  describe('an existing', () => {
    beforeAll(() => void mkdirSync(dir, { recursive: true }));

    test('Glue job has embeddings by two lines more, and keeps its rows', async () => {
      const output = join(dir, 'glue');

      await session().ask('script', {
        path: join(examples, 'glue_job.py'),
        argv: ['--input', input, '--output', output, '--bundle', miniBundle, '--JOB_NAME', 'compounds'],
      });

      const rows = await query(
        `SELECT id, code, canonical_smiles, len(embedding) AS length FROM read_parquet('${output}/*.parquet') ORDER BY id`,
      );
      expect(rows).toEqual([
        { id: 'A-1', code: null, canonical_smiles: 'CC(=O)Oc1ccccc1C(=O)O', length: '64' },
        { id: 'A-2', code: null, canonical_smiles: 'Cn1c(=O)c2c(ncn2C)n(C)c1=O', length: '64' },
        { id: 'A-3', code: 'RING_NOT_CLOSED', canonical_smiles: null, length: null },
        { id: 'A-4', code: null, canonical_smiles: 'CC(C)Cc1ccc(C(C)C(=O)O)cc1', length: '64' },
        { id: 'A-5', code: 'EMPTY', canonical_smiles: null, length: null },
      ]);
    });

    test('EMR step has predictions by the wheel and two lines more', async () => {
      const python = await interpreter();
      execFileSync(python, [join(root, 'glue', 'embed', 'wheels.py'), 'wheel', dir], {
        encoding: 'utf8',
      });
      const args = [
        '--py-files',
        join(dir, 'decant_embed.zip'),
        join(examples, 'emr_step.py'),
        input,
        join(dir, 'emr'),
        miniBundle,
      ];

      await promisify(execFile)(join(dirname(python), 'spark-submit'), [...sparkOptions, ...args], {
        env: sparkEnvironment(python),
        maxBuffer: 16 * 1024 * 1024,
      });

      const rows = await query(`SELECT id, logp::DOUBLE AS logp FROM read_csv('${join(dir, 'emr')}/*.csv')`);
      const values = rows.map((r) => Number(r['logp']));
      expect(rows.map((r) => r['id'])).toEqual(['A-2', 'A-2', 'A-1', 'A-4']);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }, 600_000);

    test('column that a function would add is not overwritten', async () => {
      await expect(
        session().ask('transform', {
          path: join(dir, 'glue'),
          function: 'embed',
          column: 'smiles',
          bundle: miniBundle,
          into: join(dir, 'x'),
        }),
      ).rejects.toThrow(/ValueError: columns code, .*embedding are there already: rename or drop them first/);
    });
  });
