/** @jest-environment ./test/jest/onnx-environment.cjs */
/** The tables of the API: the same promises are kept in DynamoDB and in the process. */
import {
  CreateTableCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { predictionTables } from '../../../protocol/prediction-store.ts';
import { DynamoMolecules } from '../../../runtime/api/dynamo-inchikeys.ts';
import { DynamoJobs } from '../../../runtime/api/dynamo-job-list.ts';
import { DynamoKeys } from '../../../runtime/api/dynamo-keys.ts';
import type { KeyStore, KeyUse } from '../../../runtime/api/idempotency.ts';
import type { Job, JobRecords, JobStore } from '../../../runtime/api/jobs.ts';
import { MemoryJobs, MemoryKeys, MemoryMolecules } from '../../../runtime/api/memory.ts';
import type { KnownMolecule, MoleculeStore } from '../../../runtime/api/molecule-cache.ts';
import { dynamoClient } from '../../../runtime/aws.ts';

jest.setTimeout(120_000);

const BUNDLE = 'b'.repeat(64);
const run = randomUUID().slice(0, 8);
let client: DynamoDBClient;

const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type });

async function makeTable(name: string, input: Partial<CreateTableCommandInput>): Promise<string> {
  const TableName = `${name}-${run}`;
  await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...input }));
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
  return TableName;
}

