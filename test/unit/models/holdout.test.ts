/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Target } from '../../../protocol/bundle.ts';
import { bundleFolder } from './support/fixtures.ts';
import { bagOfTokens, bars, LEAD, MEAN, seeds, structural, targets, type Scores } from './support/gate.ts';
import { Model } from './support/ort.ts';

function rSquared(predicted: readonly number[], truth: readonly number[]): number {
  const mean = truth.reduce((a, b) => a + b, 0) / truth.length;
  const sum = (f: (i: number) => number): number => truth.reduce((total, _, i) => total + f(i) ** 2, 0);
  return 1 - sum((i) => (predicted[i] ?? NaN) - (truth[i] ?? NaN)) / sum((i) => (truth[i] ?? NaN) - mean);
}

async function measure(): Promise<Scores> {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(bundleFolder, 'holdout.csv.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  const names = header.split(',').slice(1);
  const rows = lines.map((line) => line.split(','));
  const model = await Model.load(bundleFolder);
  const { prediction } = await model.run(
    rows.map(([smiles = '']) => smiles),
    64,
  );
  const column = ({ name, mean, std }: Target, at: number): [string, number] => [
    name,
    rSquared(
      rows.map((_, i) => (prediction[i * targets.length + at] ?? NaN) * std + mean),
      rows.map((row) => Number(row[names.indexOf(name) + 1])),
    ),
  ];
  const r2 = Object.fromEntries(targets.map(column));
  return { mean: Object.values(r2).reduce((a, b) => a + b, 0) / targets.length, r2 };
}

describe('the shipped model on the hold-out that is shipped with it', () => {
  let found: Scores;
  beforeAll(async () => {
    found = await measure();
  });

  test('has a mean R² of its 20 targets of .94 at least, above that of counts of tokens', () => {
    expect(Object.keys(found.r2)).toHaveLength(20);
    expect(found.mean).toBeGreaterThanOrEqual(MEAN);
    expect(found.mean).toBeGreaterThan(bagOfTokens.mean);
  });

  test.each(Object.entries(bars))('has for %s an R² of %d at least', (name, bar) => {
    expect(found.r2[name]).toBeGreaterThanOrEqual(bar);
  });

  test.each(structural)('is for %s better than counts of tokens by .10 at least', (name) => {
    expect(found.r2[name]).toBeGreaterThanOrEqual((bagOfTokens.r2[name] ?? NaN) + LEAD);
  });

  test('has the R² that its card tells', () => {
    const told = seeds[0];
    const gaps = Object.entries(found.r2).map(([name, r2]) => Math.abs(r2 - (told?.r2[name] ?? NaN)));
    expect(Math.max(...gaps)).toBeLessThan(2e-4);
  });
});
