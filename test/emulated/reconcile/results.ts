/** Commits shards as the transformer does, as far as the ledger and reconcile can see. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../../protocol/keys.ts';
import { boundShard, type MemberResult, type Shard, type ShardResult } from '../../../protocol/shard.ts';
import type { Workplace } from '../../../runtime/workplace.ts';

export interface Commit {
  /** What becomes of a member. @default transformed, 10 rows */
  readonly outcome?: (key: string) => Partial<MemberResult>;
  /** Bring the ledger up, too. @default true */
  readonly ledger?: boolean;
}

/** Writes the result of a shard; members that are not bound to it are skipped. */
export async function commit(
  work: Workplace,
  { header, members }: Shard,
  { outcome = () => ({}), ledger = true }: Commit = {},
): Promise<void> {
  const results: MemberResult[] = [];
  for (const m of members) {
    const row = await work.ledger.get(`${work.rawBucket}/${m.key}`, m.version);
    const mine = row?.shard === boundShard(header.shard);
    const state = m.deleted ? 'deleted' : 'transformed';
    const rows = m.deleted ? 0 : 10;
    const done = {
      key: m.key,
      version: m.version,
      state,
      bytes: m.size,
      rowsIn: rows,
      rowsOut: rows,
      rowsQuarantined: 0,
    } as const;
    results.push(mine ? { ...done, ...outcome(m.key) } : { ...done, state: 'skipped', rowsIn: 0, rowsOut: 0 });
  }
  const sum = (field: 'rowsIn' | 'rowsOut' | 'rowsQuarantined'): number => results.reduce((n, r) => n + r[field], 0);
  const { shard, dataset, source, contract } = header;
  const result: ShardResult = {
    ...{ shard, dataset, source, contract, run: `${shard}-1`, attempt: 1, members: results, tables: [] },
    ...(header.parts === undefined ? {} : { parts: header.parts }),
    ...(header.replayOf === undefined ? {} : { replayOf: header.replayOf }),
    ...{
      objects: members.length,
      rowsIn: sum('rowsIn'),
      rowsOut: sum('rowsOut'),
      rowsQuarantined: sum('rowsQuarantined'),
    },
    ...{ objectsQuarantined: 0, bytesIn: header.bytes, bytesOut: 1 },
    ...{ startedAt: '2026-11-20T11:00:00.000Z', finishedAt: '2026-11-20T11:01:00.000Z' },
  };
  const Key = WorkKeys.result.key({ dataset, shard });
  await work.s3.send(new PutObjectCommand({ Bucket: work.workBucket, Key, Body: JSON.stringify(result) }));
  if (!ledger) return;
  for (const { key, version, state, rowsIn, rowsOut, rowsQuarantined, reason } of results) {
    if (state === 'skipped') continue;
    const done = { state, shard, rowsIn, rowsOut, rowsQuarantined, reason: reason?.code, parts: header.parts };
    await work.ledger.finish(`${work.rawBucket}/${key}`, version, done);
  }
}
