/** Makes the catalog agree with the committed results: a task may have committed and its registration been lost. */
import { WorkKeys } from '../../protocol/keys.ts';
import type { ShardResult } from '../../protocol/shard.ts';
import { listKeys } from '../listing.ts';
import { inParallel } from '../many.ts';
import { readResult } from '../shards.ts';
import { registerResults, type Registry } from './register.ts';

/** Results read at once: each holds up to 1,000 members. */
const READS_AT_ONCE = 8;

/** What one result enters into the catalog: equal texts enter the same. Merge tables are entered by the tasks that merge. */
const entries = (result: ShardResult): string[] =>
  result.tables
    .filter((t) => t.mode !== 'merge')
    .map((t) => JSON.stringify([t.table, result.partition, t.columns]))
    .concat(JSON.stringify([result.dataset]));

/** Registers one result of each table, partition and set of columns. `dataset`: only its results. */
export async function recatalog(registry: Registry, dataset?: string): Promise<void> {
  const known = new Set<string>();
  const prefix = WorkKeys.result.prefix(dataset === undefined ? {} : { dataset });
  for await (const page of listKeys(registry.s3, registry.workBucket, prefix)) {
    const ids = page.flatMap(({ key }) => WorkKeys.result.parse(key) ?? []);
    const results = await inParallel(ids, READS_AT_ONCE, ({ dataset: of, shard }) =>
      readResult(registry.workBucket, of, shard, registry.s3),
    );
    const fresh = results.filter((r) => r !== undefined).filter((r) => addsTo(known, r));
    if (fresh.length > 0) await registerResults(registry, fresh);
  }
}

/** Whether a result enters anything new; what it enters is known from then on. */
function addsTo(known: Set<string>, result: ShardResult): boolean {
  const before = known.size;
  for (const entry of entries(result)) known.add(entry);
  return known.size > before;
}
