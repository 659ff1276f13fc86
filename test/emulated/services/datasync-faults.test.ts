import { DescribeAgentCommand, DescribeTaskCommand } from '@aws-sdk/client-datasync';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import { aws, datasync, describeExecution, ended, inject, way, withdraw } from './datasync.ts';

afterEach(withdraw);

describe('a file that vanishes while it is copied', () => {
  const files = { 'a.csv': 'one', 'b.csv': 'two', 'c.csv': 'three' };

  test('fails alone, is named with its reason, and comes with the next execution', async () => {
    const w = await way(files);
    await inject({ fault: 'file-vanishes', resource: w.task, path: 'b.csv' });

    const done = await w.run();
    const again = await w.run();

    expect(done).toMatchObject({ Status: 'ERROR', FilesTransferred: 2, FilesFailed: { Transfer: 1 } });
    const failed = (await w.rows(done.TaskExecutionArn, 'Transferred')).filter((r) => r['TransferStatus'] === 'FAILED');
    expect(failed).toMatchObject([{ RelativePath: 'b.csv', ErrorCode: 'FileNotFound' }]);
    expect(again).toMatchObject({ Status: 'SUCCESS', FilesTransferred: 1, FilesSkipped: 2 });
    expect(await w.keys()).toEqual(['a.csv', 'b.csv', 'c.csv']);
  });
});

describe('a file that may not be read', () => {
  test.each([
    ['ENHANCED', { RelativePath: 'a.csv', ErrorCode: 'AccessDenied' }],
    ['BASIC', { RelativePath: '/a.csv', FailureCode: 40974 }],
  ] as const)('is reported as %s mode does', async (TaskMode, row) => {
    const w = await way({ 'a.csv': 'one' }, { TaskMode });
    await inject({ fault: 'permission-denied', resource: w.task });

    const done = await w.run();

    expect(done).toMatchObject({ Status: 'ERROR', FilesTransferred: 0 });
    expect(await w.rows(done.TaskExecutionArn, 'Transferred')).toMatchObject([{ ...row, TransferStatus: 'FAILED' }]);
    expect(await w.keys()).toEqual([]);
  });
});

describe('a file that is written to while it is copied', () => {
  test('fails the verification, and the next execution brings what it has become', async () => {
    const w = await way({ 'a.csv': 'one' });
    const fault = { fault: 'changed-during-transfer', resource: w.task, append: ' more' } as const;
    await inject(fault);

    const done = await w.run();
    const again = await w.run();

    expect(done).toMatchObject({ Status: 'ERROR', FilesTransferred: 1, FilesVerified: 0, FilesFailed: { Verify: 1 } });
    expect(await w.rows(done.TaskExecutionArn, 'Verified')).toMatchObject([
      { RelativePath: 'a.csv', VerifyStatus: 'FAILED', ErrorCode: 'SourceChanged' },
    ]);
    expect(again.Status).toBe('SUCCESS');
    expect(await w.text('raw/a.csv')).toBe('one more');
  });
});

describe('an agent that is offline', () => {
  test('makes its tasks unavailable until it is back', async () => {
    const w = await way({ 'a.csv': 'one' });
    await inject({ fault: 'agent-offline', resource: w.agentArn });

    const agent = await datasync.send(new DescribeAgentCommand({ AgentArn: w.agentArn }));
    const task = await datasync.send(new DescribeTaskCommand({ TaskArn: w.task }));
    const refused = await w.start().catch((error: Error) => error.name);
    await withdraw();
    const done = await w.run();

    expect(agent.Status).toBe('OFFLINE');
    expect(task).toMatchObject({ Status: 'UNAVAILABLE', ErrorCode: 'AgentOffline' });
    expect(refused).toBe('InvalidRequestException');
    expect(done.Status).toBe('SUCCESS');
  });

  test('ends an execution that runs', async () => {
    const slow = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, 'x'.repeat(100)]));
    const w = await way(slow);

    const arn = await w.start({ OverrideOptions: { BytesPerSecond: 200 } });
    await inject({ fault: 'agent-offline', resource: w.agentArn });
    const done = await ended(arn);

    expect(done).toMatchObject({ Status: 'ERROR', Result: { ErrorCode: 'AgentOffline' } });
  });
});

describe('a network that is cut', () => {
  test('ends the execution in the middle; no half file is left, and the next execution brings the rest', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`f${String(i).padStart(2, '0')}`, `text ${i}`]),
    );
    const w = await way(files);
    await inject({ fault: 'network-cut', resource: w.task, path: 'f06' });

    const done = await w.run();
    const brought = await w.keys();
    const again = await w.run();

    expect(done).toMatchObject({ Status: 'ERROR', Result: { TransferStatus: 'ERROR', ErrorCode: 'NetworkCut' } });
    expect(brought).not.toContain('f06');
    expect(brought.length).toBeLessThan(12);
    expect(again).toMatchObject({ Status: 'SUCCESS', FilesSkipped: brought.length });
    expect(await w.keys()).toHaveLength(12);
  });
});

describe('a network that is cut in a file of several parts', () => {
  test('leaves neither an object nor an upload', async () => {
    const w = await way({ 'large.bin': 'x'.repeat(40_000_000) });
    await inject({ fault: 'network-cut', resource: w.task });

    const done = await w.run();

    const { Uploads } = await aws.s3.send(new ListMultipartUploadsCommand({ Bucket: w.bucket }));
    expect(done).toMatchObject({ Status: 'ERROR', FilesTransferred: 0 });
    expect(Uploads ?? []).toEqual([]);
    expect(await w.keys()).toEqual([]);
  });
});

describe('a task report', () => {
  test('is split into numbered parts that together name every file', async () => {
    const w = await way({ a: '1', b: '2', c: '3', d: '4', e: '5' });
    await inject({ fault: 'report-split', resource: w.task, bytes: 900 });

    const { TaskExecutionArn } = await w.run();

    const parts = await w.parts(TaskExecutionArn, 'Transferred');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map((key) => Number(/-v1-(\d{5})-/.exec(key)?.[1]))).toEqual(parts.map((_, i) => i + 1));
    const rows = await w.rows(TaskExecutionArn, 'Transferred');
    expect(rows.map((r) => r['RelativePath']).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('an execution that ended long ago', () => {
  test('is forgotten', async () => {
    const w = await way({ 'a.csv': 'one' });
    const { TaskExecutionArn } = await w.run();
    await inject({ fault: 'history-forgotten', resource: w.task, seconds: 0 });

    const asked = describeExecution(TaskExecutionArn ?? '');

    await expect(asked).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});
