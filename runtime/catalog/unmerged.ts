/**
 * Committed shards whose rows a merge table lacks. A task merges before it commits, so there are some only where the catalog
 * was lost or set back, as happens to an embedded AWS that was killed. Any new attempt of one of them merges all.
 */
import { tablesOf } from '../../protocol/contract.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { boundShard, type ShardResult } from '../../protocol/shard.ts';
import type { CompiledDataset } from '../contracts.ts';
import { Executions, type ShardRun } from '../executions.ts';
import { listKeys } from '../listing.ts';
import { inParallel } from '../many.ts';
import { readResult } from '../shards.ts';
import type { Workplace } from '../workplace.ts';
import type { Registry } from './register.ts';
import { readSnapshot } from './snapshots.ts';
import { getTable } from './tables.ts';

/** Results read at once: each holds up to 1,000 members. */
const READS_AT_ONCE = 8;

/** A committed shard that is missing in a merge table. */
export interface Unmerged {
  readonly table: string;
  readonly result: ShardResult;
}

/** What the dataset's merge tables lack, of shards that were committed before `before` (ISO 8601). */
export async function unmerged(registry: Registry, set: CompiledDataset, before: string): Promise<Unmerged[]> {
  const merged = tablesOf(set.dataset, set.contract).filter(({ table }) => table.mode === 'merge');
  const lacking = await inParallel(merged, READS_AT_ONCE, ({ name }) => lackingIn(registry, set.dataset, name));
  return lacking.flat().filter(({ result }) => result.finishedAt < before);
}

async function lackingIn(registry: Registry, dataset: string, table: string): Promise<Unmerged[]> {
  const { s3, workBucket } = registry;
  const shards: string[] = [];
  for await (const page of listKeys(s3, workBucket, WorkKeys.delta.prefix({ table })))
    shards.push(...page.flatMap(({ key }) => WorkKeys.delta.parse(key)?.shard ?? []));
  const location = (await getTable(registry.glue, registry.database, table))?.StorageDescriptor?.Location;
  const folded = new Set(location ? (await readSnapshot(s3, table, location))?.folded.map((f) => f.shard) : []);
  const missing = shards.filter((shard) => !folded.has(shard));
  const results = await inParallel(missing, READS_AT_ONCE, (shard) => readResult(workBucket, dataset, shard, s3));
  const committed = results.filter((r) => r !== undefined);
  return committed.filter((r) => isWhole(r, committed)).map((result) => ({ table, result }));
}

/** Parts of a cut object are merged when the last of them is done. */
function isWhole(result: ShardResult, committed: readonly ShardResult[]): boolean {
  if (result.parts === undefined || result.replayOf !== undefined) return true;
  const id = boundShard(result.shard);
  return committed.filter((r) => boundShard(r.shard) === id && r.replayOf === undefined).length >= result.parts;
}

/** Starts one attempt for each table that lacks something; none where one runs already. */
export async function mergeAgain(work: Workplace, lacking: readonly Unmerged[]): Promise<void> {
  const executions = new Executions(work.sfn, work.ingestMachine);
  const newest = new Map<string, ShardResult>();
  for (const { table, result } of lacking) {
    const held = newest.get(table);
    if (!held || held.finishedAt < result.finishedAt) newest.set(table, result);
  }
  const shards = new Map([...newest.values()].map((r) => [r.shard, r]));
  for (const { dataset, shard, contract, attempt } of shards.values()) {
    await startNext(executions, { dataset, shard, contract, attempt: attempt + 1 });
  }
}

/** Starts the first attempt that has not been. */
async function startNext(executions: Executions, run: ShardRun): Promise<void> {
  const status = await executions.status(run);
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return;
  if (status === undefined && (await executions.start(run))) return;
  await startNext(executions, { ...run, attempt: run.attempt + 1 });
}
