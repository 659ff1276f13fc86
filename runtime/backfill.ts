/**
 * Backfill: takes a whole dataset of the raw bucket to work, several shards per task. Killed at any moment and run again, it
 * goes on: versions that are bound stay bound, and shards of an earlier, ended backfill come into the new lists.
 */
import { randomBytes } from 'node:crypto';
import { RawKeys } from '../protocol/keys.ts';
import { UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import type { BackfillInput } from '../protocol/workflow.ts';
import { ListWriter } from './backfill-lists.ts';
import { matchDataset, type CompiledDataset } from './contracts.ts';
import { startOnce, statusOf } from './executions.ts';
import { listedRow, listVersions, type ListedVersion } from './listing.ts';
import { inParallel } from './many.ts';
import { keyOf, pack } from './pack.ts';
import { Packer, type Failure } from './packer.ts';
import { readShard, shardKey } from './shards.ts';
import type { Workplace } from './workplace.ts';

/** Versions packed at a time: twenty full shards of small objects; more would only hold more memory. */
export const CHUNK = 20_000;
const SHARDS_AT_ONCE = 8;

export interface BackfillProgress {
  readonly listed: number;
  /** Versions that the ledger did not know. */
  readonly recorded: number;
  /** Versions bound by this run. */
  readonly bound: number;
  /** Versions that are bound or finished already: by events, or by an earlier backfill. */
  readonly known: number;
  readonly unclassified: number;
  /** Shards of an earlier backfill that has ended, taken into the new lists. */
  readonly takenOver: number;
  readonly shards: number;
  readonly lists: number;
}

export interface BackfillReport extends BackfillProgress {
  /** Name of the backfill's execution; undefined when there was nothing to do. */
  readonly execution: string | undefined;
  readonly listIndex: string | undefined;
  readonly attempt: number;
  /** Shards that a running backfill works on. */
  readonly running: number;
  readonly failures: readonly Failure[];
}

export interface BackfillOptions {
  /** ARN of the backfill state machine. */
  readonly machine: string;
  readonly onProgress?: (progress: BackfillProgress) => void;
  /** Id of the lists; the execution is named after it, so that one plan never starts twice. @default time and chance */
  readonly list?: string;
}

export const backfillExecution = (dataset: string, list: string): string => `${dataset}-${list}`;

const newList = (): string => `${new Date().toISOString().replace(/[-:]|\..*/g, '')}-${randomBytes(3).toString('hex')}`;

/** Plans and starts the backfill of one dataset. All versions of a key are taken: the order rules need the older ones too. */
export async function backfill(
  work: Workplace,
  set: CompiledDataset,
  options: BackfillOptions,
): Promise<BackfillReport> {
  const list = options.list ?? newList();
  const writer = new ListWriter(work.s3, work.workBucket, set.dataset, list);
  const packer = new Packer(work);
  const failures: Failure[] = [];
  const count = { listed: 0, recorded: 0, bound: 0, known: 0, unclassified: 0, takenOver: 0 };
  const progress = (): BackfillProgress => ({ ...count, shards: writer.shards, lists: writer.lists });

  const left = await leftBehind(work, set.dataset, options.machine);
  const attempt = 1 + left.attempt;
  count.takenOver = await takeOver(work, set.dataset, left, attempt, list, writer);

  const take = async (versions: ListedVersion[]): Promise<void> => {
    const since = new Date().toISOString();
    const rows = versions.map((v) => {
      const known = matchDataset(v.key, work.compiled) !== undefined;
      return listedRow(
        work.rawBucket,
        v,
        known ? set.dataset : UNCLASSIFIED,
        known ? 'arrived' : 'unclassified',
        since,
      );
    });
    const toBind: LedgerRow[] = [];
    for (const [i, outcome] of (await work.ledger.recordAll(rows)).entries()) {
      const row = rows[i] as LedgerRow;
      if (outcome instanceof Error) {
        failures.push({ row, error: outcome });
        continue;
      }
      if (outcome === 'done') count.recorded += 1;
      const arrived = await arrivedRow(work, set, outcome === 'done' ? row : outcome);
      if (row.state === 'unclassified') count.unclassified += 1;
      else if (arrived) toBind.push(arrived);
      else count.known += 1;
    }
    await inParallel(pack(set, toBind, work.limits), SHARDS_AT_ONCE, async (packed) => {
      const bound = await packer.bind(set, packed, { attempt, list }, failures);
      count.bound += bound.length;
      count.known += packed.rows.length - bound.length;
      if (bound.length > 0) for (const file of packed.files) await writer.add(file.header);
    });
    count.listed += versions.length;
    options.onProgress?.(progress());
  };

  const prefix = RawKeys.object.prefix({ source: set.source, dataset: set.dataset });
  let held: ListedVersion[] = [];
  for await (const page of listVersions(work.s3, work.rawBucket, prefix)) {
    held.push(...page);
    if (held.length < CHUNK) continue;
    await take(held);
    held = [];
  }
  if (held.length > 0) await take(held);

  const listIndex = await writer.finish();
  const execution = listIndex === undefined ? undefined : backfillExecution(set.dataset, list);
  if (listIndex !== undefined && execution !== undefined) {
    const input: BackfillInput = { dataset: set.dataset, listIndex, attempt };
    await startOnce(work.sfn, options.machine, execution, input);
  }
  return { ...progress(), execution, listIndex, attempt, running: left.running.size, failures };
}

/** The row, if it waits to be packed into this dataset; it may have been recorded when the contracts were others. */
async function arrivedRow(work: Workplace, set: CompiledDataset, row: LedgerRow): Promise<LedgerRow | undefined> {
  const { dataset } = set;
  if (matchDataset(keyOf(row), work.compiled)?.dataset !== dataset) return undefined;
  if (row.state === 'arrived' && row.dataset === dataset) return row;
  const moved =
    (row.state === 'unclassified' && (await work.ledger.reopen(row, dataset))) ||
    (row.state === 'arrived' && (await work.ledger.reclassify(row, dataset)));
  return moved ? { ...row, dataset, state: 'arrived' } : undefined;
}

export interface LeftBehind {
  /** Unfinished shards of ended backfills, with their parts that are not done. */
  readonly shards: ReadonlyMap<string, readonly string[]>;
  readonly running: ReadonlySet<string>;
  /** The highest attempt among them; 0 when there is none. */
  readonly attempt: number;
}

/** Unfinished shards of earlier backfills. Memory: one entry a shard, of which the largest estates have 100,000. */
export async function leftBehind(work: Workplace, dataset: string, machine: string): Promise<LeftBehind> {
  const shards = new Map<string, string[]>();
  const running = new Set<string>();
  const runs = new Map<string, boolean>();
  let attempt = 0;
  for await (const row of work.ledger.open(dataset, 'bound', { work: 'backfill' })) {
    const { list = '', shard = '', parts, partsDone = [] } = row;
    if (!runs.has(list))
      runs.set(list, (await statusOf(work.sfn, machine, backfillExecution(dataset, list))) === 'RUNNING');
    if (runs.get(list)) {
      running.add(shard);
      continue;
    }
    attempt = Math.max(attempt, row.attempt ?? 1);
    const all = Array.from({ length: parts ?? 0 }, (_, i) => `p${i}`).filter((p) => !partsDone.includes(p));
    shards.set(shard, parts === undefined ? [shard] : all.map((p) => `${shard}-${p}`));
  }
  return { shards, running, attempt };
}

/** The rows come to the new list first, then the shards: killed in between, they are left behind again. */
async function takeOver(
  work: Workplace,
  dataset: string,
  left: LeftBehind,
  attempt: number,
  list: string,
  writer: ListWriter,
): Promise<number> {
  if (left.shards.size === 0) return 0;
  for await (const row of work.ledger.open(dataset, 'bound', { work: 'backfill' })) {
    if (left.shards.has(row.shard ?? '')) await work.ledger.nextAttempt(row, attempt, list);
  }
  const ids = [...left.shards.values()].flat();
  const headers = await inParallel(
    ids,
    SHARDS_AT_ONCE,
    async (shard) => (await readShard(work.workBucket, shardKey({ dataset, shard }), work.s3)).header,
  );
  for (const header of headers) await writer.add(header);
  return ids.length;
}
