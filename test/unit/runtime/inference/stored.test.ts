import { describe, expect, test } from '@jest/globals';
import { decodeHalf } from '../../../../runtime/bundle/half.ts';
import { roundToHalf, stored } from '../../../../runtime/inference/stored.ts';
import { embeddings, maxAbs, sequence } from './support.ts';

/** All finite half floats, in order. */
const halves = [
  ...decodeHalf(Uint8Array.from({ length: 2 * 0x7c00 }, (_, i) => (i % 2 === 0 ? (i >> 1) & 255 : i >> 9))),
];

/** The nearest half float, found by looking through all of them; of two equally near ones the even one. */
function nearestHalf(value: number): number {
  const size = Math.abs(value);
  let [low, high] = [0, halves.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((halves[middle] ?? 0) <= size) low = middle;
    else high = middle;
  }
  const [below, above] = [size - (halves[low] ?? 0), (halves[high] ?? 0) - size];
  const chosen = below < above || (below === above && low % 2 === 0) ? low : high;
  return Math.sign(value) * (halves[chosen] ?? 0);
}

describe('half floats', () => {
  test('are those that lie nearest', () => {
    const random = sequence(11);
    const values = Float32Array.from({ length: 20_000 }, () => (random() - 0.5) * 2 ** (random() * 40 - 26));

    expect([...roundToHalf(values)]).toEqual([...values].map(nearestHalf));
  });

  test('are kept as they are', () => {
    expect([...roundToHalf(Float32Array.from(halves))]).toEqual(halves);
  });

  test('of two that are equally near the even one is taken', () => {
    expect([...roundToHalf(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25))]).toEqual([
      1,
      1 + 2 ** -9,
      0,
      2 ** -23,
    ]);
  });

  test('end at 65,504', () => {
    expect([...roundToHalf(Float32Array.of(65_504, 65_519, 65_520, -1e9, Infinity, NaN))]).toEqual([
      65_504,
      65_504,
      Infinity,
      -Infinity,
      Infinity,
      NaN,
    ]);
  });

  test('of embeddings are within 1e-3', () => {
    expect(maxAbs(stored(embeddings, 'fp16'), embeddings)).toBeLessThan(1e-3);
    expect(maxAbs(stored(embeddings, 'fp16'), embeddings)).toBeGreaterThan(0);
  });

  test('are for fp16 only', () => {
    expect(stored(embeddings, 'fp32')).toBe(embeddings);
  });
});
