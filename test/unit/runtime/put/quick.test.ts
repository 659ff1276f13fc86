import { beforeEach, describe, expect, test } from '@jest/globals';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { QuickPut } from '../../../../runtime/put/quick.ts';

interface Seen {
  readonly path: string;
  readonly headers: Record<string, string>;
}
let seen: Seen[];
let status: number;
let client: S3Client;
let quick: QuickPut;

beforeEach(() => {
  seen = [];
  status = 200;
  client = new S3Client({
    endpoint: 'https://s3.test',
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: Seen) => {
        seen.push(request);
        return Promise.resolve({
          response: { statusCode: status, headers: { etag: `"${seen.length}"` }, body: Readable.from([]) },
        });
      },
    } as never,
  });
  quick = new QuickPut(client);
});

const body = Buffer.from('id\n1\n');
const learn = () =>
  client.send(
    new PutObjectCommand({ Bucket: 'raw', Key: 'a/first.csv', Body: body, Metadata: { sha256: 'of the first' } }),
  );
const put = (key: string) => quick.put(key, body, 'Y3JjIQ==', { sha256: 'aa' });

describe('QuickPut', () => {
  test('leaves the first object to the SDK', async () => {
    expect([await put('a/b.csv'), seen.length]).toEqual([undefined, 0]);
  });

  test('sends the next one to its own key, percent-encoded', async () => {
    await learn();

    const etag = await put("a/ü +%!'()*//b.csv");

    expect([etag, seen[1]?.path]).toEqual(['"2"', '/raw/a/%C3%BC%20%2B%25%21%27%28%29%2A//b.csv']);
  });

  test('states and signs the checksum and metadata of its own object', async () => {
    await learn();

    await put('a/b.csv');

    const headers = seen[1]?.headers ?? {};
    expect(headers).toMatchObject({
      'content-length': '5',
      'x-amz-checksum-crc32': 'Y3JjIQ==',
      'x-amz-meta-sha256': 'aa',
    });
    expect(headers['authorization']).toMatch(/SignedHeaders=[^,]*x-amz-checksum-crc32;[^,]*x-amz-meta-sha256/);
  });

  test.each([503, 403, 307])('leaves an object to the SDK when S3 answers %d', async (answer) => {
    await learn();
    status = answer;

    expect([await put('a/b.csv'), seen.length]).toEqual([undefined, 2]);
  });

  test('leaves bodies above a mebibyte to the SDK', async () => {
    await learn();

    const etag = await quick.put('a/b.csv', Buffer.alloc(1024 * 1024 + 1), 'Y3JjIQ==', {});

    expect([etag, seen.length]).toEqual([undefined, 1]);
  });
});
