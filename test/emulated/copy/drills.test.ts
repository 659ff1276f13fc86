/** What can go wrong with a copy: afterwards the bytes are there once, the reports are kept, and nothing is lost. */
import { IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import { copyRoleName } from '../../../protocol/copy.ts';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import { copyInParts } from '../../../runtime/copy/own.ts';
import { copyPlace } from '../../../runtime/copy/place.ts';
import { CopyRecord } from '../../../runtime/copy/record.ts';
import { enableRole } from '../../../runtime/copy/switch.ts';
import { makeCopyEnvironment, type CopyEnvironment } from './source.ts';

let env: CopyEnvironment;
afterEach(async () => {
  await clearFaults(env.endpoint, 's3control');
  await env.remove();
});

interface Report {
  copy: string;
  moved: { objects: number };
  settled: Record<string, { objects: number }>;
  open: { objects: number };
  codes: Record<string, number>;
}
const run = async (...argv: string[]): Promise<Report & { code: number; err: string }> => {
  const { code, out, err } = await env.decant('copy', ...argv, '--json');
  return { ...(JSON.parse(out || '{}') as Report), code, err };
};
const fill = async (objects: number): Promise<string[]> => {
  const keys = Array.from({ length: objects }, (_, i) => `assays/${String(i).padStart(4, '0')}.csv`);
  for (let i = 0; i < objects; i += 20)
    await Promise.all(keys.slice(i, i + 20).map((key) => env.put(key, `text of ${key}`)));
  return keys;
};
const targets = (keys: readonly string[]): Map<string, string> =>
  new Map(keys.map((k) => [`partner/${k}`, `text of ${k}`]));

const enabledPolicies = async (): Promise<number> => {
  const role = copyRoleName(env.places.rawBucket.replace(/-raw$/, ''), 'local', 'partner');
  const { AttachedPolicies } = await new IAMClient(clientConfig()).send(
    new ListAttachedRolePoliciesCommand({ RoleName: role }),
  );
  return AttachedPolicies?.length ?? 0;
};

/** The real program, in a process of its own that can be killed. */
const start = (...argv: string[]) =>
  spawn(
    process.execPath,
    ['--import', 'tsx', 'bin/decant.ts', 'copy', ...argv, '--estate', join(env.dir, 'decant.yaml')],
    { stdio: ['ignore', 'ignore', 'pipe'], env: process.env },
  );

/** Kills a run once the first of its objects is there; the keys of the source. */
async function killedMidway(): Promise<string[]> {
  env = await makeCopyEnvironment();
  const keys = await fill(120);
  await injectFault(env.endpoint, { service: 's3control', fault: 'slow-tasks', seconds: 30, times: null });
  const running = start('run', 'assays');
  while ((await env.raw()).size === 0) await sleep(50);
  running.kill('SIGKILL');
  return keys;
}

describe('tasks of a batch job that fail', () => {
  it('are tried again by the run itself where the fault is known to pass', async () => {
    env = await makeCopyEnvironment();
    const keys = await fill(30);
    await injectFault(env.endpoint, { service: 's3control', fault: 'internal-error', path: '*/00??.csv', times: 7 });

    const { code, moved, err } = await run('run', 'assays');

    expect([code, moved.objects, err.includes('round 1 over 7 objects')]).toEqual([0, 30, true]);
    expect(await env.raw()).toEqual(targets(keys));
  });

  it('are listed by their code and copied by retry, from the run’s own report, each once; the role is disabled after all', async () => {
    env = await makeCopyEnvironment();
    const keys = await fill(30);
    await injectFault(env.endpoint, { service: 's3control', fault: 'access-denied', path: '*/001?.csv', times: null });
    const failed = await run('run', 'assays');
    const again = await run('run', 'assays');
    await clearFaults(env.endpoint, 's3control');

    const { code, moved, open } = await run('retry', 'assays');

    expect(await enabledPolicies()).toBe(0);
    expect([failed, again].map((r) => [r.code, r.copy === failed.copy, r.codes])).toEqual([
      [1, true, { AccessDenied: 10 }],
      [1, true, { AccessDenied: 10 }],
    ]);
    expect([code, moved.objects, open.objects]).toEqual([0, 30, 0]);
    expect(await env.raw()).toEqual(targets(keys));
    expect(await Promise.all([...targets(keys).keys()].map((k) => env.versions(k)))).toEqual(keys.map(() => 1));
  });

  it('whose object is gone at the source are settled, and named', async () => {
    env = await makeCopyEnvironment();
    await fill(3);
    await injectFault(env.endpoint, { service: 's3control', fault: 'slow-tasks', seconds: 30, times: null });
    const running = run('run', 'assays');
    while ((await env.work('copies/assays/')).every((k) => !k.includes('/jobs/'))) await sleep(20);
    await s3Client().send(new DeleteObjectCommand({ Bucket: env.bucket, Key: 'assays/0001.csv' }));

    const { code, moved, settled } = await running;

    expect([code, moved.objects, settled['gone']?.objects]).toEqual([0, 2, 1]);
  });

  it('because a copy cannot be so large go the way in parts', async () => {
    env = await makeCopyEnvironment();
    await fill(3);
    const large = randomBytes(300_000).toString('base64');
    await env.put('assays/large.csv', large);
    await injectFault(env.endpoint, {
      service: 's3control',
      fault: 'copy-limit',
      path: '*/large.csv',
      bytes: 100_000,
      times: null,
    });

    const { code, moved, copy } = await run('run', 'assays');

    expect([code, moved.objects]).toEqual([0, 4]);
    expect((await env.raw()).get('partner/assays/large.csv')).toBe(large);
    expect(await env.work(`copies/assays/${copy}/outcomes/parts`)).toHaveLength(1);
  });
});

describe('a batch job', () => {
  it('that ends failed leaves what it copied, and the rest is copied by the next round', async () => {
    env = await makeCopyEnvironment();
    const keys = await fill(120);
    await injectFault(env.endpoint, { service: 's3control', fault: 'job-fails' });

    const { code, moved } = await run('run', 'assays');

    expect([code, moved.objects]).toEqual([0, 120]);
    expect(await env.raw()).toEqual(targets(keys));
    expect(await Promise.all([...targets(keys).keys()].map((k) => env.versions(k)))).toEqual(keys.map(() => 1));
  });

  it('that was stopped is gone on with by the next run', async () => {
    const keys = await killedMidway();
    const stopped = await env.decant('copy', 'stop', 'assays', '--json');
    await clearFaults(env.endpoint, 's3control');
    const before = (await env.raw()).size;

    const { code, moved } = await run('run', 'assays');

    expect([(JSON.parse(stopped.out) as { cancelled: number }).cancelled, before < 120]).toEqual([1, true]);
    expect([code, moved.objects]).toEqual([0, 120]);
    expect(await env.raw()).toEqual(targets(keys));
  });
});

describe('a run that is killed', () => {
  it('while its job runs takes up the same job', async () => {
    const keys = await killedMidway();
    await clearFaults(env.endpoint, 's3control');

    expect(await env.work('copies/assays/')).not.toContainEqual(expect.stringContaining('outcomes/'));

    const { code, moved, copy, err } = await run('run', 'assays');

    expect([code, moved.objects, err.includes(`goes on with copy ${copy}`)]).toEqual([0, 120, true]);
    expect(await env.work(`copies/assays/${copy}/reports/`)).toHaveLength(2);
    expect(await Promise.all([...targets(keys).keys()].map((k) => env.versions(k)))).toEqual(keys.map(() => 1));
  });

  it('among its own copies goes on behind what is copied', async () => {
    env = await makeCopyEnvironment('assays/sub');
    const names = Array.from({ length: 400 }, (_, i) => `${String(i).padStart(4, '0')}.csv`);
    for (let i = 0; i < names.length; i += 20)
      await Promise.all(names.slice(i, i + 20).map((n) => env.put(`assays/sub/${n}`, `text of ${n}`)));
    const running = start('run', 'assays');
    while ((await env.keys(env.places.rawBucket, '')).length === 0) await sleep(10);
    running.kill('SIGKILL');
    expect(await env.work('copies/assays/')).not.toContainEqual(expect.stringContaining('outcomes/'));
    await sleep(200); // What was asked for last may still be copied.

    const { code, moved } = await run('run', 'assays');

    expect([code, moved.objects]).toEqual([0, 400]);
    expect(await Promise.all(names.map((n) => env.versions(`partner/assays/${n}`)))).toEqual(names.map(() => 1));
  });
});

describe('a large object', () => {
  const MIB = 2 ** 20;
  const setUp = async () => {
    env = await makeCopyEnvironment();
    const body = randomBytes(9 * MIB).toString('hex');
    await env.put('assays/large.csv', body, { Metadata: { lims: '42' }, ContentType: 'text/csv' });
    const id = env.places.rawBucket.replace(/-raw$/, '');
    const route = {
      dataset: 'assays',
      source: 'partner',
      bucket: env.bucket,
      sourcePrefix: 'assays/',
      targetPrefix: 'partner/assays/',
      batchPrefix: 'partner',
    };
    const place = copyPlace({
      estate: id,
      environment: 'local',
      account: '000000000000',
      region: 'us-east-1',
      route,
      buckets: { raw: env.places.rawBucket, work: env.places.workBucket, evidence: env.places.evidenceBucket },
      dir: env.dir,
    });
    await enableRole(place);
    const record = new CopyRecord(s3Client(), env.places.workBucket, 'assays', '20261121T000000Z');
    return { place, record, body, item: { key: 'assays/large.csv', size: body.length, etag: '' } };
  };

  it('is copied in parts with its metadata, and S3 compares the checksum of the whole', async () => {
    const { place, record, body, item } = await setUp();

    await copyInParts(place, record, item, { partBytes: 5 * MIB });

    const head = await s3Client().send(
      new HeadObjectCommand({ Bucket: env.places.rawBucket, Key: 'partner/assays/large.csv' }),
    );
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    expect([head.Metadata, head.ContentType, head.ContentLength]).toEqual([{ lims: '42' }, 'text/csv', body.length]);
    expect(digest((await env.raw()).get('partner/assays/large.csv') ?? '')).toBe(digest(body));
  });

  it('whose copy was cut is gone on with in the same upload, and no part is copied twice', async () => {
    const { place, record, item } = await setUp();
    const real = place.raw.send.bind(place.raw) as (c: unknown) => Promise<unknown>;
    const sent: string[] = [];
    let cut = true;
    place.raw.send = ((command: { constructor: { name: string } }) => {
      sent.push(command.constructor.name);
      if (cut && command.constructor.name === 'CompleteMultipartUploadCommand') throw new Error('cut');
      return real(command);
    }) as typeof place.raw.send;
    await expect(copyInParts(place, record, item, { partBytes: 5 * MIB })).rejects.toThrow('cut');
    cut = false;
    sent.length = 0;

    await copyInParts(place, record, item, { partBytes: 5 * MIB });

    expect(sent).toEqual(['ListPartsCommand', 'CompleteMultipartUploadCommand']);
    expect(await env.versions('partner/assays/large.csv')).toBe(1);
  });
});
