import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import type { EnvironmentStatus } from '../../../runtime/status.ts';
import { makeDrill, someFiles, until, type Drill } from './drill.ts';

const files = someFiles(12);
let drill: Drill;
const json = async <T>(verb: string, ...argv: string[]): Promise<T> =>
  JSON.parse((await drill.transfer(verb, ...argv, '--json')).out) as T;
const running = () => until(async () => (await drill.status()).last?.status === 'TRANSFERRING');

beforeEach(async () => {
  drill = await makeDrill();
  await drill.write(files);
});
afterEach(() => drill.end());

describe('run', () => {
  test('takes only what --include names, and leaves the rest to the next one', async () => {
    const part = await drill.transfer('run', '--include', '/2024', '/2025', '--exclude', '*/plate-3.csv', '--wait');

    expect([part.code, Object.keys(await drill.raw())]).toEqual([
      0,
      Object.keys(files)
        .filter((f) => !f.startsWith('2026') && f !== '2024/plate-3.csv')
        .sort(),
    ]);
    expect((await drill.summaries())[0]?.scope).toBe('part');
  });

  test('takes only the paths of a list', async () => {
    const Key = 'retry-lists/assays/mine.csv';
    await s3Client().send(
      new PutObjectCommand({ Bucket: drill.env.places.workBucket, Key, Body: '2024/plate-0.csv\n2025/plate-1.csv\n' }),
    );

    const done = await drill.transfer('run', '--manifest', Key, '--wait');

    expect([done.code, Object.keys(await drill.raw())]).toEqual([0, ['2024/plate-0.csv', '2025/plate-1.csv']]);
    expect((await drill.summaries())[0]).toMatchObject({ scope: 'list', list: Key, outcome: { untouched: 0 } });
  });

  test('with --dry-run says what it would start, and starts nothing', async () => {
    const planned = await json<{ planned: [{ request: object }] }>('run', '--bandwidth', '8', '--dry-run');

    expect(planned.planned[0].request).toMatchObject({
      TaskArn: drill.task,
      OverrideOptions: { BytesPerSecond: 1_000_000 },
    });
    expect((await drill.status()).last).toBeUndefined();
  });

  test('with --all starts every dataset that has a task', async () => {
    const { code, out } = await drill.env.decant('transfer', 'run', '--all', '--wait');

    expect([code, out.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^assays arn:aws:datasync:.*:task\/.*\/execution\//),
    ]);
  });
});

describe('while a transfer runs', () => {
  beforeEach(async () => {
    await drill.write({ 'big.bin': 'x'.repeat(400_000) });
    await drill.transfer('run', '--bandwidth', '1.6');
    await running();
  });

  test('a second one is refused, and told how to queue', async () => {
    const second = await drill.transfer('run');
    await drill.transfer('watch');

    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.err).toMatch(/a transfer of assays runs already .* queue behind it with --queue/);
    expect(await drill.summaries()).toHaveLength(1);
  });

  test('a second one queues with --queue, and both are archived in order', async () => {
    const second = await drill.transfer('run', '--queue', '--wait');

    expect(second.code).toBe(0);
    expect((await drill.summaries()).map((s) => [s.outcome.transferred, s.outcome.skipped])).toEqual([
      [13, 0],
      [0, 13],
    ]);
  });

  test('status shows how far it is', async () => {
    const { last, running: n } = await drill.status();
    await drill.transfer('watch');

    expect([last?.status, n, last?.counts?.filesToTransfer]).toEqual(['TRANSFERRING', 1, 13]);
  });

  test('cancel stops it, tells what was moved, archives what is reported, and the rest comes later', async () => {
    const cancelled = await drill.transfer('cancel');
    const after = await drill.status();
    const again = await drill.transfer('retry');

    expect([cancelled.code, after.last?.status, after.rerun]).toEqual([0, 'ERROR', true]);
    expect(cancelled.out).toMatch(/^assays: stopped after \d+ files, .*; they stay\n$/);
    expect((await drill.summaries())[0]?.outcome.untouched).toBeGreaterThan(0);
    expect([again.code, Object.keys(await drill.raw()).length]).toEqual([0, 13]);
  });

  test('cancel takes the queued ones, too, which leave no trace but their record', async () => {
    await drill.transfer('run', '--queue');

    const cancelled = await json<{ cancelled: { status: string }[] }>('cancel');

    expect(cancelled.cancelled.map((c) => c.status)).toEqual(['ERROR', 'ERROR']);
    expect(await drill.status()).toMatchObject({ running: 0, unarchived: 0 });
  });

  test('cancel with --dry-run names it and lets it run', async () => {
    const planned = await drill.transfer('cancel', '--dry-run');
    const watched = await drill.transfer('watch');

    expect([planned.out, watched.code]).toEqual([expect.stringMatching(/^assays arn:.* would be stopped\n$/), 0]);
  });
});

