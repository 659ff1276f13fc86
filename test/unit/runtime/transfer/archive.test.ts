import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DescribeTaskCommand,
  DescribeTaskExecutionCommand,
  InvalidRequestException,
  ListTaskExecutionsCommand,
  type DescribeTaskExecutionResponse,
} from '@aws-sdk/client-datasync';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bringUp, takeStock } from '../../../../runtime/transfer/stock.ts';
import { memoryPlace } from './place.ts';
import { ARN, ended, TASK } from './rows.ts';

const EXEC = 'exec-0123456789abcdef0';
const REPORT = `task-reports/assays/Detailed-Reports/task-0123456789abcdef0/${EXEC}/${EXEC}`;
const EVIDENCE = `evidence/transfer/assays/2026-11-20/${EXEC}/`;
const OPEN = `work/transfers/assays/20261120T093000000Z-${EXEC}.open.jsonl`;
let at: ReturnType<typeof memoryPlace>;

const part = (kind: string, n: number, paths: string[], status = 'SUCCESS'): void => {
  const list = kind[0]?.toUpperCase() + kind.slice(1);
  const rows = paths.map((RelativePath) => ({
    RelativePath,
    SourceMetadata: { Type: 'Object', ContentSize: 10 },
    TransferStatus: status,
    ...(status === 'SUCCESS' ? {} : { ErrorCode: 'DENIED', ErrorDetail: 'no leave to read it' }),
  }));
  at.objects.set(
    `work/${REPORT}.files-${kind}-v1-0000${n}-ab${n}.json`,
    JSON.stringify({ TaskExecutionId: EXEC, [list]: rows }),
  );
};
const execution = (facts: DescribeTaskExecutionResponse = {}) => {
  at.datasync.on(DescribeTaskExecutionCommand).resolves(ended(facts).raw);
  at.datasync
    .on(ListTaskExecutionsCommand)
    .resolves({ TaskExecutions: [{ TaskExecutionArn: ARN, Status: 'SUCCESS' }] });
};
const archiveAll = async (asIs = false) => bringUp(at.place, await takeStock(at.place, 'assays'), asIs);
const summary = () => JSON.parse(at.objects.get(`${EVIDENCE}summary.json`) ?? '{}') as Record<string, unknown>;

beforeEach(() => {
  at = memoryPlace();
  at.datasync.on(DescribeTaskCommand).resolves({ TaskArn: TASK, Status: 'AVAILABLE' });
});
afterEach(() => at.restore());

