import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { injectFault } from '../../../local/faults.ts';
import { s3Client, sfnClient } from '../../../runtime/aws.ts';
import { executionArn } from '../../../runtime/executions.ts';
import { until } from '../local/aws.ts';
import { endpoint, makeSite, manyDevices, noFaults, type SnowballSite } from './site.ts';

const ADDRESS = {
  Name: 'Anna Muster',
  Street1: 'Hauptstrasse 1',
  City: 'Basel',
  Country: 'CH',
  PostalCode: '4000',
  PhoneNumber: '+41 61 000 00 00',
};

let site: SnowballSite;
let source: string;

beforeAll(async () => {
  await manyDevices();
  site = await makeSite();
  source = join(site.dir, 'source');
  await mkdir(join(source, 'a'), { recursive: true });
  for (const [name, text] of Object.entries({ 'a/one.csv': 'id\n1\n', 'a/two.csv': 'id\n2\n', 'three.csv': 'id\n3\n' }))
    await writeFile(join(source, name), text);
  await writeFile(join(site.dir, 'address.json'), JSON.stringify(ADDRESS));
  expect((await site.decant('snowball', 'address', join(site.dir, 'address.json'))).code).toBe(0);
});
afterAll(async () => {
  await noFaults();
  await site.remove();
});

const json = async (...argv: string[]): Promise<Record<string, unknown>> => {
  const { out, err } = await site.decant('snowball', ...argv, '--json');
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
};
const ended = (execution: string) =>
  until(`the end of ${execution}`, async () => {
    const found = await sfnClient().send(
      new DescribeExecutionCommand({ executionArn: executionArn(site.machine, execution) }),
    );
    return found.status === 'RUNNING' ? undefined : found;
  });
const asked = (execution: string) =>
  until(`the question about ${execution}`, async () => {
    const Key = `snowball/archive/${execution}.json`;
    return s3Client()
      .send(new HeadObjectCommand({ Bucket: site.places.workBucket, Key }))
      .catch(() => undefined);
  });
const evidence = async (): Promise<string[]> =>
  ((await s3Client().send(new ListObjectsV2Command({ Bucket: site.places.evidenceBucket }))).Contents ?? []).map(
    (o) => o.Key ?? '',
  );

/** Orders, approves, and waits until a device is here. Answers the order and the job. */
async function deviceHere(...more: string[]): Promise<{ order: string; job: string }> {
  const { order } = await json('order', 'archive', ...more);
  await asked(String(order));
  expect((await site.decant('snowball', 'approve', String(order))).code).toBe(0);
  return { order: String(order), job: await site.job('WithCustomer') };
}

