/** A small environment in the running emulator: the places that verbs look up, without any deployed stack. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { main } from '../../../cli/program.ts';
import { Ledger } from '../../../protocol/ledger.ts';
import { placesPath, type Places } from '../../../protocol/places.ts';
import { clientConfig, dynamoClient, s3Client, sfnClient } from '../../../runtime/aws.ts';
import { compileContracts } from '../../../runtime/contracts.ts';
import { parseEstate } from '../../../runtime/estate.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface SmallEnvironment {
  readonly dir: string;
  readonly places: Places;
  /** Runs one command line against it. */
  decant(...argv: string[]): Promise<Outcome>;
  remove(): Promise<void>;
}

/** Runs one command line in this process, with its streams captured. */
export async function decant(...argv: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (into: string[]) =>
    ({ write: (text: string) => into.push(text) > 0 }) as unknown as NodeJS.WritableStream;
  const io = { out: sink(out), err: sink(err), env: process.env, exitCode: 0 };
  const code = await main(argv, io);
  return { code, out: out.join(''), err: err.join('') };
}

/** What the workflows do instead of their work. */
const machines = {
  succeeds: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
  fails: { StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error: 'TaskFailed', Cause: 'out of luck\nmore' } } },
} as const;

/** `datasets` is YAML below the key `datasets:`, indented by two; so are `sources`. `local` are members of the environment. */
export async function makeEnvironment(
  datasets: string,
  workflows: keyof typeof machines = 'succeeds',
  { sources = '  share: { kind: folder }\n', local = '' }: { sources?: string; local?: string } = {},
): Promise<SmallEnvironment> {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!endpoint) throw new Error('AWS_ENDPOINT_URL is not set: these tests need a running emulator');
  const id = `t${randomBytes(4).toString('hex')}`;
  const dir = await mkdtemp(join(tmpdir(), 'decant-'));
  const yaml = `estate: ${id}\nenvironments:\n  local: { kind: local${local && `, ${local}`} }\nsources:\n${sources}datasets:\n${datasets}`;
  await writeFile(join(dir, 'decant.yaml'), yaml);
  await mkdir(join(dir, '.decant', 'local'), { recursive: true });
  const state = {
    endpoint,
    port: Number(new URL(endpoint).port),
    pid: process.pid,
    startedAt: new Date().toISOString(),
  };
  await writeFile(join(dir, '.decant', 'local', 'state.json'), JSON.stringify(state));

  const s3 = s3Client();
  const bucket = async (name: string) => {
    await s3.send(new CreateBucketCommand({ Bucket: `${id}-${name}` }));
    return `${id}-${name}`;
  };
  const rawBucket = await bucket('raw');
  await s3.send(new PutBucketVersioningCommand({ Bucket: rawBucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await new GlueClient(clientConfig()).send(new CreateDatabaseCommand({ DatabaseInput: { Name: id } }));
  const sqs = new SQSClient(clientConfig());
  const queue = async (name: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName: `${id}-${name}` }))).QueueUrl ?? '';
  const machineArn = async (name: string) =>
    (
      await sfnClient().send(
        new CreateStateMachineCommand({
          name: `${id}-${name}`,
          definition: JSON.stringify(machines[workflows]),
          roleArn: 'arn:aws:iam::000000000000:role/r',
        }),
      )
    ).stateMachineArn ?? '';
  const places: Places = {
    rawBucket,
    workBucket: await bucket('work'),
    transformedBucket: await bucket('transformed'),
    quarantineBucket: await bucket('quarantine'),
    evidenceBucket: await bucket('evidence'),
    ledgerTable: `${id}-ledger`,
    arrivalsQueueUrl: await queue('arrivals'),
    arrivalsDlqUrl: await queue('dlq'),
    ingestMachineArn: await machineArn('ingest'),
    backfillMachineArn: await machineArn('backfill'),
    reconcileMachineArn: await machineArn('reconcile'),
    transformerLogGroup: `/decant/${id}`,
    transformerCluster: id,
    catalogDatabase: id,
    seenDatabase: `${id}_seen`,
    crawler: id,
    athenaWorkgroup: id,
    contractSet: compileContracts(parseEstate(yaml, 'decant.yaml')).contractSet,
  };
  await new AthenaClient(clientConfig()).send(
    new CreateWorkGroupCommand({
      Name: id,
      Configuration: { ResultConfiguration: { OutputLocation: `s3://${places.workBucket}/athena/` } },
    }),
  );
  await createLedger(places.ledgerTable);
  const ssm = new SSMClient(clientConfig());
  for (const [name, Value] of Object.entries(places)) {
    await ssm.send(new PutParameterCommand({ Name: `${placesPath(id, 'local')}/${name}`, Value, Type: 'String' }));
  }
  return {
    dir,
    places,
    decant: (...argv) => decant(...argv, '--estate', join(dir, 'decant.yaml')),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function createLedger(table: string): Promise<void> {
  const { partitionKey, sortKey, openIndex, openPartitionKey, openSortKey } = Ledger;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await dynamoClient().send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys(partitionKey, sortKey),
      AttributeDefinitions: [partitionKey, sortKey, openPartitionKey, openSortKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        { IndexName: openIndex, KeySchema: keys(openPartitionKey, openSortKey), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
}
