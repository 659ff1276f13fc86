import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DescribeTaskCommand,
  DescribeTaskExecutionCommand,
  InvalidRequestException,
  ListTaskExecutionsCommand,
  ListTasksCommand,
  StartTaskExecutionCommand,
  type DescribeTaskResponse,
} from '@aws-sdk/client-datasync';
import { start } from '../../../../runtime/transfer/start.ts';
import { memoryPlace } from './place.ts';
import { ARN, ended, TASK } from './rows.ts';

let at: ReturnType<typeof memoryPlace>;
const task = (facts: DescribeTaskResponse = {}) =>
  at.datasync.on(DescribeTaskCommand).resolves({
    TaskArn: TASK,
    Status: 'AVAILABLE',
    TaskMode: 'ENHANCED',
    TaskReportConfig: ended().raw.TaskReportConfig,
    ...facts,
  });
const running = (n: number) =>
  Array.from({ length: n }, () => ({ TaskArn: TASK, Status: 'RUNNING' as const, TaskMode: 'ENHANCED' as const }));
const asked = () => at.datasync.commandCalls(StartTaskExecutionCommand)[0]?.args[0].input;
const silent = () => undefined;
const refusedWith = (message: string) => new InvalidRequestException({ message, $metadata: {} });

beforeEach(() => {
  at = memoryPlace();
  task();
  at.datasync.on(ListTasksCommand).resolves({ Tasks: [] });
  at.datasync.on(ListTaskExecutionsCommand).resolves({ TaskExecutions: [] });
  at.datasync.on(StartTaskExecutionCommand).resolves({ TaskExecutionArn: ARN });
  at.datasync.on(DescribeTaskExecutionCommand).resolves(ended({ Status: 'LAUNCHING' }).raw);
});
afterEach(() => at.restore());

describe('a start', () => {
  test('is recorded in the work bucket under the time of its start', async () => {
    await start(at.place, 'assays', {}, silent);

    const key = 'work/transfers/assays/20261120T093000000Z-exec-0123456789abcdef0.json';
    expect(JSON.parse(at.objects.get(key) ?? '{}')).toMatchObject({ arn: ARN, scope: 'all', status: 'LAUNCHING' });
  });

  test('lets the service itself refuse a second one', async () => {
    await start(at.place, 'assays', {}, silent);

    expect(asked()).toEqual({ TaskArn: TASK, OverrideOptions: { TaskQueueing: 'DISABLED' } });
  });

  test('gives filters as one pattern each and the limit in bytes', async () => {
    await start(at.place, 'assays', { include: ['/2025', '/2026'], exclude: ['*.tmp'], mbps: 500 }, silent);

    expect(asked()).toMatchObject({
      Includes: [{ FilterType: 'SIMPLE_PATTERN', Value: '/2025|/2026' }],
      Excludes: [{ FilterType: 'SIMPLE_PATTERN', Value: '*.tmp' }],
      OverrideOptions: { BytesPerSecond: 62_500_000 },
    });
  });

  test('without a limit says so, and not nothing', async () => {
    await start(at.place, 'assays', { mbps: 0 }, silent);

    expect(asked()?.OverrideOptions?.BytesPerSecond).toBe(-1);
  });

  test('of a list deletes nothing, though the task deletes what is gone at the source', async () => {
    task({ Options: { PreserveDeletedFiles: 'REMOVE' } });

    await start(at.place, 'assays', { list: 'retry-lists/assays/ab.csv' }, silent);

    expect(asked()).toMatchObject({
      OverrideOptions: { PreserveDeletedFiles: 'PRESERVE' },
      ManifestConfig: {
        Source: { S3: { S3BucketArn: 'arn:aws:s3:::work', ManifestObjectPath: 'retry-lists/assays/ab.csv' } },
      },
    });
  });

  test('waits its turn while 120 Enhanced transfers run, and says so once', async () => {
    at.datasync
      .on(ListTasksCommand)
      .resolvesOnce({ Tasks: running(120) })
      .resolvesOnce({ Tasks: running(120) })
      .resolves({ Tasks: running(119) });
    const told: string[] = [];

    await start(at.place, 'assays', {}, (text) => told.push(text));

    expect([at.waits.length, told]).toEqual([
      2,
      ['assays waits: 120 Enhanced transfers run, of 120 that DataSync allows at a time'],
    ]);
  });

  test('waits on when another took the last free place', async () => {
    const full = new InvalidRequestException({ message: '120 run', datasyncErrorCode: 'LimitExceeded', $metadata: {} });
    at.datasync.on(StartTaskExecutionCommand).rejectsOnce(full).resolves({ TaskExecutionArn: ARN });
    const told: string[] = [];

    const run = await start(at.place, 'assays', {}, (text) => told.push(text));

    expect([run.record.arn, told]).toEqual([ARN, ['assays waits: 120 run']]);
  });

  test('of a Basic task waits for no Enhanced one', async () => {
    task({ TaskMode: 'BASIC' });
    at.datasync.on(ListTasksCommand).resolves({ Tasks: running(120) });

    await start(at.place, 'assays', {}, silent);

    expect(at.waits).toEqual([]);
  });
});

describe('a start is refused', () => {
  const refusal = (options = {}) =>
    start(at.place, 'assays', options, silent).then(
      () => 'started',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('while the dataset is transferred, and names the two ways on', async () => {
    task({ CurrentTaskExecutionArn: ARN });

    expect(await refusal()).toBe(
      `UserError: a transfer of assays runs already (${ARN}); follow it with decant transfer watch assays, or queue behind it with --queue`,
    );
    expect(asked()).toBeUndefined();
  });

  test('when someone else started it in between', async () => {
    at.datasync.on(StartTaskExecutionCommand).rejects(refusedWith('already running'));
    at.datasync
      .on(DescribeTaskCommand)
      .resolvesOnce({ TaskArn: TASK, Status: 'AVAILABLE' })
      .resolves({ TaskArn: TASK, Status: 'RUNNING', CurrentTaskExecutionArn: ARN });

    expect(await refusal()).toContain(`runs already (${ARN})`);
  });

  test('behind 50 queued ones, also with --queue', async () => {
    task({ CurrentTaskExecutionArn: ARN });
    const queued = Array.from({ length: 50 }, () => ({ TaskExecutionArn: ARN, Status: 'QUEUED' as const }));
    at.datasync.on(ListTaskExecutionsCommand).resolves({ TaskExecutions: queued });

    expect(await refusal({ queue: true })).toContain('50 executions of assays are queued');
  });

  test('when the task is unavailable, with the reason and what to do', async () => {
    task({ Status: 'UNAVAILABLE', ErrorCode: 'AgentOffline', ErrorDetail: 'agent-1 does not answer' });

    expect(await refusal()).toMatch(/unavailable: AgentOffline: agent-1 does not answer\..*start its machine/);
  });

  test('when access is denied, with the permission that it takes', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    at.datasync.on(StartTaskExecutionCommand).rejects(denied);

    expect(await refusal()).toMatch(
      /was denied: not authorized\. It takes datasync:StartTaskExecution on arn:aws:datasync/,
    );
  });

  test('for a dataset without a task, with the steps that make one', async () => {
    const none = { ...at.place, tasks: new Map<string, string>() };

    await expect(start(none, 'assays', {}, silent)).rejects.toThrow(/no transfer task: .*decant agent activate/);
  });

  test('for a list that the role of the task may not read', async () => {
    expect(await refusal({ list: 'lists/mine.csv' })).toMatch(
      /list "lists\/mine\.csv": the transfer of assays may read lists below retry-lists\/assays\/ of work; put it there/,
    );
  });
});