type Stores = { keys: KeyStore; molecules: MoleculeStore; jobs: JobStore & JobRecords };
const made: Record<string, Stores> = {};
beforeAll(async () => {
  client = dynamoClient();
  const { idempotency, molecules, jobs } = predictionTables;
  const keysTable = await makeTable('keys', {
    AttributeDefinitions: [text(idempotency.partition)],
    KeySchema: [key(idempotency.partition, 'HASH')],
  });
  const moleculesTable = await makeTable('molecules', {
    AttributeDefinitions: [text(molecules.partition), text(molecules.indexPartition)],
    KeySchema: [key(molecules.partition, 'HASH')],
    GlobalSecondaryIndexes: [
      {
        IndexName: molecules.index,
        KeySchema: [key(molecules.indexPartition, 'HASH')],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  const jobsTable = await makeTable('jobs', {
    AttributeDefinitions: [text(jobs.partition), text(jobs.sort)],
    KeySchema: [key(jobs.partition, 'HASH'), key(jobs.sort, 'RANGE')],
  });
  made['DynamoDB'] = {
    keys: new DynamoKeys(client, keysTable),
    molecules: new DynamoMolecules(client, moleculesTable, BUNDLE),
    jobs: new DynamoJobs(client, jobsTable),
  };
  made['the process'] = { keys: new MemoryKeys(), molecules: new MemoryMolecules(), jobs: new MemoryJobs() };
});

const use = (more: Partial<KeyUse> = {}): KeyUse => ({
  request: randomUUID(),
  bodyHash: 'h',
  state: 'answering',
  until: 160,
  expires: 1000,
  token: 't',
  ...more,
});
const molecule = (more: Partial<KnownMolecule> = {}): KnownMolecule => ({
  moleculeKey: randomUUID(),
  canonical: 'CCO',
  inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N',
  tokens: 5,
  truncated: false,
  embedding: Float32Array.from([0.1, -1e-30, 3.5]),
  targets: Float64Array.from([46.07, 1 / 3]),
  ...more,
});
const job = (more: Partial<Job> = {}): Job => ({
  tenant: `lab-${randomUUID()}`,
  id: '01jd8w2m3k4n5p6q7r8s9t0v1w',
  type: 'embeddings',
  state: 'QUEUED',
  model: { name: 'm', version: '1.0.0', sha256: BUNDLE },
  on_truncation: 'error',
  input: { s3uri: 's3://a/b.csv', format: 'csv' },
  output: { s3uri: 's3://w/x/' },
  created_at: '2026-11-21T08:00:00.000Z',
  updated_at: '2026-11-21T08:00:00.000Z',
  ...more,
});

describe.each(['DynamoDB', 'the process'])('in %s', (where) => {
  const stores = (): Stores => made[where] as Stores;

  test('a key is claimed once, until it expires', async () => {
    const { keys } = stores();
    const first = use();

    expect(await keys.claim(first, 100)).toBeUndefined();
    expect(await keys.claim({ ...first, token: 'other' }, 101)).toMatchObject({ token: 't', bodyHash: 'h' });
    expect(await keys.claim({ ...first, token: 'late' }, 1000)).toBeUndefined();
  });

  test('an answer is kept to the byte', async () => {
    const { keys } = stores();
    const answer = Uint8Array.from([0, 255, 31, 139]);
    const claimed = use();
    await keys.claim(claimed, 100);
    await keys.finish({ ...claimed, state: 'answered', answer });

    const found = await keys.claim(claimed, 200);

    expect(found?.state).toBe('answered');
    expect([...(found?.answer ?? [])]).toEqual([...answer]);
  });

  test('of two that take over a dead request one does', async () => {
    const { keys } = stores();
    const dead = use();
    await keys.claim(dead, 100);

    const taken = [
      await keys.takeOver({ ...dead, until: 300 }, dead),
      await keys.takeOver({ ...dead, until: 301 }, dead),
    ];

    expect(taken).toEqual([true, false]);
  });

  test('what was answered is not taken over', async () => {
    const { keys } = stores();
    const claimed = use();
    await keys.claim(claimed, 100);
    await keys.finish({ ...claimed, state: 'answered' });

    expect(await keys.takeOver({ ...claimed, until: 300 }, claimed)).toBe(false);
  });

  test('a released key is free', async () => {
    const { keys } = stores();
    const claimed = use();
    await keys.claim(claimed, 100);
    await keys.release(claimed.request);

    expect(await keys.claim(claimed, 101)).toBeUndefined();
  });

  test('260 molecules come back bit by bit, and what is not there does not', async () => {
    const { molecules } = stores();
    const put = Array.from({ length: 260 }, (_, i) => molecule({ inchikey: undefined, tokens: i }));
    await molecules.put(put);

    const found = await molecules.get([...put.map((m) => m.moleculeKey), 'nothing']);

    expect(found.size).toBe(260);
    expect(put.map((m) => found.get(m.moleculeKey))).toEqual(put);
  });

  test('molecules that share an InChIKey are found by it, in the order of their keys', async () => {
    const { molecules } = stores();
    const inchikey = `${randomUUID()
      .replaceAll(/[^a-z]/g, '')
      .toUpperCase()
      .padEnd(14, 'A')
      .slice(0, 14)}-UHFFFAOYSA-N`;
    await molecules.put(['k2', 'k1', 'k3'].map((k) => molecule({ moleculeKey: `${inchikey}-${k}`, inchikey })));

    const found = await molecules.byInchikey(inchikey);

    expect(found.map((m) => m.moleculeKey.slice(-2))).toEqual(['k1', 'k2', 'k3']);
    expect(await molecules.byInchikey('nobody')).toEqual([]);
  });

  test('a job is made once', async () => {
    const { jobs } = stores();
    const first = job();
    await jobs.create(first);
    await jobs.create({ ...first, type: 'predictions' });

    expect(await jobs.get(first.tenant, first.id)).toMatchObject({ type: 'embeddings', state: 'QUEUED', progress: 0 });
    expect(await jobs.get('other', first.id)).toBeUndefined();
  });

  test('progress counts a part once', async () => {
    const { jobs } = stores();
    const first = job();
    await jobs.create(first);
    await jobs.change(first.tenant, first.id, { state: 'RUNNING', parts: 4 }, 'now');
    for (const part of [0, 1, 1, 0]) await jobs.partDone(first.tenant, first.id, part);

    expect(await jobs.get(first.tenant, first.id)).toMatchObject({ state: 'RUNNING', progress: 0.5 });
  });

  test('what has ended is not changed any more', async () => {
    const { jobs } = stores();
    const first = job();
    await jobs.create(first);
    await jobs.change(first.tenant, first.id, { state: 'CANCELLED' }, 'now');

    const after = await jobs.change(first.tenant, first.id, { state: 'SUCCEEDED' }, 'later');

    expect(after).toMatchObject({ state: 'CANCELLED', updated_at: 'now', progress: 1 });
    expect(await jobs.change(first.tenant, 'nothing', { state: 'FAILED' }, 'now')).toBeUndefined();
  });

  test('jobs are listed newest first, from before an id, by state', async () => {
    const { jobs } = stores();
    const { tenant } = job();
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) await jobs.create(job({ tenant, id }));
    await jobs.change(tenant, 'c', { state: 'FAILED' }, 'now');
    const list = async (...args: [number, string | undefined, Job['state'] | undefined]) =>
      (await jobs.list(tenant, ...args)).map((j) => j.id);

    expect(await list(3, undefined, undefined)).toEqual(['d', 'c', 'b']);
    expect(await list(3, 'c', undefined)).toEqual(['b', 'a']);
    expect(await list(10, undefined, 'FAILED')).toEqual(['c']);
  });
});
