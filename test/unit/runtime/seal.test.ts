/** Objects of sensitive datasets are written with the key of their class, whichever part of a program writes them. */
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { rulesOf, seal } from '../../../runtime/seal.ts';

const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/personal';
const env = {
  SEALINGS: JSON.stringify({ [KEY]: { tables: ['patients'], datasets: ['patients'] } }),
  TRANSFORMED_BUCKET: 'transformed',
  WORK_BUCKET: 'work',
  QUARANTINE_BUCKET: 'quarantine',
};

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/** A client whose requests end in a list; answers are empty but for the id of an upload. */
function client(): { s3: S3Client; asked: { what: string; key: string | undefined }[] } {
  const asked: { what: string; key: string | undefined }[] = [];
  const handle = ({ method, path, query, headers }: Request): Promise<{ response: object }> => {
    asked.push({
      what: [method, path, ...Object.keys(query ?? {}).filter((q) => q === 'uploads' || q === 'uploadId')].join(' '),
      key: headers['x-amz-server-side-encryption-aws-kms-key-id'],
    });
    const xml = '<?xml version="1.0"?><R><UploadId>u</UploadId><ETag>"e"</ETag></R>';
    return Promise.resolve({
      response: { statusCode: 200, headers: { etag: '"e"' }, body: Readable.from([xml]) },
    });
  };
  const s3 = new S3Client({
    region: 'eu-central-1',
    forcePathStyle: true,
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { handle, destroy: () => undefined } as never,
  });
  return { s3: seal(s3, rulesOf(env)), asked };
}

describe('a sealed client', () => {
  it.each([
    ['a table', 'transformed', 'patients/snapshot-1/0.parquet'],
    ['a delta', 'work', 'deltas/patients/s.parquet'],
    ['a payload', 'quarantine', 'payloads/patients/s/0.bin'],
  ])('writes %s of a sensitive dataset with the key of its class', async (_what, Bucket, Key) => {
    const { s3, asked } = client();

    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

    expect(asked.map((a) => a.key)).toEqual([KEY]);
  });

  it.each([
    ['another table whose name begins alike', 'transformed', 'patients_2/s.parquet'],
    ['a result of the dataset', 'work', 'results/patients/s.json'],
    ['reasons, which are masked', 'quarantine', 'reasons/dataset=patients/s.parquet'],
    ['the same key in another bucket', 'raw', 'patients/s.parquet'],
  ])('leaves %s to its bucket', async (_what, Bucket, Key) => {
    const { s3, asked } = client();

    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

    expect(asked.map((a) => a.key)).toEqual([undefined]);
  });

  it('copies a file within a sensitive table under the key, which S3 would not keep by itself', async () => {
    const { s3, asked } = client();

    await s3.send(
      new CopyObjectCommand({ Bucket: 'transformed', Key: 'patients/b.parquet', CopySource: 'transformed/patients/a' }),
    );

    expect(asked.map((a) => a.key)).toEqual([KEY]);
  });

  it('begins uploads of many parts with the key, and says nothing of it with parts and reads', async () => {
    const { s3, asked } = client();

    const params = { Bucket: 'transformed', Key: 'patients/s.parquet', Body: Buffer.alloc(6 * 1024 ** 2) };
    await new Upload({ client: s3, params, partSize: 5 * 1024 ** 2 }).done();
    await s3.send(new GetObjectCommand({ Bucket: 'transformed', Key: 'patients/s.parquet' }));

    expect(asked.filter((a) => a.key).map((a) => a.what)).toEqual(['POST /transformed/patients/s.parquet uploads']);
    expect(asked.length).toBe(5);
  });
});

describe('the rules of a program', () => {
  it('are none where nothing is sensitive', () => {
    expect(rulesOf({})).toEqual([]);
  });

  it('need the names of the buckets', () => {
    expect(() => rulesOf({ ...env, WORK_BUCKET: undefined })).toThrow('SEALINGS is set, and WORK_BUCKET is not');
  });
});
