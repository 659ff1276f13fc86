import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcess, waitFor } from '../../../local/processes.ts';
import { down, up } from '../../../local/supervisor.ts';
import { connect, type Aws } from './aws.ts';

const SLOW_MS = 120_000;
const keys = ['plain', 'a b+c%25/é', 'double//slash', 'ends/', `${'ü'.repeat(500)}`];

/** The versions of a bucket as S3 lists them, newest first, page by page. */
async function versions(aws: Aws, Bucket: string) {
  const found: string[] = [];
  let at: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await aws.s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, EncodingType: 'url', ...at }));
    for (const v of page.Versions ?? []) found.push(`${v.Key ?? ''} ${v.VersionId ?? ''} ${String(v.IsLatest)}`);
    for (const m of page.DeleteMarkers ?? [])
      found.push(`${m.Key ?? ''} ${m.VersionId ?? ''} ${String(m.IsLatest)} marker`);
    if (!page.IsTruncated) return found;
    at = {
      KeyMarker: page.NextKeyMarker && decodeURIComponent(page.NextKeyMarker),
      VersionIdMarker: page.NextVersionIdMarker,
    };
  }
}

async function filledBucket(aws: Aws) {
  const Bucket = await aws.bucket();
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const put = (Key: string, Body: string) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const ids: string[] = [];
  for (const key of keys) ids.push((await put(key, `first ${key}`)).VersionId ?? '');
  const second = await put('plain', '0123456789');
  const marker = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'ends/' }));
  return { Bucket, ids, second: second.VersionId ?? '', marker: marker.VersionId ?? '' };
}

describe('S3 of the embedded AWS', () => {
  const aws = connect(process.env['AWS_ENDPOINT_URL'] ?? '');
  let filled: Awaited<ReturnType<typeof filledBucket>>;
  beforeAll(async () => {
    filled = await filledBucket(aws);
  });

  test('lists every version and delete marker once, whatever the key holds', async () => {
    const found = await versions(aws, filled.Bucket);

    expect(found).toHaveLength(keys.length + 2);
    expect(found.map((f) => f.split(' ')[1]).sort()).toEqual([...filled.ids, filled.second, filled.marker].sort());
  });

  test('lists the newest version of a key first', async () => {
    const found = (await versions(aws, filled.Bucket)).filter((f) => f.startsWith('plain '));

    expect(found).toEqual([`plain ${filled.second} true`, `plain ${filled.ids[0] ?? ''} false`]);
  });

  test('puts an object only once where that is asked', async () => {
    const put = () =>
      aws.s3.send(new PutObjectCommand({ Bucket: filled.Bucket, Key: 'once', Body: 'x', IfNoneMatch: '*' }));
    await put();

    await expect(put()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('replaces an object only where its ETag is the expected one', async () => {
    const put = (Body: string, IfMatch?: string) =>
      aws.s3.send(new PutObjectCommand({ Bucket: filled.Bucket, Key: 'matched', Body, IfMatch }));
    const first = await put('1');
    await put('2', first.ETag);

    await expect(put('3', first.ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('versions of objects', () => {
  const dir = join(process.cwd(), 'build', 'test', 'emulator-versions');
  let before: string[] = [];
  let after: string[] = [];
  beforeAll(async () => {
    await down({ dir });
    await rm(dir, { recursive: true, force: true });
    const first = await up({ dir });
    const { Bucket } = await filledBucket(connect(first.endpoint));
    before = await versions(connect(first.endpoint), Bucket);
    process.kill(first.pid, 'SIGKILL');
    await waitFor(async () => (await findProcess(first.pid)) === undefined, 10_000);
    const second = await up({ dir });
    after = await versions(connect(second.endpoint), Bucket).catch((error: Error) => [error.message]);
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('survive a kill -9 in their order, delete markers included', () => {
    expect(before).toHaveLength(keys.length + 2);
    expect(after).toEqual(before);
  });
});
