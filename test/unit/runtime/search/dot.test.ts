import { describe, expect, test } from '@jest/globals';
import { dot, eachScores, highestDot, normalized } from '../../../../runtime/search/dot.ts';
import { rowsInKernel } from '../../../../runtime/search/kernel.ts';
import { sequence } from '../inference/support.ts';

const random = sequence(5);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.5);

/** By definition, in double precision. */
const plainDots = (query: Float32Array, matrix: Float32Array, dimension: number): number[] =>
  Array.from({ length: matrix.length / dimension }, (_, row) =>
    query.reduce((sum, value, i) => sum + value * (matrix[row * dimension + i] ?? NaN), 0),
  );

function allScores(query: Float32Array, matrix: Float32Array, dimension: number): number[] {
  const found: number[] = [];
  eachScores(query, matrix, dimension, (scores, first) => {
    if (first !== found.length) throw new Error(`a block begins at ${first} instead of ${found.length}`);
    found.push(...scores);
  });
  return found;
}

describe('rows of length 1', () => {
  test('point where they pointed', () => {
    expect([...normalized(Float32Array.of(3, 4, 0, -2), 2)].map((v) => v.toFixed(6))).toEqual([
      '0.600000',
      '0.800000',
      '0.000000',
      '-1.000000',
    ]);
  });

  test('are in new memory', () => {
    const rows = Float32Array.of(3, 4);

    normalized(rows, 2);

    expect([...rows]).toEqual([3, 4]);
  });

  test('a row of zeros stays one', () => {
    expect([...normalized(new Float32Array(4), 2)]).toEqual([0, 0, 0, 0]);
  });
});

describe('dot products', () => {
  test.each([
    [16, 1],
    [16, 3],
    [64, 5_000],
    [384, 1_000],
    [768, 333],
    [7, 2_500],
    [20, 11],
    [1, 3],
  ])('of %d components with %d rows are those of the definition', (dimension, rows) => {
    const [query, matrix] = [numbers(dimension), numbers(rows * dimension)];

    const found = allScores(query, matrix, dimension);

    const wanted = plainDots(query, matrix, dimension);
    expect(found).toHaveLength(rows);
    expect(Math.max(...found.map((v, i) => Math.abs(v - (wanted[i] ?? NaN))))).toBeLessThan(1e-5);
  });

  test('with no rows are none', () => {
    expect(allScores(numbers(64), new Float32Array(), 64)).toEqual([]);
  });

  test('of a part of a larger matrix are those of the part', () => {
    const matrix = numbers(20 * 64);
    const query = numbers(64);

    expect(allScores(query, matrix.subarray(7 * 64, 9 * 64), 64)).toEqual(allScores(query, matrix, 64).slice(7, 9));
  });

  test.each([64, 384, 7])('of rows that are searched where they are, %d components, are the same', (dimension) => {
    const [query, matrix] = [numbers(dimension), numbers(4_001 * dimension)];
    const held = rowsInKernel(4_001, dimension);
    held.set(matrix);

    expect(allScores(query, held, dimension)).toEqual(allScores(query, matrix, dimension));
    const part = held.subarray(3_000 * dimension, 3_007 * dimension);
    expect(allScores(query, part, dimension)).toEqual(allScores(query, matrix, dimension).slice(3_000, 3_007));
  });

  test('of equal rows are equal, wherever they stand', () => {
    const row = numbers(64);
    const matrix = new Float32Array(3_000 * 64);
    for (let i = 0; i < 3_000; i += 1) matrix.set(row, i * 64);

    expect(new Set(allScores(numbers(64), matrix, 64)).size).toBe(1);
  });

  test('with a row that is not finite are not finite', () => {
    const matrix = numbers(2 * 64);
    matrix[64] = NaN;

    expect(allScores(numbers(64), matrix, 64).map(Number.isFinite)).toEqual([true, false]);
  });

  test('one at a time are the same to rounding', () => {
    const [query, matrix] = [numbers(64), numbers(10 * 64)];

    expect(dot(query, matrix, 3 * 64, 64)).toBeCloseTo(allScores(query, matrix, 64)[3] ?? NaN, 5);
  });
});

describe('the highest of many', () => {
  test.each([64, 10])('is found for each query, %d components', (dimension) => {
    const [queries, matrix] = [numbers(9 * dimension), numbers(5_000 * dimension)];

    const found = highestDot(queries, matrix, dimension);

    const wanted = Array.from({ length: 9 }, (_, q) =>
      Math.max(...plainDots(queries.subarray(q * dimension, (q + 1) * dimension), matrix, dimension)),
    );
    expect(Math.max(...wanted.map((v, i) => Math.abs(v - (found[i] ?? NaN))))).toBeLessThan(1e-5);
  });

  test('is negative where all are', () => {
    const matrix = Float32Array.from({ length: 64 }, () => -1);

    expect([
      ...highestDot(
        Float32Array.from(matrix, () => 1),
        matrix,
        64,
      ),
    ]).toEqual([-64]);
  });
});
