/** A workplace of its own on the running emulator: ledger, buckets and a state machine that does nothing. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contract } from '../../../protocol/contract.ts';
import { Ledger as Names, type LedgerRow } from '../../../protocol/ledger.ts';
import type { Shard } from '../../../protocol/shard.ts';
import { compileContracts, type CompiledContracts } from '../../../runtime/contracts.ts';
import type { Registry } from '../../../runtime/catalog/register.ts';
import { Ledger } from '../../../runtime/ledger.ts';
import { readShard } from '../../../runtime/shards.ts';
import type { Workplace } from '../../../runtime/workplace.ts';

const client = {
  endpoint: process.env['AWS_ENDPOINT_URL'] ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

const csv = (objects: string) =>
  Contract.parse({ objects, format: 'csv', options: { quotedNewlines: false }, columns: [{ name: 'id' }] });

/** Two datasets of one source: `lab/assays/**` and `lab/plates/*.csv`. */
export const contracts: CompiledContracts = compileContracts({
  estate: 'test',
  environments: {},
  sources: { lab: { kind: 'folder' } },
  datasets: {
    assays: { source: 'lab', contract: csv('**') },
    plates: { source: 'lab', contract: csv('*.csv') },
  },
});

export interface EmulatedWorkplace extends Workplace {
  readonly table: string;
  readonly dynamo: DynamoDBClient;
  readonly registry: Registry;
  /** Names of all executions. */
  executions(): Promise<string[]>;
  /** All shard files. */
  shards(): Promise<Shard[]>;
  /** The same place, seen through other clients. */
  seenBy(clients: { s3?: S3Client; dynamo?: DynamoDBClient; sfn?: SFNClient }): Workplace;
}

export async function createTable(dynamo: DynamoDBClient, table: string): Promise<void> {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await dynamo.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [Names.partitionKey, Names.sortKey, Names.openPartitionKey, Names.openSortKey].map((n) => ({
        AttributeName: n,
        AttributeType: 'S' as const,
      })),
      KeySchema: key(Names.partitionKey, Names.sortKey),
      GlobalSecondaryIndexes: [
        {
          IndexName: Names.openIndex,
          KeySchema: key(Names.openPartitionKey, Names.openSortKey),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
}

export async function emulatedWorkplace(limits = { maxObjects: 1000, maxBytes: 2 ** 31 }): Promise<EmulatedWorkplace> {
  const id = randomUUID().slice(0, 8);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const dynamo = new DynamoDBClient(client);
  const sfn = new SFNClient(client);
  const glue = new GlueClient(client);
  const [rawBucket, workBucket, table] = [`raw-${id}`, `work-${id}`, `ledger-${id}`];
  const [transformedBucket, quarantineBucket, database] = [`transformed-${id}`, `quarantine-${id}`, `catalog_${id}`];
  await createTable(dynamo, table);
  const buckets = [rawBucket, workBucket, transformedBucket, quarantineBucket];
  await Promise.all(buckets.map((Bucket) => s3.send(new CreateBucketCommand({ Bucket }))));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: rawBucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: `ingest-${id}`,
      roleArn: 'arn:aws:iam::000000000000:role/ingest',
      definition: JSON.stringify({ StartAt: 'Do nothing', States: { 'Do nothing': { Type: 'Pass', End: true } } }),
    }),
  );
  const work: Workplace = {
    ledger: new Ledger(table, dynamo),
    s3,
    sfn,
    rawBucket,
    workBucket,
    ingestMachine: stateMachineArn,
    compiled: contracts,
    limits,
  };
  return {
    ...work,
    table,
    dynamo,
    registry: { s3, glue, workBucket, transformedBucket, quarantineBucket, database },
    async executions() {
      const names: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, nextToken }));
        names.push(...(page.executions ?? []).map((e) => e.name ?? ''));
        nextToken = page.nextToken;
      } while (nextToken);
      return names;
    },
    async shards() {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: workBucket, Prefix: 'shards/' }));
      return Promise.all((page.Contents ?? []).map((o) => readShard(workBucket, o.Key ?? '', s3)));
    },
    seenBy: (seen) => ({
      ...work,
      s3: seen.s3 ?? s3,
      sfn: seen.sfn ?? sfn,
      ledger: seen.dynamo ? new Ledger(table, seen.dynamo) : work.ledger,
    }),
  };
}

/** Clients of one process that is killed at its n-th request, from 1: that one is not sent, nor is any after it. */
export function clientsDyingAt(n: number): { s3: S3Client; dynamo: DynamoDBClient; sfn: SFNClient; calls(): number } {
  let calls = 0;
  const dying = { ...client, maxAttempts: 1 };
  const clients = {
    s3: new S3Client({ ...dying, forcePathStyle: true }),
    dynamo: new DynamoDBClient(dying),
    sfn: new SFNClient(dying),
  };
  for (const { config } of Object.values(clients)) {
    const handler = config.requestHandler as { handle: (...args: unknown[]) => Promise<unknown> };
    const handle = handler.handle.bind(handler);
    handler.handle = (...args) => (++calls >= n ? Promise.reject(new Error('killed')) : handle(...args));
  }
  return { ...clients, calls: () => calls };
}

/** Resolves when no execution of the machine runs any more. */
export async function ended(sfn: SFNClient, stateMachineArn: string): Promise<void> {
  for (;;) {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    if (executions.length === 0) return;
    await sleep(20);
  }
}

export const row = (work: Workplace, key: string, more: Partial<LedgerRow> = {}): LedgerRow => ({
  object: `${work.rawBucket}/${key}`,
  version: 'v1',
  dataset: 'assays',
  state: 'arrived',
  size: 10,
  at: '2026-11-20T10:00:00.000Z',
  since: '2026-11-20T10:00:05.000Z',
  ...more,
});
