/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../../protocol/bundle.ts';
import { bundleFolder, fixtureFolder, maxAbs, readDoubles, readFloats, readJson } from './support/fixtures.ts';
import { Model } from './support/ort.ts';

/** Largest difference of a component or a scaled prediction, wherever it was computed. */
const BOUND = 1e-5;

const restored = (scaled: Float32Array, targets: readonly Target[]): Float64Array =>
  Float64Array.from(scaled, (z, i) => {
    const target = targets[i % targets.length];
    return target ? z * target.std + target.mean : NaN;
  });

describe('the shipped model in ONNX Runtime, against the numpy forward pass', () => {
  const molecules = readFileSync(join(fixtureFolder, 'molecules.txt'), 'ascii').trimEnd().split('\n');
  const width = readJson<{ embeddings: { dimension: number } }>(fixtureFolder, 'index.json').embeddings.dimension;
  let model: Model;
  beforeAll(async () => {
    model = await Model.load(bundleFolder);
  });

  test('is the model that the fixtures were made for', () => {
    const found = createHash('sha256')
      .update(readFileSync(join(bundleFolder, 'model.onnx')))
      .digest('hex');
    expect(readJson<{ model: string }>(fixtureFolder, 'index.json').model).toBe(found);
  });

  test.each([1, 7, 64])('embeds 1,000 molecules within 1e-5, in batches of %d', async (batch) => {
    const { embedding } = await model.run(molecules, batch);
    expect(maxAbs(embedding, readFloats(fixtureFolder, 'embeddings.f32'))).toBeLessThanOrEqual(BOUND);
  });

  test('embeds a molecule alike whatever stands beside it', async () => {
    // 617 has no divisor in common with 1,000: every molecule once, far from its neighbours.
    const order = molecules.map((_, i) => (i * 617) % molecules.length);
    const { embedding } = await model.run(
      order.map((i) => molecules[i] ?? ''),
      64,
    );
    const known = readFloats(fixtureFolder, 'embeddings.f32');
    const wanted = order.flatMap((i) => [...known.subarray(i * width, (i + 1) * width)]);
    expect(maxAbs(embedding, wanted)).toBeLessThanOrEqual(BOUND);
  });

  test('predicts 200 molecules within 1e-5, scaled, and within that share of a standard deviation in units', async () => {
    const targets = readJson<Target[]>(bundleFolder, 'targets.json');
    const { prediction } = await model.run(molecules.slice(0, 200), 7);
    expect(maxAbs(prediction, readFloats(fixtureFolder, 'scaled.f32'))).toBeLessThanOrEqual(BOUND);
    const perStd = (values: Float64Array): Float64Array => values.map((v, i) => v / (targets[i % 20]?.std ?? NaN));
    const wanted = readDoubles(fixtureFolder, 'values.f64');
    expect(maxAbs(perStd(restored(prediction, targets)), perStd(wanted))).toBeLessThanOrEqual(BOUND);
  });

  const { different } = readJson<{ different: { name: string; canonical: string[]; maxAbs: number }[] }>(
    fixtureFolder,
    'pairs.json',
  );
  test.each(different.map((pair) => [pair.name, pair] as const))('tells %s apart', async (_, pair) => {
    const { embedding } = await model.run(pair.canonical, 1);
    const found = maxAbs(embedding.subarray(0, width), embedding.subarray(width));
    // The frozen figure has three digits.
    expect(Math.abs(found - pair.maxAbs)).toBeLessThan(0.01 * pair.maxAbs);
    expect(found).toBeGreaterThan(100 * BOUND);
  });
});

describe('a model one of whose targets never varied', () => {
  interface Known {
    readonly smiles: string[];
    readonly embedding: number[][];
    readonly scaled: number[][];
    readonly values: number[][];
  }
  const known = readJson<Known>(fixtureFolder, 'tiny.json');
  const targets = readJson<Target[]>(fixtureFolder, 'tiny', 'targets.json');

  test('has a standard deviation of 0, and answers something else than 0 for it', () => {
    expect(targets.map((t) => t.std)).toEqual([2, 0, 0.5]);
    expect(Math.min(...known.scaled.map((row) => Math.abs(row[1] ?? 0)))).toBeGreaterThan(BOUND);
  });

  test('is within 1e-5 of the forward pass', async () => {
    const { embedding, prediction } = await (await Model.load(join(fixtureFolder, 'tiny'))).run(known.smiles, 7);
    expect(maxAbs(embedding, known.embedding.flat())).toBeLessThanOrEqual(BOUND);
    expect(maxAbs(prediction, known.scaled.flat())).toBeLessThanOrEqual(BOUND);
  });

  test('predicts the mean for that target, and for the others what their norms make of it', async () => {
    const { prediction } = await (await Model.load(join(fixtureFolder, 'tiny'))).run(known.smiles, 7);
    const values = restored(prediction, targets);
    expect(maxAbs(values, known.values.flat())).toBeLessThanOrEqual(2 * BOUND);
    expect(new Set(known.values.map((row) => row[1]))).toEqual(new Set([targets[1]?.mean]));
  });
});
