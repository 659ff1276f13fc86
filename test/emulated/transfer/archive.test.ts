/** The function that archives reports, as deployed, against the embedded DataSync. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { StartTaskExecutionCommand } from '@aws-sdk/client-datasync';
import { handler } from '../../../lambda/transfer-archive/handler.ts';
import { hasEnded, describeExecution } from '../../../runtime/transfer/execution.ts';
import { datasyncClient } from '../../../runtime/transfer/place.ts';
import { makeDrill, someFiles, until, type Drill } from './drill.ts';

const files = someFiles(12);
let drill: Drill;

beforeEach(async () => {
  drill = await makeDrill();
  await drill.write(files);
  Object.assign(process.env, {
    ESTATE: drill.env.places.workBucket.replace(/-work$/, ''),
    ENVIRONMENT: 'local',
    WORK_BUCKET: drill.env.places.workBucket,
    EVIDENCE_BUCKET: drill.env.places.evidenceBucket,
  });
});
afterEach(() => drill.end());

/** Starts an execution as a schedule does, without Decant, and lets it end. */
async function moveByItself(): Promise<string> {
  const datasync = datasyncClient();
  const { TaskExecutionArn = '' } = await datasync.send(new StartTaskExecutionCommand({ TaskArn: drill.task }));
  await until(async () => {
    const found = await describeExecution(datasync, TaskExecutionArn);
    return found !== undefined && hasEnded(found.status) && found.raw.ReportResult?.Status !== 'PENDING';
  });
  return TaskExecutionArn;
}

/** One round: what it said, and its metrics. */
async function round(): Promise<{ said: Record<string, unknown>[]; metrics: Record<string, unknown> | undefined }> {
  const lines: string[] = [];
  const hear = (line: string): void => void lines.push(line);
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(hear),
    jest.spyOn(console, 'error').mockImplementation(hear),
  ];
  try {
    await handler();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const all = lines.map((l) => JSON.parse(l) as Record<string, unknown>);
  return { said: all.filter((l) => !('_aws' in l)), metrics: all.find((l) => '_aws' in l) };
}

describe('an execution that nobody waited for', () => {
  test('is evidence after one round, with its report and its sums', async () => {
    const execution = await moveByItself();

    const { said, metrics } = await round();

    expect(said).toMatchObject([{ message: 'report archived', dataset: 'assays', execution, open: 0 }]);
    expect(metrics).toMatchObject({ TransferReportsOverdue: 0 });
    expect(await drill.summaries()).toMatchObject([
      { execution, status: 'SUCCESS', complete: true, problems: [], outcome: { transferred: 12, failed: 0 } },
    ]);
    expect((await drill.evidence()).some((key) => key.includes('.files-transferred-'))).toBe(true);
  });

  test('is changed by no second round', async () => {
    await moveByItself();
    await round();
    const before = [await drill.evidence(), await drill.summaries(), await drill.status()];

    const { said } = await round();

    expect(said).toEqual([]);
    expect([await drill.evidence(), await drill.summaries(), await drill.status()]).toEqual(before);
  });

  test('is known to decant transfer, whose retry heals what failed', async () => {
    await drill.fault({ fault: 'permission-denied', path: '2024/plate-0.csv' });
    await moveByItself();
    await round();

    const before = await drill.status();
    const retried = await drill.transfer('retry');

    expect([before.open, before.unarchived, retried.code]).toEqual([1, 0, 0]);
    expect(await drill.raw()).toEqual(files);
  });
});

describe('a report that lacks a part', () => {
  test('is not archived as whole: it waits, with what it lacks, until the part is there', async () => {
    await drill.fault({ fault: 'report-split', bytes: 1500 });
    await moveByItself();
    const back = await drill.hidePart('.files-transferred-v1-00002');

    const lacking = await round();
    const before = await drill.summaries();
    await back();
    const whole = await round();

    expect(lacking.said).toMatchObject([
      { message: 'report waits', dataset: 'assays', reason: expect.stringContaining('1 parts are not there: 2') },
    ]);
    expect(before).toEqual([]);
    expect(whole.said).toMatchObject([{ message: 'report archived' }]);
    expect((await drill.summaries()).map((s) => s.complete)).toEqual([true]);
  });
});