describe('an order that comes through', () => {
  let order: string;
  let job: string;

  test('a dry run starts nothing', async () => {
    const told = await json('order', 'archive', '--dry-run');

    expect(told).toMatchObject({ order: 'archive-1-1', started: false, dryRun: true, devices: 1 });
    expect(JSON.parse((await site.decant('snowball', 'status', '--json')).out)).toEqual([]);
  });

  test('is started once, however often it is asked for', async () => {
    const first = await json('order', 'archive');
    const second = await json('order', 'archive');

    expect([first, second]).toEqual([
      expect.objectContaining({ order: 'archive-1-1', started: true }),
      expect.objectContaining({ order: 'archive-1-1', started: false }),
    ]);
  });

  test('mails approvers the exact commands', async () => {
    const mail = await until('the mail', async () => (await site.mails()).find((m) => m.includes('To approve')));

    expect(mail).toContain('  npx decant snowball approve archive-1-1 --env local\n');
    expect(mail).toContain('  npx decant snowball decline archive-1-1 --env local --reason "why"\n');
  });

  test('makes no job before it is approved', async () => {
    await asked('archive-1-1');

    const [status] = JSON.parse((await site.decant('snowball', 'status', '--json')).out) as Record<string, unknown>[];

    expect(status).toMatchObject({ order: 'archive-1-1', state: 'waits for approval', jobs: [] });
  });

  test('is approved once; a second answer changes nothing', async () => {
    const first = await site.decant('snowball', 'approve', 'archive-1-1', '--json');
    const second = await site.decant('snowball', 'decline', 'archive', '--json');

    expect([first.code, JSON.parse(first.out)]).toEqual([
      0,
      expect.objectContaining({ approved: true, already: false }),
    ]);
    expect([second.code, JSON.parse(second.out)]).toEqual([
      1,
      expect.objectContaining({ approved: true, already: true }),
    ]);
  });

  test('brings a device here', async () => {
    job = await site.job('WithCustomer');
    order = 'archive-1-1';

    expect(job).toMatch(/^JID/);
  });

  test('its unlock code is kept, and printed only when asked', async () => {
    const file = join(site.dir, 'device.manifest');
    const plain = await site.decant('snowball', 'unlock', job, '--manifest', file);
    const shown = await site.decant('snowball', 'unlock', job, '--show');
    const code = shown.out.trim();

    expect(code).toMatch(/^[0-9a-f]{5}(-[0-9a-f]{5}){4}$/);
    expect(plain.out + plain.err).not.toContain(code);
    // 100,000 bytes are more than one secret holds.
    expect((await readFile(file)).length).toBe(100_000);
    expect(plain.out).toContain('device-manifest-2');
  });

  test('what is put on the device is listed', async () => {
    const done = await json('load', job, source);
    const again = await json('load', job, source);

    expect(done).toMatchObject({ objects: 3, bytes: 15, copied: 3 });
    expect(again).toMatchObject({ objects: 3, copied: 0 });
  });

  test('overwrites keys that are there already, and brings in the others', async () => {
    const Bucket = site.places.rawBucket;
    await s3Client().send(new PutObjectCommand({ Bucket, Key: 'share/archive/three.csv', Body: 'older' }));

    expect((await site.decant('snowball', 'return', job)).code).toBe(0);
    const { status, output } = await ended(order);

    expect([status, JSON.parse(output ?? '')]).toEqual([
      'SUCCEEDED',
      expect.objectContaining({ devices: 1, devicesFailed: 0, succeeded: 3, failed: 0 }),
    ]);
    const three = await s3Client().send(new GetObjectCommand({ Bucket, Key: 'share/archive/three.csv' }));
    expect(await three.Body?.transformToString()).toBe('id\n3\n');
  });

  test('tells approvers of every state, in order', async () => {
    const told = await until('the last mail', async () => {
      const mails = await site.mails();
      return mails.some((m) => m.includes('is complete')) ? mails.filter((m) => m.includes(job)) : undefined;
    });

    expect(told.map((m) => /\(JID[^)]*\) (.*?)\. More/.exec(m)?.[1]).sort()).toEqual(
      [
        'has been created',
        'is being prepared',
        'is being prepared for shipment',
        'is in transit to you',
        'was delivered to you',
        'is in transit to AWS',
        'is at AWS sorting facility',
        'is at AWS',
        'is being imported',
        'is complete',
      ].sort(),
    );
  });

  test('leaves report, logs and the approval as evidence', async () => {
    const keys = await evidence();
    const names = keys.map((k) => k.split('/').at(-1)).sort();

    expect(names).toEqual([
      'archive.json',
      'completion-report.pdf',
      'failure-log.csv',
      'job.json',
      'order.json',
      'success-log.csv',
    ]);
    const Key = keys.find((k) => k.endsWith('order.json'));
    const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: site.places.evidenceBucket, Key }));
    const record = JSON.parse((await Body?.transformToString()) ?? '') as { approval: Record<string, unknown> };
    expect(record.approval).toMatchObject({ decision: { approved: true } });
    expect(record.approval['token']).toBeUndefined();
  });

  test('is reported again from evidence, which is written once', async () => {
    const before = await evidence();
    const { archives } = (await json('report', 'archive')) as { archives: { jobId: string; succeeded: number }[] };

    expect(archives).toEqual([expect.objectContaining({ jobId: job, succeeded: 3, failed: 0 })]);
    expect(await evidence()).toEqual(before);
  });

  test('is found whole, by the lists that load wrote or by the source', async () => {
    const byList = await site.decant('snowball', 'import-check', 'archive', '--json');
    const bySource = await site.decant('snowball', 'import-check', 'archive', '--from', source, '--json');

    for (const { code, out } of [byList, bySource])
      expect([code, JSON.parse(out)]).toEqual([
        0,
        expect.objectContaining({ expected: 3, matched: 3, differs: false }),
      ]);
  });

  test('is not ordered again by accident', async () => {
    expect(await json('order', 'archive')).toMatchObject({ order: 'archive-1-1', started: false });
  });
});

