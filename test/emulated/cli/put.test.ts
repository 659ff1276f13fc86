import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fsPromises, { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { PutReport } from '../../../cli/put.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';

let env: SmallEnvironment;
let folder: string;

beforeAll(async () => {
  env = await makeEnvironment(`  assays:
    source: share
    contract: { format: csv, objects: '**/*.csv', columns: [{ name: id }] }
`);
});
afterAll(() => env.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decant-put-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Each test delivers below a prefix of its own. */
let tests = 0;
const freshPrefix = () => `p${++tests}/`;
const file = async (name: string, content: string | Uint8Array) => {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), content);
};
async function put(prefix: string, ...more: string[]) {
  const done = await env.decant('put', folder, '--dataset', 'assays', '--prefix', prefix, '--json', ...more);
  return { ...done, report: JSON.parse(done.out || '{}') as PutReport };
}
const key = (prefix: string, name: string) => `share/assays/${prefix}${name}`;
async function versions(prefix: string) {
  const listed = await s3Client().send(
    new ListObjectVersionsCommand({ Bucket: env.places.rawBucket, Prefix: `share/assays/${prefix}` }),
  );
  return (listed.Versions ?? []).map((v) => v.Key ?? '');
}
const body = async (k: string) => {
  const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: env.places.rawBucket, Key: k }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe('decant put', () => {
  test('delivers a folder with its relative paths', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');
    await file('deep/er/b.csv', 'id\n2\n');

    const { report, code } = await put(prefix);

    expect({ code, objects: report.delivered.objects }).toEqual({ code: 0, objects: 2 });
    expect((await body(key(prefix, 'deep/er/b.csv'))).toString()).toBe('id\n2\n');
  });

  test('stores the SHA-256 of the bytes with the object', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');

    await put(prefix);

    const head = await s3Client().send(
      new HeadObjectCommand({ Bucket: env.places.rawBucket, Key: key(prefix, 'a.csv') }),
    );
    expect(head.Metadata?.['sha256']).toBe(createHash('sha256').update('id\n1\n').digest('hex'));
  });

  test('delivers nothing the second time', async () => {
    const prefix = freshPrefix();
    for (let i = 0; i < 30; i++) await file(`f${i}.csv`, `id\n${i}\n`);
    await put(prefix);

    const { report } = await put(prefix);

    expect([report.delivered.objects, report.unchanged.objects]).toEqual([0, 30]);
    expect(await versions(prefix)).toHaveLength(30);
  });

  test('delivers nothing the second time, even when its memory is lost', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');
    await put(prefix);
    await rm(join(env.dir, '.decant', 'put'), { recursive: true });

    const { report } = await put(prefix);

    expect([report.delivered.objects, report.unchanged.objects]).toEqual([0, 1]);
  });

  test('delivers again what is gone from the bucket, whatever its memory says', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');
    await put(prefix);
    await s3Client().send(new DeleteObjectCommand({ Bucket: env.places.rawBucket, Key: key(prefix, 'a.csv') }));

    const { report } = await put(prefix);

    expect(report.delivered.objects).toBe(1);
  });

  test('delivers a changed file as a new version, also when its size and time are the same', async () => {
    const prefix = freshPrefix();
    const then = new Date('2026-01-01T00:00:00Z');
    await file('a.csv', 'id\n1\n');
    await utimes(join(folder, 'a.csv'), then, then);
    await put(prefix);
    await file('a.csv', 'id\n2\n');
    await utimes(join(folder, 'a.csv'), then, then);

    const { report } = await put(prefix);

    expect(report.delivered.objects).toBe(1);
    expect(await versions(prefix)).toHaveLength(2);
  });

  test('names the keys and delivers nothing with --dry-run', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');

    const { out } = await env.decant('put', folder, '--dataset', 'assays', '--prefix', prefix, '--dry-run');

    expect(out).toContain(key(prefix, 'a.csv'));
    expect(await versions(prefix)).toEqual([]);
  });

  test.each([
    'a b.csv',
    'a+b.csv',
    'a%20b.csv',
    'ü-漢字-😀.csv',
    'q\'uo"te.csv',
    'back\\slash.csv',
    'line\nbreak.csv',
    'a&b<c>.csv',
    ' .csv',
  ])('keeps the name %j as it is', async (name) => {
    const prefix = freshPrefix();
    await file(name, 'id\n1\n');

    await put(prefix);
    const again = await put(prefix);

    expect((await body(key(prefix, name))).toString()).toBe('id\n1\n');
    expect(again.report.delivered.objects).toBe(0);
  });

  test('keeps odd names also in a folder of many files', async () => {
    const prefix = freshPrefix();
    const names = ["a+b %20!'()*.csv", 'ü-漢字-😀.csv', 'x/y&z.csv'];
    // More than are sent at once, so that the last ones are copies of the first request.
    for (let i = 0; i < 60; i++) await file(`0/${i}.csv`, `id\n${i}\n`);
    for (const name of names) await file(name, `id\n${name}\n`);

    const { report } = await put(prefix);

    expect(report.delivered.objects).toBe(63);
    const bodies = await Promise.all(names.map(async (name) => (await body(key(prefix, name))).toString()));
    expect(bodies).toEqual(names.map((name) => `id\n${name}\n`));
  });

  test('keeps a prefix with // as it is', async () => {
    const prefix = `${freshPrefix()}/x//`;
    await file('a.csv', 'id\n1\n');

    await put(prefix);

    expect(await versions(prefix)).toEqual([`share/assays/${prefix}a.csv`]);
  });

  test('delivers an empty file as an object of 0 bytes', async () => {
    const prefix = freshPrefix();
    await file('empty.csv', '');

    const { report } = await put(prefix);

    expect([report.delivered.objects, (await body(key(prefix, 'empty.csv'))).length]).toEqual([1, 0]);
  });

  test('delivers a key of 1,024 bytes and refuses one of 1,025 by name', async () => {
    const prefix = freshPrefix();
    const base = key(prefix, '');
    const fill = (bytes: number) => {
      const parts = ['d'.repeat(200), 'd'.repeat(200), 'd'.repeat(200), 'd'.repeat(200)];
      const start = `${parts.join('/')}/`;
      return `${start}${'x'.repeat(bytes - base.length - start.length - 4)}.csv`;
    };
    await file(fill(1024), 'id\n1\n');
    await file(fill(1025), 'id\n1\n');

    const { report, code } = await put(prefix);

    expect({ code, delivered: report.delivered.objects }).toEqual({ code: 1, delivered: 1 });
    expect(report.failed[0]?.problem).toContain('1025 bytes, S3 allows 1024');
  });

  test('names a broken link, delivers the rest and exits 1', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');
    await symlink('/nowhere', join(folder, 'gone.csv'));

    const { report, code } = await put(prefix);

    expect({ code, delivered: report.delivered.objects, failed: report.failed.map((f) => f.path) }).toEqual({
      code: 1,
      delivered: 1,
      failed: [join(folder, 'gone.csv')],
    });
  });

  test('names an unreadable file, delivers the rest and exits 1', async () => {
    const prefix = freshPrefix();
    await file('a.csv', 'id\n1\n');
    await file('locked.csv', 'id\n1\n');
    // Modes do not stop root, whom tests may run as.
    const { open } = fsPromises;
    jest
      .spyOn(fsPromises, 'open')
      .mockImplementation((path, ...more) =>
        String(path).endsWith('locked.csv')
          ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES', syscall: 'open' }))
          : open(path, ...more),
      );

    const { report, code } = await put(prefix);

    expect({ code, failed: report.failed.map((f) => f.problem) }).toEqual({
      code: 1,
      failed: ['cannot be read: permission denied'],
    });
  });

  test('delivers the targets of links under their own names, and goes round no loop', async () => {
    const prefix = freshPrefix();
    await file('sub/a.csv', 'id\n1\n');
    await symlink('sub/a.csv', join(folder, 'link.csv'));
    await symlink('..', join(folder, 'sub', 'up'));

    const { report } = await put(prefix);

    expect(await versions(prefix)).toEqual([key(prefix, 'link.csv'), key(prefix, 'sub/a.csv')]);
    expect(report.failed[0]?.problem).toContain('leads back');
  });

  test('tells which objects no contract matches, and delivers them', async () => {
    const prefix = freshPrefix();
    await file('notes.txt', 'hello');

    const { report, code } = await put(prefix);

    expect({ code, unclassified: report.unclassified }).toEqual({
      code: 0,
      unclassified: { objects: 1, first: [key(prefix, 'notes.txt')] },
    });
  });

  test('refuses two files for one key', async () => {
    const prefix = freshPrefix();
    await file('one/a.csv', 'id\n1\n');
    await file('two/a.csv', 'id\n2\n');

    const done = await env.decant(
      'put',
      join(folder, 'one'),
      join(folder, 'two'),
      '--dataset',
      'assays',
      '--prefix',
      prefix,
      '--json',
    );

    expect(done.code).toBe(1);
    expect((JSON.parse(done.out) as PutReport).failed[0]?.problem).toContain('has the same key as');
  });

  test('names the datasets when the one asked for is unknown', async () => {
    const done = await env.decant('put', folder, '--dataset', 'asays');

    expect(done).toMatchObject({ code: 2, err: expect.stringContaining('assays') as unknown });
  });
});
