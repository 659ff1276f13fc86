/** Histograms, and how far two of them are apart. */
import type { Bins } from '../../protocol/drift.ts';

/** Share that an empty bin counts as: the index has a logarithm in it. */
const LEAST_SHARE = 1e-4;

/** Bins of equal share, ten at most: fewer where values repeat. Throws when there is no value. */
export function binsOf(values: readonly number[], count = 10): Bins {
  if (values.length === 0) throw new RangeError('a distribution needs values');
  const sorted = [...values].sort((a, b) => a - b);
  const quantiles = Array.from(
    { length: count - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / count)] ?? 0,
  );
  const least = sorted[0] ?? 0;
  // An edge at the smallest value would leave the bin below it empty for ever.
  const edges = [...new Set(quantiles)].filter((e) => e > least);
  const bounds = edges.length > 0 ? edges : [least];
  return { edges: bounds, shares: sharesOf(values, bounds) };
}

/** Shares of the values by bins. */
export function sharesOf(values: readonly number[], edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const v of values) {
    const above = edges.findIndex((e) => v < e);
    const bin = above < 0 ? edges.length : above;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((n) => n / Math.max(1, values.length));
}

/**
 * Population stability index, Σ (a − e) ln(a / e) over the bins: 0 where both are the same.
 * (Siddiqi, Credit Risk Scorecards, 2006, calls 0.25 and more a shift.)
 */
export function stabilityIndex(expected: readonly number[], actual: readonly number[]): number {
  if (expected.length !== actual.length)
    throw new RangeError(`${expected.length} and ${actual.length} bins cannot be compared`);
  return expected.reduce((sum, share, i) => {
    const e = Math.max(share, LEAST_SHARE);
    const a = Math.max(actual[i] ?? 0, LEAST_SHARE);
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}
