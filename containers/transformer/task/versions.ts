/** Where a version of a key stands among the others: older ones never overwrite what newer ones wrote. */
import type { S3Client } from '@aws-sdk/client-s3';
import { compareVersions, type LedgerRow } from '../../../protocol/ledger.ts';
import { boundShard, type Member, type ShardHeader } from '../../../protocol/shard.ts';
import type { Ledger } from '../../../runtime/ledger.ts';
import { listVersions } from '../../../runtime/listing.ts';

/** What a task does with a member. `late`: a newer version was there first, so only merge tables take its rows. */
export type Standing = 'work' | 'late' | 'deleted' | 'skipped';

/** Versions of one object around a member, split by age. */
export interface Neighbours {
  readonly own: LedgerRow | undefined;
  readonly older: readonly LedgerRow[];
  readonly newer: readonly LedgerRow[];
}

/** States that say: rows of this version, or its deletion, are what readers see. */
const isDone = (row: LedgerRow): boolean => row.state === 'transformed' || row.state === 'deleted';

/** Decides from the ledger alone. */
export function standing(
  header: Pick<ShardHeader, 'shard'>,
  member: Pick<Member, 'deleted'>,
  { own, newer }: Neighbours,
): Standing {
  if (!own || own.shard !== boundShard(header.shard)) return 'skipped';
  if (member.deleted) return 'deleted';
  return own.state === 'superseded' || newer.some(isDone) ? 'late' : 'work';
}

/** Time alone cannot order two versions of the same second when an event's sequencer is missing for one. */
const isAmbiguous = (a: LedgerRow, b: LedgerRow): boolean =>
  !(a.sequencer && b.sequencer) && a.at.slice(0, 19) === b.at.slice(0, 19);

/** Places of one key's versions, newest first. S3 lists versions in order, and delete markers beside them. */
async function listed(s3: S3Client, bucket: string, key: string): Promise<Map<string, number>> {
  const found: { version: string; at: string }[] = [];
  for await (const page of listVersions(s3, bucket, key)) {
    found.push(...page.filter((v) => v.key === key));
    // The prefix fits longer keys too; they come after all versions of this one.
    if (page.some((v) => v.key > key)) break;
  }
  // The sort is stable: versions of one second keep S3's order.
  found.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return new Map(found.map((v, i) => [v.version, i]));
}

/** The ledger's versions around a member; asks S3 for their order where the ledger cannot tell. */
export async function neighbours(
  ledger: Ledger,
  s3: S3Client,
  bucket: string,
  member: Pick<Member, 'key' | 'version'>,
): Promise<Neighbours> {
  const rows = await ledger.versions(`${bucket}/${member.key}`);
  const own = rows.find((r) => r.version === member.version);
  if (!own) return { own, older: [], newer: [] };
  const others = rows.filter((r) => r !== own);
  const places = others.some((r) => isAmbiguous(r, own)) ? await listed(s3, bucket, member.key) : undefined;
  const compare = (r: LedgerRow): number => {
    const [a, b] = [places?.get(r.version), places?.get(own.version)];
    return isAmbiguous(r, own) && a !== undefined && b !== undefined ? b - a : compareVersions(r, own);
  };
  return { own, older: others.filter((r) => compare(r) < 0), newer: others.filter((r) => compare(r) > 0) };
}
