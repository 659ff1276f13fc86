import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { PutReport } from '../../../cli/put.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { Budget } from '../../../runtime/put/budget.ts';
import { Buffers } from '../../../runtime/put/buffers.ts';
import { putClient } from '../../../runtime/put/client.ts';
import { localHasher } from '../../../runtime/put/hasher.ts';
import type { Lane } from '../../../runtime/put/lane.ts';
import { sendParts } from '../../../runtime/put/parts.ts';
import { PutState } from '../../../runtime/put/state.ts';
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

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the client as `this`
const send = S3Client.prototype.send as (this: S3Client, ...a: unknown[]) => Promise<unknown>;

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
const sha256Tag = async (k: string) => {
  const { TagSet } = await s3Client().send(new GetObjectTaggingCommand({ Bucket: env.places.rawBucket, Key: k }));
  return TagSet?.find((t) => t.Key === 'sha256')?.Value;
};
const body = async (k: string) => {
  const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: env.places.rawBucket, Key: k }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe('decant put of a file in parts', () => {
  const big = () => Buffer.alloc(40 * 1024 * 1024, 'decant, ');

  test('puts the parts together to the same bytes', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());

    const { report } = await put(prefix);

    expect(report.failed).toEqual([]);
    expect((await body(key(prefix, 'big.csv'))).equals(big())).toBe(true);
  });

  test('stores the SHA-256 of the bytes as a tag of the object', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());

    await put(prefix);

    expect(await sha256Tag(key(prefix, 'big.csv'))).toBe(createHash('sha256').update(big()).digest('hex'));
  });

  test('delivers nothing the second time, even when its memory is lost', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());
    await put(prefix);
    await rm(join(env.dir, '.decant', 'put'), { recursive: true });

    const { report } = await put(prefix);

    expect([report.delivered.objects, report.unchanged.objects]).toEqual([0, 1]);
  });

  test('stores the SHA-256 the next time when it could not at first, without sending the file again', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());
    const spy = jest.spyOn(S3Client.prototype, 'send').mockImplementation(function (this: S3Client, ...a: unknown[]) {
      if (a[0] instanceof PutObjectTaggingCommand) return Promise.reject(new Error('the line is cut'));
      return send.apply(this, a);
    } as never);
    const first = await put(prefix);
    spy.mockRestore();
    expect(first.report.failed[0]?.problem).toContain('could not be stored');

    const second = await put(prefix);

    expect(second.report.unchanged.objects).toBe(1);
    expect(await versions(prefix)).toHaveLength(1);
    expect(await sha256Tag(key(prefix, 'big.csv'))).toBe(createHash('sha256').update(big()).digest('hex'));
  });

  test('streams parts that are too large for memory to the same bytes', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());
    const path = join(folder, 'big.csv');
    const { size, mtimeMs, ctimeMs } = await stat(path);
    const lane: Lane = {
      client: putClient(),
      bucket: env.places.rawBucket,
      state: await PutState.open(join(folder, 'state.jsonl')),
      budget: new Budget(8, 2 ** 27),
      buffers: new Buffers(),
      hasher: localHasher,
      heldBytes: 0,
      sent: () => undefined,
    };

    const arrived = await sendParts(lane, key(prefix, 'big.csv'), { path, rel: 'big.csv', size, mtimeMs, ctimeMs });

    await lane.state.close();
    expect(arrived.sha256).toBe(createHash('sha256').update(big()).digest('hex'));
    expect((await body(key(prefix, 'big.csv'))).equals(big())).toBe(true);
  });

  test('goes on with an upload that was cut off, sending only the missing parts', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());
    const sent: (number | undefined)[] = [];
    const spy = jest.spyOn(S3Client.prototype, 'send').mockImplementation(function (this: S3Client, ...a: unknown[]) {
      const [command] = a;
      if (command instanceof UploadPartCommand) {
        sent.push(command.input.PartNumber);
        if (command.input.PartNumber === 2) return Promise.reject(new Error('the line is cut'));
      }
      return send.apply(this, a);
    } as never);
    const first = await put(prefix);
    spy.mockRestore();
    expect(first.code).toBe(1);
    sent.length = 0;
    jest.spyOn(S3Client.prototype, 'send').mockImplementation(function (this: S3Client, ...a: unknown[]) {
      const [command] = a;
      if (command instanceof UploadPartCommand) sent.push(command.input.PartNumber);
      return send.apply(this, a);
    } as never);

    const second = await put(prefix);

    expect(second.report.delivered.objects).toBe(1);
    expect(sent).not.toContain(1);
    expect((await body(key(prefix, 'big.csv'))).equals(big())).toBe(true);
  });

  test('leaves no unfinished upload behind when the file changes while it is read', async () => {
    const prefix = freshPrefix();
    await file('big.csv', big());
    jest.spyOn(S3Client.prototype, 'send').mockImplementation(async function (this: S3Client, ...a: unknown[]) {
      if (a[0] instanceof UploadPartCommand && a[0].input.PartNumber === 1) await file('big.csv', 'other');
      return send.apply(this, a);
    } as never);

    const { report, code } = await put(prefix);

    const open = await s3Client().send(
      new ListMultipartUploadsCommand({ Bucket: env.places.rawBucket, Prefix: `share/assays/${prefix}` }),
    );
    expect({ code, problem: report.failed[0]?.problem, open: open.Uploads ?? [] }).toEqual({
      code: 1,
      problem: expect.stringContaining('changed while it was read') as unknown,
      open: [],
    });
  });
});
