/** Where the time of a transfer and its ingest went, from what DataSync and the tasks recorded themselves. */
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DescribeTaskExecutionResponse } from '@aws-sdk/client-datasync';
import { WorkKeys } from '../../protocol/keys.ts';
import { ShardResult } from '../../protocol/shard.ts';
import { s3Client } from '../../runtime/aws.ts';
import type { BenchRow } from '../table.ts';
import type { BenchApp } from './app.ts';

async function keys(bucket: string, prefix: string): Promise<string[]> {
  const out: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3Client().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    out.push(...(page.Contents ?? []).map((o) => o.Key ?? ''));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return out;
}

async function json(bucket: string, key: string): Promise<unknown> {
  const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? '') as unknown;
}

export async function stages({ places }: BenchApp): Promise<{ rows: number; rowsOf: BenchRow[] }> {
  const evidence = (await keys(places.evidenceBucket, 'transfer/plates/')).find((k) => k.endsWith('/execution.json'));
  if (evidence === undefined) throw new Error('the transfer left no evidence');
  const e = (await json(places.evidenceBucket, evidence)) as DescribeTaskExecutionResponse;
  const results: ShardResult[] = [];
  for (const key of await keys(places.workBucket, WorkKeys.result.prefix({ dataset: 'plates' })))
    results.push(ShardResult.parse(await json(places.workBucket, key)));
  const at = (text: string | Date | undefined): number => new Date(text ?? 0).getTime();
  const first = Math.min(...results.map((r) => at(r.startedAt)));
  const last = Math.max(...results.map((r) => at(r.finishedAt)));
  const seconds = (label: string, ms: number | undefined): BenchRow => ({ label, value: (ms ?? 0) / 1000, unit: 's' });
  const work = results.reduce((ms, r) => ms + at(r.finishedAt) - at(r.startedAt), 0);
  return {
    rows: results.reduce((n, r) => n + r.rowsOut, 0),
    rowsOf: [
      seconds('DataSync: prepare', e.Result?.PrepareDuration),
      seconds('DataSync: transfer', e.Result?.TransferDuration),
      seconds('DataSync: verify', e.Result?.VerifyDuration),
      seconds('ingest: first task begun after the transfer’s start', first - at(e.StartTime)),
      seconds('ingest: first task begun → last task done', last - first),
      seconds('ingest: work of all tasks', work),
      { label: 'shards', value: results.length, unit: '' },
    ],
  };
}
