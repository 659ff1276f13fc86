import { describe, expect, test } from '@jest/globals';
import type { BundleHead } from '../../../../runtime/bundle/read.ts';
import { endpointsOf, headValue, targetValues } from '../../../../runtime/inference/endpoints.ts';

const head = (more: Partial<BundleHead> = {}): BundleHead => ({
  name: 'solubility',
  title: 'Solubility',
  unit: 'log(mol/L)',
  kind: 'ridge',
  status: 'supported',
  reason: '',
  coefficients: [2, -1],
  intercept: 0.5,
  center: [1, 2],
  scale: [2, 4],
  training: {},
  metrics: {},
  sha256: 'a'.repeat(64),
  ...more,
});
const target = { name: 'MolWt', description: '', unit: 'g/mol', mean: 300, std: 50, low: null, high: null };

describe('endpoints', () => {
  test('are the targets in the order of the model, then the heads', () => {
    const found = endpointsOf({ targets: [target], heads: [head({ status: 'experimental' })] });

    expect(found).toEqual([
      { name: 'MolWt', unit: 'g/mol', status: 'descriptor', headSha256: null },
      { name: 'solubility', unit: 'log(mol/L)', status: 'experimental', headSha256: 'a'.repeat(64) },
    ]);
  });

  test('a target is deviations from its mean', () => {
    expect([...targetValues({ targets: [target] }, Float32Array.of(-1.5))]).toEqual([225]);
  });

  test('a target that does not vary is its mean, whatever the model answers', () => {
    expect([...targetValues({ targets: [{ ...target, std: 0 }] }, Float32Array.of(NaN))]).toEqual([300]);
  });

  test('a head is linear on the scaled embedding', () => {
    // 0.5 + 2 × (3 - 1) / 2 - (6 - 2) / 4
    expect(headValue(head(), Float32Array.of(3, 6))).toBeCloseTo(1.5, 12);
  });

  test('a logistic head answers a probability', () => {
    expect(headValue(head({ kind: 'logistic' }), Float32Array.of(3, 6))).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 12);
  });

  test('an embedding that is too short has no value', () => {
    expect(headValue(head(), Float32Array.of(3))).toBeNaN();
  });
});