describe('report', () => {
  test('archives what nobody waited for, once', async () => {
    await drill.transfer('run');
    await until(async () => (await drill.status()).unarchived === 1);

    const due = await json<{ due: object[] }>('report', '--dry-run');
    const first = await json<{ archived: object[] }>('report');
    const second = await json<{ archived: object[] }>('report');

    expect([due.due.length, first.archived.length, second.archived.length]).toEqual([1, 1, 0]);
  });

  test('of two at once ends as one', async () => {
    await drill.transfer('run');
    await until(async () => (await drill.status()).unarchived === 1);

    const codes = await Promise.all([drill.transfer('report'), drill.transfer('report')]);

    expect([codes.map((c) => c.code), (await drill.summaries()).length]).toEqual([[0, 0], 1]);
  });
});

describe('retry', () => {
  test('has nothing to do after a whole transfer', async () => {
    await drill.transfer('run', '--wait');

    const done = await drill.transfer('retry');

    expect([done.code, done.out]).toEqual([0, 'assays: 0 rounds, nothing is left\n']);
  });

  test('with --dry-run names the list and its files, and starts nothing', async () => {
    await drill.fault({ fault: 'permission-denied', path: '2024/*', times: 4 });
    await drill.transfer('run', '--wait');

    const planned = await json<{ plans: [{ next: string; list: { paths: string[] } }] }>('retry', '--dry-run');

    expect(planned.plans[0]).toMatchObject({
      next: 'list',
      list: {
        paths: Object.keys(files)
          .filter((f) => f.startsWith('2024'))
          .sort(),
      },
    });
    expect(await drill.summaries()).toHaveLength(1);
  });
});

describe('misuse', () => {
  test.each([
    [['run'], 2, /name datasets, or give --all/],
    [['run', 'assay'], 2, /dataset "assay" is not in the estate file.*Did you mean assays\?/s],
    [['run', 'assays', '--all'], 2, /not both/],
    [['run', 'assays', '--manifest', 'retry-lists/assays/a.csv', '--include', '/a'], 2, /takes no --include/],
    [['run', 'assays', '--bandwidth', 'fast'], 2, /no number of megabits/],
    [['run', 'assays', '--manifest', 'elsewhere.csv'], 1, /may read lists below retry-lists\/assays\//],
    [['retry'], 2, /name datasets/],
    [['cancel'], 2, /name datasets/],
  ])('decant transfer %j exits with %i', async (argv, code, said) => {
    const done = await drill.env.decant('transfer', ...argv);

    expect([done.code, done.err]).toEqual([code, expect.stringMatching(said)]);
  });
});

describe('decant status', () => {
  const cloudwatch = new CloudWatchClient(clientConfig());
  const alarm = async (AlarmName: string): Promise<void> => {
    const facts = { MetricName: 'm', Namespace: 'n', Period: 60, EvaluationPeriods: 1, Threshold: 1 } as const;
    await cloudwatch.send(
      new PutMetricAlarmCommand({ AlarmName, ...facts, ComparisonOperator: 'GreaterThanThreshold', Statistic: 'Sum' }),
    );
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'test' }));
  };
  let outer: Drill;
  beforeAll(async () => {
    outer = await makeDrill();
    await outer.write(files);
    await outer.fault({ fault: 'permission-denied', path: '2024/plate-0.csv' });
    await outer.transfer('run', '--wait');
  });
  afterAll(() => outer.end());

  test('shows transfers beside ingest, and what to do about them', async () => {
    const { out } = await outer.env.decant('status', '--json');

    const told = JSON.parse(out) as EnvironmentStatus & { attention: string[] };
    expect(told.transfers).toMatchObject([{ dataset: 'assays', open: 1, last: { status: 'ERROR' } }]);
    expect(told.attention).toContain('assays: 1 file waits for another try; run decant transfer retry assays');
  });

  test('shows the alarms that ring, of this environment alone, with their article', async () => {
    const estate = outer.env.places.catalogDatabase;
    await alarm(`${estate}-local-ingest-failed`);
    await alarm(`${estate}-locality-ingest-failed`);

    const { out } = await outer.env.decant('status');

    const lines = out.split('\n').filter((l) => l.includes('alarm '));
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}alarm ingest-failed since .*See docs\/runbook\.md#ingest-failed$/),
    ]);
  });
});
