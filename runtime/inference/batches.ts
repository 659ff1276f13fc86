/** Which molecules are computed together. */

/** Molecules × tokens of one batch, padding included: larger ones gain nothing and take memory that is never given back. */
export const BATCH_TOKENS = 8192;

/** Places of rows in batches of like length, none above `tokens` with its padding; a longer row is a batch by itself. */
export function batchesOf(lengths: readonly number[], tokens = BATCH_TOKENS): number[][] {
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const place of order) {
    if (batch.length > 0 && (batch.length + 1) * (lengths[place] ?? 0) > tokens) {
      batches.push(batch);
      batch = [];
    }
    batch.push(place);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
