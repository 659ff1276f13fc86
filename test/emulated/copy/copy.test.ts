import { PutObjectTaggingCommand, HeadObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { s3Client } from '../../../runtime/aws.ts';
import { makeCopyEnvironment, type CopyEnvironment } from './source.ts';

let env: CopyEnvironment;
afterEach(() => env.remove());

interface Report {
  copy: string;
  listed: { objects: number };
  counts: Record<string, { objects: number }>;
  moved: { objects: number };
  open: { objects: number };
  found?: { objects: number };
}
const run = async (...argv: string[]): Promise<Report & { code: number; err: string }> => {
  const { code, out, err } = await env.decant('copy', ...argv, '--json');
  return { ...(JSON.parse(out || '{}') as Report), code, err };
};
describe('decant copy run', () => {
  it('copies a folder by a batch job, odd keys, empty objects and markers of folders included', async () => {
    env = await makeCopyEnvironment();
    const odd = ['assays/a b+c%d.csv', 'assays/ü//x,"y".csv', 'assays/2026/', 'assays/empty.csv', 'assays/ .csv'];
    for (const key of odd) await env.put(key, /(\/|empty.csv)$/.test(key) ? '' : `text of ${key}`);

    const { code, counts, moved, found } = await run('run', 'assays');

    expect({ code, batch: counts['batch']?.objects, moved: moved.objects, found: found?.objects }).toEqual({
      code: 0,
      batch: 5,
      moved: 5,
      found: 5,
    });
    expect(await env.raw()).toEqual(
      new Map(odd.map((k) => [`partner/${k}`, /(\/|empty.csv)$/.test(k) ? '' : `text of ${k}`])),
    );
  });

  it('leaves alone what lies outside of the folder, and the marker of the folder itself', async () => {
    env = await makeCopyEnvironment();
    await env.put('assays/', '');
    await env.put('assays-old/a.csv', 'old');
    await env.put('other.csv', 'other');
    await env.put('assays/a.csv', 'a');

    const { counts } = await run('run', 'assays');

    expect([counts['marker']?.objects, [...(await env.raw()).keys()]]).toEqual([1, ['partner/assays/a.csv']]);
  });

  it('copies one by one where a folder must be taken off the keys, with metadata and tags', async () => {
    env = await makeCopyEnvironment('export/run-7');
    await env.put('export/run-7/a b.csv', 'a', { Metadata: { lims: '42' }, ContentType: 'text/csv' });
    await s3Client().send(
      new PutObjectTaggingCommand({
        Bucket: env.bucket,
        Key: 'export/run-7/a b.csv',
        Tagging: { TagSet: [{ Key: 'study', Value: 'S-1' }] },
      }),
    );

    const { code, counts } = await run('run', 'assays');

    expect([code, counts['single']?.objects]).toEqual([0, 1]);
    const target = { Bucket: env.places.rawBucket, Key: 'partner/assays/a b.csv' };
    const [head, tags] = await Promise.all([
      s3Client().send(new HeadObjectCommand(target)),
      s3Client().send(new GetObjectTaggingCommand(target)),
    ]);
    expect([head.Metadata, head.ContentType, tags.TagSet]).toEqual([
      { lims: '42' },
      'text/csv',
      [{ Key: 'study', Value: 'S-1' }],
    ]);
  });

  it('moves nothing the second time, and what is new or changed the third', async () => {
    env = await makeCopyEnvironment();
    await env.put('assays/a.csv', 'first');
    await env.put('assays/b.csv', 'second');
    await run('run', 'assays');
    await sleep(1100); // Ids of copies tell seconds.

    const second = await run('run', 'assays');
    await env.put('assays/a.csv', 'FIRST');
    await env.put('assays/c.csv', 'third');
    await sleep(1100);
    const third = await run('run', 'assays');

    expect([second, third].map((r) => [r.code, r.moved.objects, r.counts['unchanged']?.objects])).toEqual([
      [0, 0, 2],
      [0, 2, 1],
    ]);
    expect([...(await env.raw()).values()].sort()).toEqual(['FIRST', 'second', 'third']);
  });

  it('keeps plan, completion report and summary as evidence', async () => {
    env = await makeCopyEnvironment();
    await env.put('assays/a.csv', 'a');

    const { copy } = await run('run', 'assays');

    const folder = `copy/assays/${copy.slice(0, 4)}-${copy.slice(4, 6)}-${copy.slice(6, 8)}/${copy}/`;
    const kept = (await env.keys(env.places.evidenceBucket, folder)).map((k) => k.slice(folder.length));
    const names = kept.map((k) => k.replace(/job-[0-9a-f-]+/, 'job').replace(/[0-9a-f]{40}/, 'digest'));
    expect(names).toEqual(['plan.json', 'reports/job/manifest.json', 'reports/job/results/digest.csv', 'summary.json']);
  });
});

describe('decant copy plan', () => {
  it('says the way of every object and writes nothing', async () => {
    env = await makeCopyEnvironment();
    await env.put('assays/a.csv', 'a');
    await env.put('assays/cold.csv', 'c', { StorageClass: 'GLACIER' });
    await env.put(`assays/${'x'.repeat(1012)}.csv`, 'too long below partner/');

    const { code, counts, listed } = await run('plan', 'assays');

    const ways = Object.entries(counts).flatMap(([way, c]) => (c.objects > 0 ? [[way, c.objects]] : []));
    expect([code, listed.objects, Object.fromEntries(ways)]).toEqual([1, 3, { batch: 1, restore: 1, refused: 1 }]);
    expect([await env.work('copies/'), [...(await env.raw()).keys()]]).toEqual([[], []]);
  });
});

describe('decant copy statement', () => {
  it('prints what the owner of the bucket must add, and for whom', async () => {
    env = await makeCopyEnvironment();

    const { code, out } = await env.decant('copy', 'statement', env.bucket, '--json');

    const [{ bucketPolicy } = { bucketPolicy: [] }] = JSON.parse(out) as {
      bucketPolicy: { Resource: unknown; Condition: object }[];
    }[];
    expect([code, bucketPolicy.map((s) => s.Resource)]).toEqual([
      0,
      [[`arn:aws:s3:::${env.bucket}/assays/*`], `arn:aws:s3:::${env.bucket}`],
    ]);
    expect(JSON.stringify(bucketPolicy.map((s) => s.Condition))).toContain('2030-01-01T00:00:00Z');
  });
});

describe('decant copy status', () => {
  it('tells of no copy before one, and of its end after one', async () => {
    env = await makeCopyEnvironment();
    await env.put('assays/a.csv', 'a');

    const before = await env.decant('copy', 'status');
    await run('run', 'assays');
    const after = await env.decant('copy', 'status', '--json');

    expect(before.out).toBe('assays: no copy yet\n');
    expect(JSON.parse(after.out)).toMatchObject([
      { dataset: 'assays', roleEnabled: false, ended: true, moved: { objects: 1 }, waiting: { objects: 0 } },
    ]);
  });

  it('of something that is not copied names what is', async () => {
    env = await makeCopyEnvironment();

    const { code, err } = await env.decant('copy', 'status', 'asays');

    expect([code, err]).toEqual([2, expect.stringContaining(`assays, ${env.bucket}. Did you mean assays?`)]);
  });
});
