/** What a backfill would do: the same listing, packing and lists, and nothing is written. */
import { RawKeys } from '../protocol/keys.ts';
import type { LedgerRow } from '../protocol/ledger.ts';
import { ListWriter } from './backfill-lists.ts';
import { CHUNK, leftBehind } from './backfill.ts';
import { matchDataset, type CompiledDataset } from './contracts.ts';
import { listedRow, listVersions, type ListedVersion } from './listing.ts';
import { inParallel } from './many.ts';
import { pack } from './pack.ts';
import { readShard, shardKey } from './shards.ts';
import type { Workplace } from './workplace.ts';

export interface BackfillPlan {
  readonly listed: number;
  /** Versions that would be bound, and their raw bytes. */
  readonly objects: number;
  readonly bytes: number;
  /** Versions that are bound or finished already. */
  readonly known: number;
  /** Versions below the dataset's prefix that its contract does not take. */
  readonly unclassified: number;
  /** Shards of an earlier backfill that has ended undone. */
  readonly takenOver: number;
  readonly shards: number;
  /** Lists: each is one task. */
  readonly lists: number;
  /** Shards that a running backfill works on. */
  readonly running: number;
}

const SHARDS_AT_ONCE = 8;

export async function planBackfill(
  work: Workplace,
  set: CompiledDataset,
  options: { readonly machine: string; readonly onProgress?: (listed: number) => void },
): Promise<BackfillPlan> {
  const { dataset, source } = set;
  const lists = new ListWriter(undefined, work.workBucket, dataset, 'plan');
  const count = { listed: 0, objects: 0, bytes: 0, known: 0, unclassified: 0 };
  const left = await leftBehind(work, dataset, options.machine);
  const takenOver = [...left.shards.values()].flat();
  const headers = await inParallel(
    takenOver,
    SHARDS_AT_ONCE,
    async (shard) => (await readShard(work.workBucket, shardKey({ dataset, shard }), work.s3)).header,
  );
  for (const header of headers) await lists.add(header);

  const take = async (versions: readonly ListedVersion[]): Promise<void> => {
    const since = new Date().toISOString();
    const rows = versions.map((v) => listedRow(work.rawBucket, v, dataset, 'arrived', since));
    const known = await work.ledger.getMany(rows);
    const mine = versions.map((v) => matchDataset(v.key, work.compiled)?.dataset === dataset);
    const toBind = rows.filter((row, i) => mine[i] && waits(known.get(`${row.object}\0${row.version}`)));
    count.listed += rows.length;
    count.objects += toBind.length;
    count.bytes += toBind.reduce((sum, row) => sum + row.size, 0);
    count.unclassified += mine.filter((m) => !m).length;
    count.known += mine.filter((m) => m).length - toBind.length;
    for (const { files } of pack(set, toBind, work.limits)) for (const { header } of files) await lists.add(header);
    options.onProgress?.(count.listed);
  };

  const held: ListedVersion[] = [];
  for await (const page of listVersions(work.s3, work.rawBucket, RawKeys.object.prefix({ source, dataset }))) {
    held.push(...page);
    if (held.length >= CHUNK) await take(held.splice(0));
  }
  if (held.length > 0) await take(held);
  await lists.finish();
  return {
    ...count,
    takenOver: takenOver.length,
    shards: lists.shards,
    lists: lists.lists,
    running: left.running.size,
  };
}

/** Not recorded, or recorded and never packed. */
const waits = (row: LedgerRow | undefined): boolean =>
  row === undefined || row.state === 'arrived' || row.state === 'unclassified';
