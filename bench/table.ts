/** What a bench answers: one table, every row a question with its figure. */

export interface BenchRow {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** Against the peer of the same run: larger is better for us, unless the label says otherwise. */
  readonly ratio?: number;
  /** What is asked for, in words, such as `≤ 2.5 ×`. */
  readonly bar?: string;
  /** Whether the bar is met; absent where there is none. */
  readonly ok?: boolean;
}

export interface BenchTable {
  readonly name: string;
  readonly rows: readonly BenchRow[];
  /** Sizes, versions of peers, what was left out. */
  readonly notes: readonly string[];
}

/** The middle of an odd number of measurements; of an even number, the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
