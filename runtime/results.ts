/** Results: `results/<dataset>/<shard>.json`, written last; its presence is the commit of a shard. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { WorkKeys } from '../protocol/keys.ts';
import type { MemberResult, ShardHeader, ShardResult, TableResult } from '../protocol/shard.ts';
import { boundShard, ShardResult as Result } from '../protocol/shard.ts';
import { s3Client } from './aws.ts';
import { canonicalJson } from './contracts.ts';
import { putOnce, readResult } from './shards.ts';

/** Counts do not add up: a defect of ours, and never to be committed. */
export class UnbalancedResultError extends Error {
  override readonly name = 'UnbalancedResultError';
}

export interface ResultParts {
  readonly header: ShardHeader;
  readonly run: string;
  readonly attempt: number;
  readonly members: readonly MemberResult[];
  readonly tables: readonly TableResult[];
  readonly startedAt: string;
  /** @default now */
  readonly finishedAt?: string;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((n, item) => n + of(item), 0);

/** A result from its parts, sums computed. Throws UnbalancedResultError unless rows in = rows out + rows quarantined. */
export function summarise({
  header,
  run,
  attempt,
  members,
  tables,
  startedAt,
  finishedAt = new Date().toISOString(),
}: ResultParts): ShardResult {
  const wrong = members.find((m) => m.rowsIn !== m.rowsOut + m.rowsQuarantined);
  if (wrong)
    throw new UnbalancedResultError(
      `${wrong.key}: ${wrong.rowsIn} rows in are not ${wrong.rowsOut} out and ${wrong.rowsQuarantined} quarantined`,
    );
  const { shard, dataset, source, contract, partition, parts, replayOf } = header;
  const done = members.filter((m) => m.state !== 'skipped');
  return Result.parse({
    shard,
    dataset,
    source,
    contract,
    ...(partition === undefined ? {} : { partition }),
    ...(parts === undefined ? {} : { parts }),
    ...(replayOf === undefined ? {} : { replayOf }),
    run,
    attempt,
    members,
    tables,
    objects: done.length,
    rowsIn: sum(done, (m) => m.rowsIn),
    rowsOut: sum(done, (m) => m.rowsOut),
    rowsQuarantined: sum(done, (m) => m.rowsQuarantined),
    objectsQuarantined: done.filter((m) => m.state === 'quarantined').length,
    bytesIn: sum(done, (m) => m.bytes),
    bytesOut: sum(tables, (t) => t.bytes),
    startedAt,
    finishedAt,
  });
}

/** Commits a shard; false when it was committed before. */
export const putResult = (bucket: string, result: ShardResult, s3: S3Client = s3Client()): Promise<boolean> =>
  putOnce(bucket, WorkKeys.result.key(result), `${canonicalJson(Result.parse(result))}\n`, s3);

/** All results of the shard that a ledger row is bound to: itself, its parts and its replays, by id. */
export async function resultsOfBound(
  bucket: string,
  dataset: string,
  shard: string,
  s3: S3Client = s3Client(),
): Promise<ShardResult[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: WorkKeys.result.prefix({ dataset }) + boundShard(shard),
        ...(token ? { ContinuationToken: token } : {}),
      }),
    );
    for (const { Key } of page.Contents ?? []) {
      const id = WorkKeys.result.parse(Key ?? '')?.shard;
      if (id) ids.push(id);
    }
    token = page.NextContinuationToken;
  } while (token);
  const results = await Promise.all(ids.sort().map((id) => readResult(bucket, dataset, id, s3)));
  return results.filter((r) => r !== undefined);
}
