import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { WorkKeys } from '../../../protocol/keys.ts';
import type { LedgerRow, LedgerState } from '../../../protocol/ledger.ts';
import type { MemberResult, ShardResult } from '../../../protocol/shard.ts';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import { Ledger } from '../../../runtime/ledger.ts';
import type { EnvironmentStatus } from '../../../runtime/status.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';

let env: SmallEnvironment;
const at = '2026-11-20T10:00:00.000Z';
const shard = (n: number) => String(n).padStart(24, '0');

const member = (key: string, more: Partial<MemberResult> = {}): MemberResult => ({
  key,
  version: 'v1',
  state: 'transformed',
  bytes: 100,
  rowsIn: 10,
  rowsOut: 9,
  rowsQuarantined: 1,
  ...more,
});

async function result(id: string, members: MemberResult[], more: Partial<ShardResult> = {}) {
  const sum = (f: (m: MemberResult) => number) => members.reduce((n, m) => n + f(m), 0);
  const value: ShardResult = {
    shard: id,
    dataset: 'assays',
    source: 'share',
    contract: 'c'.repeat(64),
    run: 'run-1',
    attempt: 1,
    members,
    tables: [],
    objects: members.length,
    rowsIn: sum((m) => m.rowsIn),
    rowsOut: sum((m) => m.rowsOut),
    rowsQuarantined: sum((m) => m.rowsQuarantined),
    objectsQuarantined: members.filter((m) => m.state === 'quarantined').length,
    bytesIn: sum((m) => m.bytes),
    bytesOut: 50,
    startedAt: at,
    finishedAt: at,
    ...more,
  };
  const Key = WorkKeys.result.key({ dataset: 'assays', shard: id });
  await s3Client().send(new PutObjectCommand({ Bucket: env.places.workBucket, Key, Body: JSON.stringify(value) }));
}

const row = (key: string, state: LedgerState, more: Partial<LedgerRow> = {}): LedgerRow => ({
  object: `${env.places.rawBucket}/${key}`,
  version: 'v1',
  dataset: 'assays',
  state,
  size: 1,
  at,
  since: at,
  ...more,
});

async function status(...argv: string[]) {
  const done = await env.decant('status', '--json', ...argv);
  const value = JSON.parse(done.out) as EnvironmentStatus & { attention: string[] };
  return { ...done, value, assays: value.datasets.find((d) => d.dataset === 'assays') };
}

beforeAll(async () => {
  env = await makeEnvironment(`  assays:
    source: share
    contract: { format: csv, columns: [{ name: id }] }
`);
  const ledger = new Ledger(env.places.ledgerTable);
  await result(shard(1), [
    member('share/assays/a.csv'),
    member('share/assays/bad.csv', {
      state: 'quarantined',
      rowsIn: 4,
      rowsOut: 0,
      rowsQuarantined: 4,
      reason: { code: 'too_many_bad_rows', message: 'm' },
    }),
    member('share/assays/mended.csv', {
      state: 'quarantined',
      rowsIn: 7,
      rowsOut: 0,
      rowsQuarantined: 7,
      reason: { code: 'corrupt', message: 'm' },
    }),
  ]);
  // Before it was replayed, the same object broke its contract in another shard.
  await result(shard(9), [
    member('share/assays/bad.csv', {
      state: 'quarantined',
      rowsIn: 4,
      rowsOut: 0,
      rowsQuarantined: 4,
      reason: { code: 'too_many_bad_rows', message: 'm' },
    }),
  ]);
  await result(`${shard(1)}-r1`, [member('share/assays/a.csv', { rowsIn: 1, rowsOut: 1, rowsQuarantined: 0 })], {
    replayOf: shard(1),
  });
  await result(`${shard(2)}-p0`, [member('share/assays/huge.csv')], { parts: 2 });
  await result(`${shard(2)}-p1`, [member('share/assays/huge.csv')], { parts: 2 });
  for (const r of [
    row('share/assays/bad.csv', 'quarantined', { shard: shard(1) }),
    row('share/assays/new.csv', 'arrived'),
    row('share/assays/work.csv', 'bound', { shard: shard(3) }),
    row('share/else/x.bin', 'unclassified', { dataset: '-' }),
  ])
    await ledger.record(r);
  await ledger.claim({ shard: shard(3), fence: 1000, owner: 'task', run: 'run-3' });
  const sqs = new SQSClient({ ...clientConfig(), useQueueUrlAsEndpoint: false });
  await sqs.send(new SendMessageCommand({ QueueUrl: env.places.arrivalsDlqUrl, MessageBody: '{}' }));
});
afterAll(() => env.remove());

describe('decant status', () => {
  test('counts object versions by state, a cut object once', async () => {
    const { assays } = await status();

    expect(assays?.objects).toEqual({
      transformed: 2,
      waiting: 1,
      claimed: 1,
      quarantined: 1,
      superseded: 0,
      deleted: 0,
    });
  });

  test('adds rows up, replayed ones once, and rows of quarantined objects while they are in quarantine', async () => {
    const { assays } = await status();

    expect([assays?.rowsIn, assays?.rowsOut, assays?.rowsQuarantined]).toEqual([34, 28, 6]);
  });

  test('gives the reasons of quarantined objects', async () => {
    const { assays } = await status();

    expect(assays?.reasons).toEqual({ too_many_bad_rows: 1 });
  });

  test('names objects that match no contract, and dead letters', async () => {
    const { value } = await status();

    expect(value.unclassified).toEqual({ objects: 1, first: ['share/else/x.bin'] });
    expect(value.queue.deadLetters).toBe(1);
  });

  test('says the same from its cache, and when the cache is gone', async () => {
    const cached = await status();
    await rm(join(env.dir, '.decant', 'cache'), { recursive: true });

    const fresh = await status();

    expect(fresh.value).toEqual(cached.value);
  });

  test('exits 3 with --check when something needs attention, else 0', async () => {
    expect([(await status()).code, (await status('--check')).code]).toEqual([0, 3]);
  });

  test('prints a table for people', async () => {
    const { out } = await env.decant('status');

    expect(out).toMatch(/assays +2 +1 +1 +1 +0 +0 +34 +28 +6/);
  });

  test('names the datasets when the one asked for is unknown', async () => {
    expect(await env.decant('status', 'asays')).toMatchObject({
      code: 2,
      err: 'dataset "asays" is not in the estate file; it has assays. Did you mean assays?\n',
    });
  });
});
