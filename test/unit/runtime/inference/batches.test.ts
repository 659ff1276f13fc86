import { describe, expect, test } from '@jest/globals';
import { batchesOf } from '../../../../runtime/inference/batches.ts';
import { sequence } from './support.ts';

describe('batches', () => {
  test('hold every place once', () => {
    const random = sequence(3);
    const lengths = Array.from({ length: 500 }, () => 3 + Math.floor(random() * 120));

    const places = batchesOf(lengths, 1_000).flat();

    expect([...places].sort((a, b) => a - b)).toEqual([...lengths.keys()]);
  });

  test('are of like length: no row of a later batch is shorter than one of an earlier', () => {
    const lengths = [9, 3, 7, 3, 5, 8];

    expect(batchesOf(lengths, 12).map((batch) => batch.map((i) => lengths[i]))).toEqual([[3, 3], [5], [7], [8], [9]]);
  });

  test('stay below their tokens, padding included', () => {
    const lengths = Array.from({ length: 300 }, (_, i) => 3 + (i % 97));

    const sizes = batchesOf(lengths, 512).map((batch) => batch.length * Math.max(...batch.map((i) => lengths[i] ?? 0)));

    expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
    expect(sizes.length).toBeGreaterThan(10);
  });

  test('a row that is too long is alone', () => {
    expect(batchesOf([4, 40, 4], 10)).toEqual([[0, 2], [1]]);
  });
});
