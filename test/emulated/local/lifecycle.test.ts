import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReport } from '../../../local/emulator.ts';
import { findProcess, listProcesses, waitFor } from '../../../local/processes.ts';
import { localFiles, readLocal } from '../../../local/state.ts';
import { down, release, reset, up } from '../../../local/supervisor.ts';
import { connect, unique, until } from './aws.ts';
import { startTask, stopped, taskOf } from './checks/tasks.ts';

const SLOW_MS = 120_000;
const taskDirs = [join(process.cwd(), 'test', 'emulated', 'local', 'tasks')];
const fresh = async (name: string): Promise<string> => {
  const dir = join(process.cwd(), 'build', 'test', name);
  await down({ dir });
  await rm(dir, { recursive: true, force: true });
  return dir;
};
const dynamo = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
const createTable = (endpoint: string, TableName: string) =>
  dynamo(endpoint).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
    }),
  );
const tableExists = (endpoint: string, TableName: string) =>
  dynamo(endpoint)
    .send(new DescribeTableCommand({ TableName }))
    .then(() => true)
    .catch(() => false);
const kill9 = async (pid: number) => {
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => (await findProcess(pid)) === undefined, 10_000);
};

describe('an emulator that is killed with -9', () => {
  let dir = '';
  let before: { endpoint: string; port: number; pid: number };
  let after: { endpoint: string; port: number; pid: number };
  let taskPid = 0;
  let Bucket = '';
  beforeAll(async () => {
    dir = await fresh('emulator-killed');
    before = await up({ dir, taskDirs, autosaveSec: 0.5 });
    const aws = connect(before.endpoint);
    Bucket = await aws.bucket();
    await createTable(before.endpoint, 'ledger');
    await startTask(aws, 'lingers');
    taskPid = await until('the task', async () => (await readReport(before.endpoint)).tasks[0]?.pid);
    await fetch(`${before.endpoint}/_ext/save`);
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'late', Body: 'kept' }));
    await kill9(before.pid);
    expect(await findProcess(taskPid)).toBeDefined();
    after = await up({ dir, taskDirs, port: before.port });
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('starts again with the tables of its last save', async () => {
    expect(await tableExists(after.endpoint, 'ledger')).toBe(true);
  });

  test('keeps objects that were put after the last save', async () => {
    const found = await connect(after.endpoint).s3.send(new GetObjectCommand({ Bucket, Key: 'late' }));

    expect(await found.Body?.transformToString()).toBe('kept');
  });

  test('holds queues and schedules until it is released, over further restarts too', async () => {
    const held = async () => (await readReport((await readLocal(dir))?.endpoint ?? '')).held;
    const atFirst = await held();
    await down({ dir });
    await up({ dir, taskDirs, port: before.port });
    const restarted = await held();

    await release({ dir });

    expect([atFirst, restarted, await held()]).toEqual([true, true, false]);
  });

  test('leaves no task running once it is started again', async () => {
    expect(await findProcess(taskPid)).toBeUndefined();
  });
});

describe('an emulator whose gaps autosave and task_process are left open', () => {
  let dir = '';
  let tablesKept = true;
  let status: string | undefined;
  beforeAll(async () => {
    dir = await fresh('emulator-forgets');
    const before = await up({ dir, taskDirs, autosaveSec: 0.2, without: ['autosave', 'task_process', 'task_stop'] });
    await createTable(before.endpoint, 'ledger');
    const aws = connect(before.endpoint);
    const { cluster, task } = await startTask(aws, 'exits', 3);
    status = await stopped(aws, cluster, task, 2_000)
      .then((t) => t.lastStatus)
      .catch(() => 'never stopped');
    await kill9(before.pid);
    const after = await up({ dir });
    tablesKept = await tableExists(after.endpoint, 'ledger');
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('forgets its tables when it is killed', () => expect(tablesKept).toBe(false));

  test('never ends a task', () => expect(status).toBe('never stopped'));
});

describe('a running emulator', () => {
  let dir = '';
  let state: { endpoint: string; port: number; pid: number };
  beforeAll(async () => {
    dir = await fresh('emulator-runs');
    state = await up({ dir, taskDirs });
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('refuses to be started twice and names its process', async () => {
    await expect(up({ dir })).rejects.toThrow(`pid ${state.pid}`);
  });

  test('leaves a port that is taken alone', async () => {
    const other = await fresh('emulator-other');

    await expect(up({ dir: other, port: state.port })).rejects.toThrow(`port ${state.port} is taken`);
  });

  test('ends a task with the exit code of its program', async () => {
    const aws = connect(state.endpoint);
    const { cluster, task } = await startTask(aws, 'exits', 3);

    const found = await stopped(aws, cluster, task);

    expect([found.containers?.[0]?.exitCode, found.stopCode]).toEqual([3, 'EssentialContainerExited']);
  });

  test('gives a task a scratch folder of its own, and nothing of the host environment', async () => {
    const aws = connect(state.endpoint);
    const logs = new CloudWatchLogsClient({
      endpoint: state.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const logGroupName = unique('/tasks');
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const { cluster, family } = await taskOf(aws, 'exits');
    const options = { 'awslogs-group': logGroupName, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 't' };
    await aws.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        containerDefinitions: [{ name: 'exits', image: 'i', logConfiguration: { logDriver: 'awslogs', options } }],
      }),
    );

    const started = await aws.ecs.send(new RunTaskCommand({ cluster, taskDefinition: family }));

    await stopped(aws, cluster, started.tasks?.[0]?.taskArn ?? '');
    const lines = await until('the log', async () => {
      const found = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      return (found.events?.length ?? 0) >= 2 ? found.events?.map((e) => e.message ?? '') : undefined;
    });
    const scratch = /^scratch (.*)$/.exec(lines[0] ?? '')?.[1] ?? '';
    expect(lines[1]).toBe('leaked nothing');
    expect(scratch).toContain('task-exits-');
    expect(existsSync(scratch)).toBe(false);
  });

  test('refuses a resource type that nobody knows', async () => {
    const stack = await connect(state.endpoint).stack({ B: { Type: 'AWS::S3::Bukkit' } });

    expect(stack.status).toBe('REFUSED');
  });

  test('counts what it stubs', async () => {
    await connect(state.endpoint).stack({ G: { Type: 'AWS::XRay::Group', Properties: { GroupName: 'g' } } });

    const { stubs } = await readReport(state.endpoint);

    expect(stubs).toEqual({ 'AWS::XRay::Group': 1 });
  });

  test(
    'is empty after a reset, on the same port',
    async () => {
      await createTable(state.endpoint, 'ledger');

      const again = await reset({ dir, taskDirs });

      expect(again?.port).toBe(state.port);
      expect(await tableExists(state.endpoint, 'ledger')).toBe(false);
      state = again ?? state;
    },
    SLOW_MS,
  );

  test(
    'leaves nothing running when it is stopped, its tasks included',
    async () => {
      await startTask(connect(state.endpoint), 'lingers');
      await until('the task', async () => (await readReport(state.endpoint)).tasks[0]);
      await sleep(500); // for the program to set its handler

      await down({ dir });

      const left = (await listProcesses()).filter((p) => p.command.includes(dir) || p.pid === state.pid);
      expect(left).toEqual([]);
      expect(await readdir(localFiles(dir).tasks)).toEqual([]);
      expect(await readLocal(dir)).toBeUndefined();
    },
    SLOW_MS,
  );
});
