import {
  CreateAgentCommand,
  CreateLocationNfsCommand,
  CreateLocationS3Command,
  CreateTaskCommand,
  DataSyncClient,
  DescribeTaskExecutionCommand,
  ListAgentsCommand,
  StartTaskExecutionCommand,
  UpdateTaskExecutionCommand,
} from '@aws-sdk/client-datasync';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcess, stillRunning, waitFor } from '../../../local/processes.ts';
import type { LocalState } from '../../../local/state.ts';
import { down, up } from '../../../local/supervisor.ts';
import { connect, until } from '../local/aws.ts';
import { ROLE } from './datasync.ts';

const dir = join(process.cwd(), 'build', 'test', 'emulator-datasync');
const share = join(dir, '.decant', 'sources', 'filer.example.com', 'export');
const SLOW_MS = 120_000;
const FILES = 20;
let state: LocalState;

const client = () =>
  new DataSyncClient({
    endpoint: state.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
const start = async () => (state = await up({ dir, speed: 50, autosaveSec: 1 }));
const describeExecution = (TaskExecutionArn?: string) =>
  client().send(new DescribeTaskExecutionCommand({ TaskExecutionArn }));
const keys = async () =>
  ((await connect(state.endpoint).s3.send(new ListObjectsV2Command({ Bucket: 'landing' }))).Contents ?? []).length;

/** Starts a transfer that takes so long that it is in the middle when the emulator goes. Returns its ARN. */
async function startSlowly(): Promise<string | undefined> {
  const aws = connect(state.endpoint);
  await aws.s3.send(new CreateBucketCommand({ Bucket: 'landing' }));
  const { AgentArn } = await client().send(new CreateAgentCommand({ ActivationKey: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE' }));
  const source = await client().send(
    new CreateLocationNfsCommand({
      ServerHostname: 'filer.example.com',
      Subdirectory: '/export',
      OnPremConfig: { AgentArns: [AgentArn ?? ''] },
    }),
  );
  const destination = await client().send(
    new CreateLocationS3Command({ S3BucketArn: 'arn:aws:s3:::landing', S3Config: { BucketAccessRoleArn: ROLE } }),
  );
  const { TaskArn } = await client().send(
    new CreateTaskCommand({
      SourceLocationArn: source.LocationArn,
      DestinationLocationArn: destination.LocationArn,
      TaskMode: 'ENHANCED',
    }),
  );
  const { TaskExecutionArn } = await client().send(
    new StartTaskExecutionCommand({ TaskArn, OverrideOptions: { BytesPerSecond: 1_000 } }),
  );
  await until('the first files', async () => ((await keys()) > 0 ? true : undefined));
  return TaskExecutionArn;
}

const stops = {
  'a clean stop': () => down({ dir }),
  'a kill': async () => {
    await fetch(`${state.endpoint}/_ext/save`, { method: 'POST' });
    const self = await findProcess(state.pid ?? 0);
    process.kill(state.pid ?? 0, 'SIGKILL');
    await waitFor(async () => !self || (await stillRunning([self])).length === 0, SLOW_MS);
  },
};

beforeAll(async () => {
  await down({ dir });
  await rm(dir, { recursive: true, force: true });
  await mkdir(share, { recursive: true });
  for (let i = 0; i < FILES; i++) await writeFile(join(share, `f${i}`), 'x'.repeat(1_000));
});
afterAll(() => down({ dir }));

describe.each(Object.entries(stops))('%s in the middle of a transfer', (_, stop) => {
  let brought = 0;
  let arn: string | undefined;
  beforeAll(async () => {
    await rm(join(dir, '.decant', 'local'), { recursive: true, force: true });
    await start();
    arn = await startSlowly();
    brought = await keys();
    await stop();
    await start();
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('leaves agents, locations, tasks and the execution in place, and the execution goes on', async () => {
    expect(brought).toBeLessThan(FILES);
    await client().send(new UpdateTaskExecutionCommand({ TaskExecutionArn: arn, Options: { BytesPerSecond: -1 } }));

    const done = await until('the end', async () => {
      const found = await describeExecution(arn);
      return found.Status === 'SUCCESS' || found.Status === 'ERROR' ? found : undefined;
    });

    expect(done.Status).toBe('SUCCESS');
    expect(await keys()).toBe(FILES);
    expect((await client().send(new ListAgentsCommand({}))).Agents).toHaveLength(1);
  });

  test('and a reset leaves nothing', async () => {
    await fetch(`${state.endpoint}/_ministack/reset`, { method: 'POST' });

    const { Agents } = await client().send(new ListAgentsCommand({}));

    expect(Agents).toEqual([]);
  });
});
