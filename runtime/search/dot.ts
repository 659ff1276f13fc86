/** Cosine similarity over rows of fp32: dot products of rows of length 1. */

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
  const best = new Float32Array(queries.length / dimension);
  for (let q = 0; q < best.length; q += 1) {
    const query = queries.subarray(q * dimension, (q + 1) * dimension);
    let highest = -Infinity;
    for (let at = 0; at < matrix.length; at += dimension) {
      const found = dot(query, matrix, at, dimension);
      if (found > highest) highest = found;
    }
    best[q] = highest;
  }
  return best;
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
