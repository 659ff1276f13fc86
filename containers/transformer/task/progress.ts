/** Progress as CloudWatch embedded metrics: one line each 30 s per dataset, so that "nothing happened" differs from "not running". */
import type { MetricName } from '../../../protocol/names.ts';
import { emfLine } from '../../../runtime/emf.ts';

const counted = [
  'ObjectsTransformed',
  'ObjectsQuarantined',
  'RowsIn',
  'RowsOut',
  'RowsQuarantined',
  'BytesIn',
  'BytesOut',
] as const satisfies readonly MetricName[];
export type Counter = (typeof counted)[number];

export const PROGRESS_SECONDS = 30;

export class Progress {
  readonly #environment: string;
  readonly #out: { write(line: string): unknown };
  #dataset: string | undefined;
  #since = zero();
  #timer: NodeJS.Timeout | undefined;
  constructor(environment: string, out: { write(line: string): unknown }) {
    this.#environment = environment;
    this.#out = out;
  }

  /** Counts for this dataset from now on; what was counted for another is emitted first. */
  start(dataset: string): void {
    if (this.#dataset !== undefined && this.#dataset !== dataset) this.emit();
    this.#dataset = dataset;
    this.#timer ??= setInterval(() => this.emit(), PROGRESS_SECONDS * 1000).unref();
  }

  add(counter: Counter, n: number): void {
    this.#since[counter] += n;
  }

  /** Writes what was counted since the last line, zeros included. */
  emit(now = Date.now()): void {
    if (this.#dataset === undefined) return;
    this.#out.write(`${emfLine(this.#environment, this.#dataset, this.#since, now)}\n`);
    this.#since = zero();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.emit();
  }
}

const zero = (): Record<Counter, number> => Object.fromEntries(counted.map((c) => [c, 0])) as Record<Counter, number>;
