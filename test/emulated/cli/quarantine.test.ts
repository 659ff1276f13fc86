import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { QuarantineKeys, WorkKeys } from '../../../protocol/keys.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';

let env: SmallEnvironment;
const shard = '0'.repeat(24);
const at = '2026-11-20T10:00:00.000Z';

beforeAll(async () => {
  env = await makeEnvironment(`  assays: { source: share, contract: { format: csv, columns: [{ name: id }] } }
  people: { source: share, contract: { format: csv, sensitivity: personal, columns: [{ name: id }] } }
`);
  for (const dataset of ['assays', 'people']) await quarantine(dataset);
});
afterAll(() => env.remove());

async function quarantine(dataset: string): Promise<void> {
  const { workBucket, quarantineBucket } = env.places;
  const put = (Bucket: string, Key: string, Body: string | Uint8Array) =>
    s3Client().send(new PutObjectCommand({ Bucket, Key, Body }));
  const counts = {
    objects: 1,
    rowsIn: 3,
    rowsOut: 2,
    rowsQuarantined: 1,
    objectsQuarantined: 0,
    bytesIn: 9,
    bytesOut: 5,
  };
  const key = `share/${dataset}/a.csv`;
  const members = [{ key, version: 'v1', state: 'transformed', bytes: 9, rowsIn: 3, rowsOut: 2, rowsQuarantined: 1 }];
  const head = {
    shard,
    dataset,
    source: 'share',
    contract: 'c'.repeat(64),
    run: 'r',
    attempt: 1,
    startedAt: at,
    finishedAt: at,
  };
  await put(
    workBucket,
    WorkKeys.result.key({ dataset, shard }),
    JSON.stringify({ ...head, ...counts, members, tables: [] }),
  );
  const payload = QuarantineKeys.payload.key({ dataset, shard, member: '0' });
  await put(quarantineBucket, payload, 'SECRET,x\n');
  const path = join(env.dir, `${dataset}.parquet`);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (SELECT '${key}' AS source_key, 'v1' AS source_version, 2::BIGINT AS source_row, 3::BIGINT AS byte_offset,
    9::BIGINT AS byte_length, 'input' AS input, 'value' AS reason, 'type' AS rule, 'id' AS "column", '***' AS value, 'is no integer' AS message,
    '${shard}' AS shard, 'r' AS run, '${payload}' AS payload_key, 0::BIGINT AS payload_offset, 9::BIGINT AS payload_length) TO '${path}' (FORMAT parquet)`);
  await put(quarantineBucket, QuarantineKeys.reasons.key({ dataset, shard }), await readFile(path));
}

describe('decant quarantine', () => {
  test('counts rows by reason and column', async () => {
    const { out } = await env.decant('quarantine', 'list', 'assays', '--json');

    expect(JSON.parse(out)).toMatchObject([
      { dataset: 'assays', reason: 'value', rule: 'type', column: 'id', rows: 1, objects: 1 },
    ]);
  });

  test('shows the raw record', async () => {
    const { out } = await env.decant('quarantine', 'show', 'share/assays/a.csv');

    expect(out).toContain('raw record: "SECRET,x\\n"');
  });

  test('hides the raw record of a sensitive dataset unless --reveal', async () => {
    const hidden = await env.decant('quarantine', 'show', 'share/people/a.csv');
    const revealed = await env.decant('quarantine', 'show', 'share/people/a.csv', '--reveal');

    expect([hidden.out.includes('SECRET'), revealed.out.includes('SECRET')]).toEqual([false, true]);
  });

  test('exports reasons and raw records, sensitive ones left out', async () => {
    const to = join(env.dir, 'out');
    const { out } = await env.decant('quarantine', 'export', '--to', to, '--json');

    expect(JSON.parse(out)).toMatchObject({ rows: 2, payloads: 1, held: 1 });
    expect(await readFile(join(to, 'reasons.csv'), 'utf8')).toContain('is no integer');
  });

  test('says that an id has nothing in quarantine', async () => {
    expect(await env.decant('quarantine', 'show', 'nothing')).toMatchObject({ code: 1 });
  });
});
