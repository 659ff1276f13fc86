import {
  DescribeTaskCommand,
  DescribeTaskExecutionCommand,
  ListTaskExecutionsCommand,
  type DescribeTaskExecutionResponse,
} from '@aws-sdk/client-datasync';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { archiveAll } from '../../../../lambda/transfer-archive/archive-all.ts';
import { memoryPlace } from '../../runtime/transfer/place.ts';
import { ARN, ended, TASK } from '../../runtime/transfer/rows.ts';

const LATER = ARN.replace('exec-0123456789abcdef0', 'exec-0123456789abcdef1');
const OTHER = TASK.replace('task-0', 'task-f');
const END = new Date('2026-11-20T09:31:00Z'); // That of `ended`.
const soon = new Date(END.getTime() + 3_600_000);
const days = (n: number): Date => new Date(END.getTime() + n * 86_400_000);

let at: ReturnType<typeof memoryPlace>;
const has = (arn: string, facts: DescribeTaskExecutionResponse = {}): void =>
  void at.datasync
    .on(DescribeTaskExecutionCommand, { TaskExecutionArn: arn })
    .resolves(ended({ TaskExecutionArn: arn, ...facts }).raw);
const listed = (...arns: string[]): void =>
  void at.datasync
    .on(ListTaskExecutionsCommand, { TaskArn: TASK })
    .resolves({ TaskExecutions: arns.map((TaskExecutionArn) => ({ TaskExecutionArn, Status: 'SUCCESS' })) });
const part = (arn: string, paths: readonly string[]): void => {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const rows = paths.map((RelativePath) => ({ RelativePath, TransferStatus: 'SUCCESS' }));
  at.objects.set(
    `work/task-reports/assays/Detailed-Reports/task-0123456789abcdef0/${id}/${id}.files-transferred-v1-00001-ab.json`,
    JSON.stringify({ TaskExecutionId: id, Transferred: rows }),
  );
};
const summaries = (): string[] => [...at.objects.keys()].filter((key) => key.endsWith('/summary.json'));

beforeEach(() => {
  at = memoryPlace();
  at.datasync.on(DescribeTaskCommand).resolves({ TaskArn: TASK, Status: 'AVAILABLE' });
  at.datasync.on(ListTaskExecutionsCommand).resolves({ TaskExecutions: [] });
});
afterEach(() => at.restore());

describe('a round', () => {
  test('archives an execution that nobody has recorded, such as a scheduled one', async () => {
    listed(ARN);
    has(ARN, { FilesTransferred: 1 });
    part(ARN, ['a']);

    const round = await archiveAll(at.place, soon);

    expect(round).toMatchObject({
      archived: [{ execution: ARN, outcome: { transferred: 1 } }],
      waiting: [],
      overdue: [],
    });
    expect(summaries()).toEqual(['evidence/transfer/assays/2026-11-20/exec-0123456789abcdef0/summary.json']);
  });

  test('writes nothing when it is repeated', async () => {
    listed(ARN);
    has(ARN, { FilesTransferred: 1 });
    part(ARN, ['a']);
    await archiveAll(at.place, soon);
    at.s3.resetHistory();

    const again = await archiveAll(at.place, soon);

    expect([again.archived, at.s3.commandCalls(PutObjectCommand).length]).toEqual([[], 0]);
  });

  test('lets an execution run', async () => {
    listed(ARN);
    has(ARN, { Status: 'TRANSFERRING' });

    expect(await archiveAll(at.place, days(8))).toEqual({ archived: [], waiting: [], overdue: [] });
  });
});

describe('a report that is not whole', () => {
  beforeEach(() => {
    listed(ARN);
    has(ARN, { FilesTransferred: 2 });
    part(ARN, ['a']);
  });

  test('waits, with what it lacks, and gets no summary', async () => {
    const { waiting } = await archiveAll(at.place, soon);

    expect(waiting).toEqual([
      {
        dataset: 'assays',
        execution: ARN,
        endedAt: END.toISOString(),
        reason: expect.stringContaining('its report names 1'),
      },
    ]);
    expect(summaries()).toEqual([]);
  });

  test.each([
    [days(6.9), 0],
    [days(7), 1],
  ])('is at %p overdue: %i', async (now, overdue) => {
    expect((await archiveAll(at.place, now)).overdue).toHaveLength(overdue);
  });

  test('keeps the later ones of its dataset waiting, and no other dataset', async () => {
    listed(ARN, LATER);
    has(LATER, { StartTime: days(1), EndTime: days(1.1) });
    const place = { ...at.place, tasks: new Map([...at.place.tasks, ['plates', OTHER]]) };
    at.datasync
      .on(ListTaskExecutionsCommand, { TaskArn: OTHER })
      .resolves({ TaskExecutions: [{ TaskExecutionArn: `${OTHER}/execution/exec-0f`, Status: 'SUCCESS' }] });
    // Cancelled while it was queued: it has no report to wait for.
    at.datasync
      .on(DescribeTaskExecutionCommand, { TaskExecutionArn: `${OTHER}/execution/exec-0f` })
      .resolves({ TaskExecutionArn: `${OTHER}/execution/exec-0f`, Status: 'ERROR', StartTime: END });

    const { archived, waiting } = await archiveAll(place, soon);

    expect([waiting.map((w) => w.execution), archived.map((s) => s.dataset)]).toEqual([[ARN, LATER], ['plates']]);
  });
});

describe('an execution that runs behind a report that is not whole', () => {
  test('does not wait for its own report yet', async () => {
    listed(ARN, LATER);
    has(ARN, { FilesTransferred: 2 });
    has(LATER, { StartTime: days(1), Status: 'TRANSFERRING' });

    expect((await archiveAll(at.place, days(8))).overdue.map((w) => w.execution)).toEqual([ARN]);
  });
});

describe('a dataset that cannot be looked at', () => {
  test('fails the round by name, after the others are done', async () => {
    listed(ARN);
    has(ARN, { FilesTransferred: 1 });
    part(ARN, ['a']);
    const place = { ...at.place, tasks: new Map([['aaa', OTHER], ...at.place.tasks]) };
    at.datasync.on(DescribeTaskCommand, { TaskArn: OTHER }).rejects(new Error('throttled'));

    await expect(archiveAll(place, soon)).rejects.toThrow('aaa: throttled');
    expect(summaries()).toHaveLength(1);
  });
});
