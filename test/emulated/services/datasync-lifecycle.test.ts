import {
  CancelTaskExecutionCommand,
  DeleteTaskCommand,
  DescribeTaskCommand,
  ListTaskExecutionsCommand,
  UpdateTaskExecutionCommand,
} from '@aws-sdk/client-datasync';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { unique, until } from '../local/aws.ts';
import { aws, datasync, describeExecution, ended, endpoint, inject, way, withdraw } from './datasync.ts';

afterEach(withdraw);

/** So slow that it is still running when anything else has been asked. */
const SLOW = { OverrideOptions: { BytesPerSecond: 1 } };
const LARGE = { 'a.csv': 'x'.repeat(100_000) };
const transferring = (arn: string) =>
  until('the transfer', async () => ((await describeExecution(arn)).Status === 'TRANSFERRING' ? true : undefined));

interface Told {
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A queue of the events that match a pattern. The answer waits for so many of them. */
async function queueOf(pattern: object): Promise<(count: number) => Promise<Told[]>> {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: unique('events') }));
  const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const bus = new EventBridgeClient({ endpoint, region: 'us-east-1' });
  const Name = unique('rule');
  await bus.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  await bus.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'queue', Arn: Attributes?.['QueueArn'] }] }));
  const told: Told[] = [];
  return (count) =>
    until(`${count} events`, async () => {
      const got = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      told.push(...(got.Messages ?? []).map((m) => JSON.parse(m.Body ?? '{}') as Told));
      return told.length >= count ? told : undefined;
    });
}

describe('an execution', () => {
  test('that is cancelled ends with an error, and leaves no half object', async () => {
    const w = await way(LARGE);
    const arn = await w.start(SLOW);
    await transferring(arn);

    await datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: arn }));
    const done = await ended(arn);

    expect(done).toMatchObject({ Status: 'ERROR', Result: { ErrorCode: 'Cancelled' } });
    expect(await w.keys()).toEqual([]);
  });

  test('keeps to a bandwidth limit, which can be changed while it runs', async () => {
    const w = await way({ ...LARGE, 'b.csv': 'y', 'c.csv': 'y', 'd.csv': 'y', 'e.csv': 'y', 'f.csv': 'y' });
    const arn = await w.start({ OverrideOptions: { BytesPerSecond: 20_000 } });
    await transferring(arn);
    const limited = await describeExecution(arn);

    await datasync.send(new UpdateTaskExecutionCommand({ TaskExecutionArn: arn, Options: { BytesPerSecond: -1 } }));
    const done = await ended(arn);

    expect(limited.Status).toBe('TRANSFERRING');
    expect(done).toMatchObject({ Status: 'SUCCESS', Options: { BytesPerSecond: -1 } });
    expect(done.Result?.TotalDuration).toBeGreaterThanOrEqual(4_000);
  });

  test('behind another of its task waits in the queue, and runs when that has ended', async () => {
    const w = await way(LARGE);
    const first = await w.start(SLOW);

    const second = await w.start();
    const queued = await describeExecution(second);
    const task = await datasync.send(new DescribeTaskCommand({ TaskArn: w.task }));
    await datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: first }));
    const done = await ended(second);

    expect(queued.Status).toBe('QUEUED');
    expect(task).toMatchObject({ Status: 'RUNNING', CurrentTaskExecutionArn: first });
    expect(done).toMatchObject({ Status: 'SUCCESS', FilesTransferred: 1 });
    const { TaskExecutions } = await datasync.send(new ListTaskExecutionsCommand({ TaskArn: w.task }));
    expect(TaskExecutions?.map((e) => [e.TaskExecutionArn, e.Status])).toEqual([
      [second, 'SUCCESS'],
      [first, 'ERROR'],
    ]);
  });

  test.each([
    ['when queueing is disabled', { TaskQueueing: 'DISABLED' }, {}],
    ['when the queue is full', {}, { queued: 0 }],
  ] as const)('is refused %s', async (_, OverrideOptions, quota) => {
    const w = await way(LARGE);
    const first = await w.start(SLOW);
    await inject({ fault: 'quota', resource: w.task, ...quota });

    const second = w.start({ OverrideOptions });

    await expect(second).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: first }));
  });

  test('of Enhanced mode is refused when as many run as the quota allows', async () => {
    const [one, other] = await Promise.all([way(LARGE), way(LARGE)]);
    const first = await one.start(SLOW);
    await inject({ fault: 'quota', resource: other.task, enhanced: 1 });

    const second = other.start();

    await expect(second).rejects.toMatchObject({ name: 'InvalidRequestException', errorCode: 'LimitExceeded' });
    await datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: first }));
  });

  test('keeps its task from being deleted while it runs', async () => {
    const w = await way(LARGE);
    const arn = await w.start(SLOW);

    const deleted = datasync.send(new DeleteTaskCommand({ TaskArn: w.task }));

    await expect(deleted).rejects.toMatchObject({ name: 'InvalidRequestException', errorCode: 'TaskInUse' });
    await datasync.send(new CancelTaskExecutionCommand({ TaskExecutionArn: arn }));
  });

  test('tells each of its states on the event bus', async () => {
    const w = await way({ 'a.csv': 'one' });
    const events = await queueOf({
      source: ['aws.datasync'],
      'detail-type': ['DataSync Task Execution State Change'],
      resources: [{ prefix: w.task }],
    });

    const { TaskExecutionArn } = await w.run();

    const told = await events(5);
    expect(told.every((e) => e.resources[0] === TaskExecutionArn)).toBe(true);
    expect(told.map((e) => e.detail['State']).sort()).toEqual([
      'LAUNCHING',
      'PREPARING',
      'SUCCESS',
      'TRANSFERRING',
      'VERIFYING',
    ]);
  });

  test('writes through S3, so that the bucket tells of every object', async () => {
    const w = await way({ 'a.csv': 'one', 'b.csv': 'two' });
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await aws.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: w.bucket, NotificationConfiguration }));
    const events = await queueOf({
      source: ['aws.s3'],
      detail: { bucket: { name: [w.bucket] }, object: { key: [{ prefix: 'raw/' }] } },
    });

    await w.run();

    const keys = (await events(2)).map((e) => (e.detail['object'] as { key: string }).key);
    expect(keys.sort()).toEqual(['raw/a.csv', 'raw/b.csv']);
  });
});
