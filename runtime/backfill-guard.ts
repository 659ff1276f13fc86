/** Keeps a backfill from taking up again what is done: results outlive a ledger that was lost. */
import { WorkKeys } from '../protocol/keys.ts';
import { Exit, UserError } from './errors.ts';
import type { CompiledDataset } from './contracts.ts';
import { listKeys } from './listing.ts';
import { inParallel } from './many.ts';
import { readResult } from './shards.ts';
import type { Workplace } from './workplace.ts';

/** Results that are looked at: a crash loses the newest rows, a restored table any. */
const NEWEST = 32;
const SPREAD = 32;
const AT_ONCE = 8;

/** Throws a UserError when the ledger does not know objects that the dataset's results tell of. */
export async function requireLedger(work: Workplace, { dataset }: CompiledDataset): Promise<void> {
  const found: { shard: string; at: string }[] = [];
  for await (const page of listKeys(work.s3, work.workBucket, WorkKeys.result.prefix({ dataset }))) {
    for (const { key, at } of page) {
      const shard = WorkKeys.result.parse(key)?.shard;
      if (shard !== undefined) found.push({ shard, at });
    }
  }
  const step = Math.max(1, Math.ceil(found.length / SPREAD));
  const spread = found.filter((_, i) => i % step === 0);
  const newest = found.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, NEWEST);
  const shards = [...new Set([...spread, ...newest].map((f) => f.shard))];
  const members = await inParallel(shards, AT_ONCE, async (shard) => {
    const result = await readResult(work.workBucket, dataset, shard, work.s3);
    return result?.members.filter((m) => m.state !== 'skipped') ?? [];
  });
  const asked = members.flat().map((m) => ({ object: `${work.rawBucket}/${m.key}`, version: m.version }));
  const known = await work.ledger.getMany(asked);
  const lost = asked.find((a) => !known.has(`${a.object}\0${a.version}`));
  if (!lost) return;
  throw new UserError(
    `the results of ${dataset} tell of ${lost.object.slice(work.rawBucket.length + 1)}, which the ledger does not know: it has lost ` +
      `rows, and a backfill would do their objects twice. Rebuild them first: decant reconcile ${dataset}`,
    { exitCode: Exit.failed },
  );
}
