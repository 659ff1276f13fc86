import { describe, expect, test } from '@jest/globals';
import { binsOf, sharesOf, stabilityIndex } from '../../../../runtime/drift/bins.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('bins', () => {
  test('of a hundred values hold ten each', () => {
    expect(binsOf(upTo(100))).toEqual({
      edges: [10, 20, 30, 40, 50, 60, 70, 80, 90],
      shares: Array.from({ length: 10 }, () => 0.1),
    });
  });

  test('are fewer where values repeat, and none of them is empty', () => {
    const { edges, shares } = binsOf([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]);

    expect(edges).toEqual([1, 2]);
    expect(shares).toEqual([0.7, 0.2, 0.1]);
  });

  test('of one value only still tell it from smaller ones', () => {
    const { edges } = binsOf([3, 3, 3]);

    expect(sharesOf([3, 2, 3, 4], edges)).toEqual([0.25, 0.75]);
  });

  test('need a value', () => {
    expect(() => binsOf([])).toThrow('a distribution needs values');
  });
});

describe('the stability index', () => {
  test('is 0 for the same shares', () => {
    expect(stabilityIndex([0.5, 0.5], [0.5, 0.5])).toBe(0);
  });

  test('is the sum of (a − e) ln(a / e)', () => {
    const index = stabilityIndex([0.5, 0.5], [0.8, 0.2]);

    expect(index).toBeCloseTo(0.3 * Math.log(1.6) - 0.3 * Math.log(0.4), 12);
  });

  test('stays finite when a bin is empty', () => {
    expect(Number.isFinite(stabilityIndex([0.5, 0.5], [1, 0]))).toBe(true);
  });

  test('of another number of bins is refused', () => {
    expect(() => stabilityIndex([1], [0.5, 0.5])).toThrow('1 and 2 bins cannot be compared');
  });
});
