import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateCrawlerCommand, CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';

let env: SmallEnvironment;

beforeAll(async () => {
  env = await makeEnvironment(`  assays: { source: share, contract: { format: csv, columns: [{ name: id }] } }\n`);
  const { transformedBucket: Bucket, catalogDatabase, seenDatabase, crawler } = env.places;
  const glue = new GlueClient(clientConfig());
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: seenDatabase } }));
  await glue.send(
    new CreateCrawlerCommand({
      Name: crawler,
      Role: 'arn:aws:iam::000000000000:role/crawler',
      DatabaseName: seenDatabase,
      Targets: { S3Targets: [{ Path: `s3://${Bucket}/` }] },
    }),
  );
  await glue.send(
    new CreateTableCommand({
      DatabaseName: catalogDatabase,
      TableInput: {
        Name: 'assays',
        StorageDescriptor: { Location: `s3://${Bucket}/assays/`, Columns: [{ Name: 'id', Type: 'string' }] },
      },
    }),
  );
  await s3Client().send(new PutObjectCommand({ Bucket, Key: 'assays/a.csv', Body: 'id\n1\n' }));
  await s3Client().send(new PutObjectCommand({ Bucket, Key: 'plates/a.csv', Body: 'well\nA1\n' }));
});
afterAll(() => env.remove());

describe('decant crawl', () => {
  test('names what differs and what others wrote, and exits 3', async () => {
    const { code, out } = await env.decant('crawl');

    expect(code).toBe(3);
    expect(out).toMatch(/^assays\.id: the catalog says string, the files hold bigint$/m);
    expect(out).toMatch(/^written by others, now in \S+: plates$/m);
    expect(out).toMatch(/^0 tables agree with their files, 1 difference, in \d+ s$/m);
  });

  test('says the same as JSON', async () => {
    const { out } = await env.decant('crawl', '--json');

    expect(JSON.parse(out)).toMatchObject({
      differing: [{ table: 'assays', column: 'id', registered: 'string', found: 'bigint' }],
      found: ['plates'],
    });
  });
});