describe('drills', () => {
  test('objects that fail, and files that change while they are copied, fail the order and are on the retry list', async () => {
    const { order, job } = await deviceHere('--again');
    await injectFault(endpoint, {
      service: 'snowball',
      fault: 'objects-fail',
      resource: job,
      path: '*/one.csv',
      reason: 'bad sector, twice',
    });
    await injectFault(endpoint, {
      service: 'snowball',
      fault: 'changed-during-copy',
      resource: job,
      path: '*/two.csv',
    });
    const fresh = join(site.dir, 'fresh');
    await mkdir(join(fresh, 'b'), { recursive: true });
    for (const name of ['b/one.csv', 'b/two.csv', 'b/ok.csv']) await writeFile(join(fresh, name), 'id\n4\n');
    await site.decant('snowball', 'load', job, fresh);
    await site.decant('snowball', 'return', job);

    const { status, error, cause } = await ended(order);
    const check = await site.decant('snowball', 'import-check', 'archive', '--from', fresh, '--json');
    const found = JSON.parse(check.out) as { first: unknown[]; files: { retry: string }; retryKey: string };

    expect([status, error]).toEqual(['FAILED', 'ObjectsFailed']);
    expect(cause).toMatch(/^2 objects of order archive-2 did not come in; the first is share\/archive\/b\//);
    expect(check.code).toBe(3);
    expect(found).toMatchObject({ expected: 3, matched: 1, missing: 2, size: 0 });
    expect(found.first).toEqual([
      expect.objectContaining({ kind: 'missing', path: 'b/one.csv', note: 'not imported: bad sector, twice' }),
      expect.objectContaining({ kind: 'missing', path: 'b/two.csv', note: expect.stringContaining('modified') }),
    ]);
    expect(await readFile(found.files.retry, 'utf8')).toBe('b/one.csv\nb/two.csv\n');
    const list = await s3Client().send(new GetObjectCommand({ Bucket: site.places.workBucket, Key: found.retryKey }));
    expect(await list.Body?.transformToString()).toBe('b/one.csv\nb/two.csv\n');
  });

  test('objects that failed are no reason to send the device again', async () => {
    expect(await json('order', 'archive')).toMatchObject({ order: 'archive-2-1', started: false });
  });

  test('a device that is lost fails the order; the next attempt sends another, and everything comes in', async () => {
    const lost = await deviceHere('--again');
    await injectFault(endpoint, { service: 'snowball', fault: 'device-lost', resource: lost.job });
    await site.decant('snowball', 'load', lost.job, join(site.dir, 'fresh'));
    await site.decant('snowball', 'return', lost.job);
    const first = await ended(lost.order);
    const missing = await site.decant('snowball', 'import-check', 'archive', '--from', join(site.dir, 'fresh'));

    const next = await deviceHere();
    await site.decant('snowball', 'load', next.job, join(site.dir, 'fresh'));
    await site.decant('snowball', 'return', next.job);
    const second = await ended(next.order);
    const whole = await site.decant('snowball', 'import-check', 'archive', '--from', join(site.dir, 'fresh'));

    expect([first.status, first.error, missing.code]).toEqual(['FAILED', 'DevicesFailed', 3]);
    expect([lost.order, next.order]).toEqual(['archive-3-1', 'archive-3-2']);
    expect(next.job).not.toBe(lost.job);
    expect([second.status, whole.code]).toEqual(['SUCCEEDED', 0]);
    const records = (await evidence()).filter((k) => k.endsWith('/order.json') && k.includes('/archive-3-'));
    expect(records.map((k) => k.split('/').at(-2))).toEqual(['archive-3-1', 'archive-3-2']);
  });
});

describe('a declined order', () => {
  test('ends well, orders nothing, and leaves the way free', async () => {
    const { order } = await json('order', 'archive', '--again');
    await asked(String(order));

    await site.decant('snowball', 'decline', String(order), '--reason', 'the line is ready');
    const { status, output } = await ended(String(order));

    expect([status, JSON.parse(output ?? '')]).toEqual([
      'SUCCEEDED',
      expect.objectContaining({ approved: false, reason: 'the line is ready' }),
    ]);
  });
});
