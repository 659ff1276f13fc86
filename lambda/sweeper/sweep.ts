/** One sweep: forgotten versions are packed, forgotten shards started. */
import { UNCLASSIFIED, type LedgerRow } from '../../protocol/ledger.ts';
import type { Ledger } from '../../runtime/ledger.ts';
import { OPEN_LANES } from '../../runtime/ledger-open.ts';
import type { Failure, Packer } from '../../runtime/packer.ts';

/** What arrivals has not packed by then, it will not: its calls take seconds, and a failed one comes back with its event. */
const FORGOTTEN_MS = 2 * 60_000;
/** Shards bound longer ago have had hundreds of sweeps; what still hangs has failed, and is for `redrive`. */
const WINDOW_MS = 6 * 3_600_000;
/** Rows of one state and dataset in a sweep, so that it ends within its minute; the next sweep begins at another lane. */
export const ROWS_PER_SWEEP = 20_000;
/** Unclassified objects are counted up to here; the exact number is for `decant status`. */
const COUNT_UP_TO = 100_000;

export interface SweepReport {
  readonly packed: number;
  readonly started: number;
  readonly resumed: number;
  /** Open objects that no contract knows. */
  readonly unclassified: number;
  /** Datasets of which more was open than one sweep takes. */
  readonly stoppedEarly: readonly string[];
  readonly failures: readonly Failure[];
}

export interface Sweep {
  readonly ledger: Ledger;
  readonly packer: Packer;
  readonly datasets: readonly string[];
  /** @default ROWS_PER_SWEEP */
  readonly rowsPerSweep?: number;
}

export async function sweep(
  { ledger, packer, datasets, rowsPerSweep = ROWS_PER_SWEEP }: Sweep,
  now: Date,
): Promise<SweepReport> {
  const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const firstLane = Math.floor(now.getTime() / 60_000) % OPEN_LANES;
  const some = { firstLane, limit: rowsPerSweep, before: ago(FORGOTTEN_MS), work: 'events' } as const;
  const sum = { packed: 0, started: 0, resumed: 0 };
  const stoppedEarly: string[] = [];
  const failures: Failure[] = [];
  for (const dataset of datasets) {
    const arrived = await all(ledger.open(dataset, 'arrived', some));
    const packed = await packer.packAndStart(arrived);
    const bound = await all(ledger.open(dataset, 'bound', { ...some, from: ago(WINDOW_MS) }));
    const resumed = await packer.resume(bound);
    sum.packed += packed.bound;
    sum.started += packed.started;
    sum.resumed += resumed.resumed;
    failures.push(...packed.failures, ...resumed.failures);
    if (arrived.length >= rowsPerSweep || bound.length >= rowsPerSweep) stoppedEarly.push(dataset);
  }
  const unclassified = await ledger.openCount(UNCLASSIFIED, 'unclassified', COUNT_UP_TO);
  return { ...sum, unclassified, stoppedEarly, failures };
}

async function all(rows: AsyncIterable<LedgerRow>): Promise<LedgerRow[]> {
  const out: LedgerRow[] = [];
  for await (const row of rows) out.push(row);
  return out;
}
