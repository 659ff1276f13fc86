/** Cosine similarity over rows of fp32: dot products of rows of length 1. */
import { Kernel, residentOf, STEP } from './kernel.ts';

/** Rows of length 1, in new memory. A row of zeros stays: it is similar to nothing. */
export function normalized(rows: Float32Array, dimension: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += dimension) {
    let sum = 0;
    for (let i = at; i < at + dimension; i += 1) sum += (rows[i] ?? 0) ** 2;
    const length = Math.sqrt(sum);
    if (length > 0) for (let i = at; i < at + dimension; i += 1) out[i] = (rows[i] ?? 0) / length;
  }
  return out;
}

/** Highest dot product of each row of `queries` with a row of `matrix`. */
export function highestDot(queries: Float32Array, matrix: Float32Array, dimension: number): Float32Array {
  const best = new Float32Array(queries.length / dimension).fill(-Infinity);
  eachBlock(matrix, dimension, (_, scoresOf) => {
    for (let q = 0; q < best.length; q += 1) {
      let highest = best[q]!;
      const scores = scoresOf(queries.subarray(q * dimension, (q + 1) * dimension));
      for (let i = 0; i < scores.length; i += 1) if (scores[i]! > highest) highest = scores[i]!;
      best[q] = highest;
    }
  });
  return best;
}

/** Dot products of a query with every row of a matrix, told block by block with the number of the first row. */
export function eachScores(
  query: Float32Array,
  matrix: Float32Array,
  dimension: number,
  tell: (scores: Float32Array, first: number) => void,
): void {
  eachBlock(matrix, dimension, (first, scoresOf) => tell(scoresOf(query), first));
}

/** Dot products of a query with the rows of a block; valid until the next call. */
type ScoresOf = (query: Float32Array) => Float32Array;

const kernels = new Map<number, Kernel>();
/** Rows of a block where the kernel cannot be used. */
const PLAIN_ROWS = 1_024;

function eachBlock(matrix: Float32Array, dimension: number, tell: (first: number, scoresOf: ScoresOf) => void): void {
  const rows = matrix.length / dimension;
  if (dimension % STEP !== 0) {
    for (let first = 0; first < rows; first += PLAIN_ROWS) {
      const count = Math.min(PLAIN_ROWS, rows - first);
      tell(first, (query) =>
        Float32Array.from({ length: count }, (_, i) => dot(query, matrix, (first + i) * dimension, dimension)),
      );
    }
    return;
  }
  const resident = residentOf(matrix, dimension);
  const kernel = resident?.kernel ?? kernels.get(dimension) ?? new Kernel(dimension);
  if (!resident) kernels.set(dimension, kernel);
  for (let first = 0; first < rows; first += kernel.rows) {
    const count = resident ? Math.min(kernel.rows, rows - first) : kernel.take(matrix, first);
    const at = resident ? resident.first + first : 0;
    tell(first, (query) => kernel.dots(query, at, count));
  }
}

/** Dot product of a query with the row of a matrix that begins at `at`. Four sums, so that additions need not wait for each other. */
export function dot(query: Float32Array, matrix: Float32Array, at: number, dimension: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = dimension & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a += query[i]! * matrix[at + i]!;
    b += query[i + 1]! * matrix[at + i + 1]!;
    c += query[i + 2]! * matrix[at + i + 2]!;
    d += query[i + 3]! * matrix[at + i + 3]!;
  }
  for (; i < dimension; i += 1) a += query[i]! * matrix[at + i]!;
  return a + b + (c + d);
}