describe('an ended execution', () => {
  beforeEach(() => {
    execution({ FilesTransferred: 3, FilesFailed: { Transfer: 1 } });
    part('transferred', 1, ['a', 'b']);
    part('transferred', 2, ['c']);
    part('transferred', 3, ['d'], 'FAILED');
  });

  test('has every part of its report, its counts, its failures and a summary in evidence', async () => {
    await archiveAll();

    expect(
      [...at.objects.keys()].filter((k) => k.startsWith('evidence/')).map((k) => k.slice(EVIDENCE.length)),
    ).toEqual([
      ...[1, 2, 3].map(
        (n) => `${REPORT.slice('task-reports/assays/'.length)}.files-transferred-v1-0000${n}-ab${n}.json`,
      ),
      'execution.json',
      'failures.jsonl',
      'summary.json',
    ]);
  });

  test('has its sums, and the hash of each part, in the summary', async () => {
    await archiveAll();

    expect(summary()).toMatchObject({
      outcome: { transferred: 3, bytes: 30, failed: 1 },
      complete: true,
      problems: [],
      open: 1,
      parts: [{ bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, {}, {}],
    });
  });

  test('leaves what failed as open, with its reason', async () => {
    await archiveAll();

    expect(JSON.parse(at.objects.get(OPEN) ?? '')).toEqual({
      path: 'd',
      phase: 'transfer',
      code: 'DENIED',
      reason: 'no leave to read it',
      execution: EXEC,
    });
  });

  test('is archived once', async () => {
    await archiveAll();
    at.s3.resetHistory();

    const again = await archiveAll();

    expect([again, at.s3.commandCalls(PutObjectCommand).length]).toEqual([[], 0]);
  });

  test.each(['summary.json', 'failures.jsonl', 'execution.json'])(
    'whose archiving was cut before %s was written ends as if it had not been',
    async (cutAt) => {
      await archiveAll();
      const whole = new Map(at.objects);
      const files = ['execution.json', 'failures.jsonl', 'summary.json'];
      for (const file of files.slice(files.indexOf(cutAt))) at.objects.delete(`${EVIDENCE}${file}`);
      for (const key of [...at.objects.keys()]) if (key.startsWith('work/transfers/')) at.objects.delete(key);

      await archiveAll();

      expect(new Map([...at.objects].sort())).toEqual(new Map([...whole].sort()));
    },
  );

  test('is refused when evidence of that name says something else, and neither is touched', async () => {
    await archiveAll();
    at.objects.delete(`${EVIDENCE}summary.json`);
    for (const key of [...at.objects.keys()]) if (key.startsWith('work/transfers/')) at.objects.delete(key);
    at.objects.set(`${EVIDENCE}failures.jsonl`, 'forged');

    await expect(archiveAll()).rejects.toThrow(/failures\.jsonl holds other content/);
    expect(at.objects.get(`${EVIDENCE}failures.jsonl`)).toBe('forged');
  });
});

describe('a report that is not whole', () => {
  beforeEach(() => {
    execution({ FilesTransferred: 3 });
    part('transferred', 1, ['a']);
    part('transferred', 3, ['c']);
  });

  test('is an error that names the missing part, and gets no summary', async () => {
    await expect(archiveAll()).rejects.toThrow(/is not whole: .*1 parts are not there: 2/);
    expect(summary()).toEqual({});
  });

  test('is archived when the rest has come', async () => {
    await archiveAll().catch(() => undefined);
    part('transferred', 2, ['b']);

    const [done] = await archiveAll();

    expect(done?.summary).toMatchObject({ complete: true, outcome: { transferred: 3 } });
  });

  test('is archived as it is when asked to, says so, and asks for the whole task', async () => {
    const [done] = await archiveAll(true);

    expect(done?.summary).toMatchObject({
      complete: false,
      rerun: true,
      problems: [expect.stringContaining('1 parts are not there'), expect.stringContaining('its report names 2')],
    });
  });

  test.each([
    [{ ReportResult: { Status: 'PENDING' as const } }, /still writing it/],
    [
      { ReportResult: { Status: 'ERROR' as const, ErrorCode: 'AccessDenied', ErrorDetail: 'no leave to write' } },
      /could not write it: AccessDenied: no leave to write/,
    ],
    [{ TaskReportConfig: { OutputType: 'SUMMARY_ONLY' as const } }, /sums only/],
    [{ TaskReportConfig: undefined }, /wrote no task report/],
  ])('because of %j is said with the reason', async (facts, reason) => {
    execution({ FilesTransferred: 2, ...facts });

    await expect(archiveAll()).rejects.toThrow(reason);
  });
});

describe('an execution that still runs', () => {
  test('keeps one that was cancelled behind it waiting, so that it is archived itself when it ends', async () => {
    const queued = `${TASK}/execution/exec-0123456789abcdef1`;
    const cancelled: DescribeTaskExecutionResponse = {
      TaskExecutionArn: queued,
      Status: 'ERROR',
      StartTime: new Date('2026-11-20T09:30:30Z'),
    };
    execution({ Status: 'TRANSFERRING' });
    at.datasync.on(DescribeTaskExecutionCommand, { TaskExecutionArn: queued }).resolves(cancelled);
    at.datasync
      .on(ListTaskExecutionsCommand)
      .resolves({ TaskExecutions: [ARN, queued].map((TaskExecutionArn) => ({ TaskExecutionArn })) });
    const early = await archiveAll();
    execution({ FilesTransferred: 1 });
    at.datasync.on(DescribeTaskExecutionCommand, { TaskExecutionArn: queued }).resolves(cancelled);
    part('transferred', 1, ['a']);

    const late = await archiveAll();

    expect([early.length, late.map((a) => a.summary.execution)]).toEqual([0, [ARN, queued]]);
  });
});

describe('an execution that DataSync has forgotten', () => {
  test('is known from its record, and its report is archived from the bucket', async () => {
    execution({ FilesTransferred: 1, Status: 'TRANSFERRING' });
    await archiveAll();
    part('transferred', 1, ['a']);
    at.datasync
      .on(DescribeTaskExecutionCommand)
      .rejects(new InvalidRequestException({ message: 'unknown', $metadata: {} }));
    at.datasync.on(ListTaskExecutionsCommand).resolves({ TaskExecutions: [] });

    const [done] = await archiveAll();

    expect(done?.summary).toMatchObject({
      outcome: { transferred: 1 },
      problems: [expect.stringContaining('has forgotten the execution')],
    });
  });
});
