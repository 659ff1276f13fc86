/** Redrive: the same shards again under the same contract. Works from the ledger, since Step Functions forgets. */
import type { LedgerRow } from '../protocol/ledger.ts';
import { Executions } from './executions.ts';
import { grouped, inParallel } from './many.ts';
import { shardRuns } from './packer.ts';
import type { Workplace } from './workplace.ts';

/** Shards asked about at once. */
const SHARDS_AT_ONCE = 8;
/** Rows held at a time: rows of one shard lie in many lanes of the index, so they are grouped by shard as they come. */
const ROWS_AT_ONCE = 50_000;

export interface RedriveReport {
  /** Shards (parts count each) that got a new execution, with their attempt. */
  readonly redriven: readonly { readonly shard: string; readonly attempt: number }[];
  /** Shards that a task is at, or whose execution runs. */
  readonly running: readonly string[];
  /** Shards of a backfill: `decant backfill` takes them into its next list. */
  readonly inBackfill: readonly string[];
}

export interface RedriveOptions {
  /** Only these shards (24 hex digits each). */
  readonly shards?: ReadonlySet<string> | undefined;
  /** Only rows that are bound since before this time, ISO 8601. */
  readonly before?: string | undefined;
  /** Nothing else is at work (after a crash): claims are of dead tasks. Were one alive, the new attempt would fence it off. */
  readonly quiet?: boolean | undefined;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean | undefined;
}

/** Starts every bound shard of a dataset that no task is at and no execution runs, as its next attempt. */
export async function redrive(work: Workplace, dataset: string, options: RedriveOptions = {}): Promise<RedriveReport> {
  const executions = new Executions(work.sfn, work.ingestMachine);
  const redriven = new Map<string, number>();
  const counted = { running: new Set<string>(), inBackfill: new Set<string>() };

  const each = async (rows: LedgerRow[]): Promise<void> => {
    const newest = rows.reduce((a, b) => ((b.attempt ?? 1) > (a.attempt ?? 1) ? b : a));
    const shard = newest.shard ?? '';
    if (newest.list !== undefined) return void counted.inBackfill.add(shard);
    const done = newest.partsDone ?? [];
    // known: this attempt has begun.
    const idle: { shard: string; known: boolean }[] = [];
    for (const run of shardRuns(newest).filter((r) => !done.includes(r.shard.slice(25)))) {
      const claim = await work.ledger.readClaim(run.shard);
      const status = await executions.status(run);
      const held = claim !== undefined && claim.expires > Date.now() / 1000;
      if ((held && !options.quiet) || status === 'RUNNING' || status === 'PENDING_REDRIVE')
        counted.running.add(run.shard);
      else idle.push({ shard: run.shard, known: status !== undefined || held });
    }
    if (idle.length === 0) return;
    // An attempt without execution is one that an earlier redrive counted and did not start: it is started now.
    const attempt = (newest.attempt ?? 1) + (idle.some((i) => i.known) ? 1 : 0);
    for (const { shard: id } of idle) redriven.set(id, attempt);
    if (options.dryRun) return;
    for (const row of rows) await work.ledger.nextAttempt(row, attempt);
    const run = { dataset, contract: newest.contract ?? '', attempt };
    for (const { shard: id } of idle) await executions.start({ ...run, shard: id });
  };

  for await (const rows of chunks(work, dataset, options)) {
    const shards = grouped(rows, (r) => r.shard);
    await inParallel([...shards.values()], SHARDS_AT_ONCE, each);
  }
  return {
    redriven: [...redriven].map(([shard, attempt]) => ({ shard, attempt })),
    running: [...counted.running],
    inBackfill: [...counted.inBackfill],
  };
}

async function* chunks(
  work: Workplace,
  dataset: string,
  { shards, before }: RedriveOptions,
): AsyncGenerator<LedgerRow[]> {
  let held: LedgerRow[] = [];
  for await (const row of work.ledger.open(dataset, 'bound', before === undefined ? {} : { before })) {
    if (row.shard === undefined || (shards !== undefined && !shards.has(row.shard))) continue;
    held.push(row);
    if (held.length < ROWS_AT_ONCE) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}
