import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectRoot } from '../../../../local/root.ts';
import { bundleFolder, readJson } from '../support/fixtures.ts';
import { bagOfTokens, type Card } from '../support/gate.ts';
import { recipePython } from '../support/unittest.ts';

const data = process.env['DECANT_TEST_DATA'];
const missing = [
  ...(recipePython === undefined ? ['DECANT_RECIPE_PYTHON'] : []),
  ...(data === undefined ? ['DECANT_TEST_DATA'] : []),
];
/** About a minute of one core; it reaches .89. */
const SHORT = ['--steps', '800', '--batch', '64', '--rate', '0.004', '--warmup', '100'];
const BAR = 0.86;

function train(out: string): void {
  const files = ['esol.csv', 'lipophilicity.csv', 'bace.csv'].map((name) => join(data ?? '', name));
  const input = ['--data', join(data ?? '', 'pubchem_100k_standardized.csv.gz'), '--exclude', ...files];
  const work = join(projectRoot(), 'build', 'recipe');
  const done = spawnSync(
    recipePython ?? '',
    ['-B', '-m', 'models.recipe', ...input, ...SHORT, '--out', out, '--work', work],
    { cwd: projectRoot(), encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
  );
  if (done.status !== 0) throw new Error(done.stderr);
}

const title = 'a short training by the recipe';
(missing.length ? describe.skip : describe)(
  missing.length ? `${title} (skipped: ${missing.join(' and ')} not set)` : title,
  () => {
    const out = mkdtempSync(join(tmpdir(), 'decant-recipe-'));
    let card: Card;
    beforeAll(() => {
      train(out);
      card = readJson<Card>(out, 'card.json');
    }, 1_800_000);

    test(`reaches a mean R² of ${BAR} at least`, () => {
      expect(card.metrics.holdout.seeds[0]?.mean).toBeGreaterThanOrEqual(BAR);
    });

    test('holds out the molecules that the shipped bundle holds out, with the same values', () => {
      const rows = (folder: string): string => gunzipSync(readFileSync(join(folder, 'holdout.csv.gz'))).toString();
      expect(rows(out)).toBe(rows(bundleFolder));
    });

    test('finds for counts of tokens the R² that the shipped card tells', () => {
      const found = card.metrics.holdout.bagOfTokens;
      expect(found.r2['qed']).toBeCloseTo(bagOfTokens.r2['qed'] ?? NaN, 3);
      expect(found.mean).toBeCloseTo(bagOfTokens.mean, 3);
    });

    test('scales the targets as the shipped bundle does', () => {
      expect(readJson(out, 'targets.json')).toEqual(readJson(bundleFolder, 'targets.json'));
    });

    test('was fed the file whose SHA-256 the shipped card tells', () => {
      const file = readFileSync(join(data ?? '', 'pubchem_100k_standardized.csv.gz'));
      const told = readJson<{ data: { training: { sha256: string } } }>(bundleFolder, 'card.json').data.training.sha256;
      expect(createHash('sha256').update(file).digest('hex')).toBe(told);
    });
  },
);
