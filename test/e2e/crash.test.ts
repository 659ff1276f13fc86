/** The embedded AWS stopped and killed under work, and a ledger that is lost: afterwards nothing is lost or doubled. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { DeleteItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Ledger } from '../../protocol/ledger.ts';
import { dynamoClient, sfnClient } from '../../runtime/aws.ts';
import { App } from './app.ts';
import { agree } from './pipeline/agree.ts';
import { csv, dataset, estateText } from './pipeline/estate.ts';
import { inTheMiddle } from './pipeline/tasks.ts';

jest.setTimeout(300_000);

/** Two such objects are more than a shard, so each is one. */
const ROWS = 20_000;
const OBJECTS = 6;
const sums = { objects: OBJECTS, rowsIn: OBJECTS * ROWS, rowsOut: OBJECTS * ROWS };

let app: App;

beforeAll(async () => {
  app = await App.start(
    'crash',
    estateText({
      halted: dataset(),
      crashed: dataset(),
      broken: dataset({ maxBadRows: 0 }),
      some: dataset({ maxBadRows: 10 }),
      merged: dataset({ tables: { merged: { keys: ['id'], mode: 'merge' } } }),
    }),
  );
});

afterAll(() => app.stop());

const deliver = async (name: string): Promise<void> => {
  for (let i = 0; i < OBJECTS; i++)
    await app.deliver(`lab/${name}/${i}.csv`, csv(ROWS, i * ROWS, 'a name of some length'));
};

describe('the embedded AWS stopped with work queued, and started again', () => {
  beforeAll(async () => {
    await deliver('halted');
    await app.until('a run', async () => (await app.runs('halted')).length > 0, 20);
    await app.restart(() => app.must('local', 'down'));
  });

  test('finishes everything', async () => {
    await agree(app, 'halted', sums);
  });
});

describe('the embedded AWS killed with -9 in the middle of work, and started again', () => {
  beforeAll(async () => {
    await app.deliver('lab/broken/bad.csv', 'id,name\nno number,x\n');
    await app.deliver('lab/some/some.csv', 'id,name\n1,a\nno number,b\n3,c\n');
    await app.deliver('lab/merged/1.csv', csv(3));
    await app.settled('merged', ({ objects }) => objects.transformed === 1);
    await app.deliver('lab/merged/2.csv', csv(3, 3));
    await app.settled('merged', ({ objects }) => objects.transformed === 2);
    await deliver('crashed');
    await inTheMiddle(app, 'crashed');
    await app.restart(async () => {
      process.kill((await app.report()).pid, 'SIGKILL');
    });
    await app.decant('reconcile', '--quiet', '--wait');
  });

  test('has every row once after decant reconcile', async () => {
    await agree(app, 'crashed', sums);
  });

  test('still has in quarantine what was there', async () => {
    await agree(app, 'some', { objects: 1, rowsIn: 3, rowsOut: 2, rowsQuarantined: 1 });
    const broken = await app.settled('broken', (s) => s.objects.quarantined > 0);
    expect(broken.objects).toMatchObject({ quarantined: 1, transformed: 0 });
  });

  test('has every row of a merge table, whose catalog may have been set back', async () => {
    await app.settled('merged', ({ objects }) => objects.transformed === 2);
    await app.idle('merged');

    expect(await app.query('select id from merged order by id')).toEqual(
      ['1', '2', '3', '4', '5'].map((id) => ({ id })),
    );
  });

  test('has nothing more to reconcile', async () => {
    await app.idle();

    const { code, out } = await app.decant('reconcile', '--dry-run', '--quiet', '--files');

    expect(out).toContain('agree');
    expect(code).toBe(0);
  });
});

describe('a ledger that is lost', () => {
  type Row = Record<string, AttributeValue>;
  let before: Row[];

  const rows = async (): Promise<Row[]> => {
    const { ledgerTable } = await app.places();
    const { Items = [] } = await dynamoClient().send(new ScanCommand({ TableName: ledgerTable }));
    return Items.filter((i) => !i[Ledger.partitionKey]?.S?.startsWith(Ledger.claimPrefix));
  };
  const lose = async (lost: readonly Row[]): Promise<void> => {
    const { ledgerTable } = await app.places();
    for (const item of lost) {
      const { [Ledger.partitionKey]: object, [Ledger.sortKey]: version } = item;
      if (!object || !version) throw new Error('a row without its keys');
      const Key = { [Ledger.partitionKey]: object, [Ledger.sortKey]: version };
      await dynamoClient().send(new DeleteItemCommand({ TableName: ledgerTable, Key }));
    }
  };
  const summary = (all: readonly Row[]): string[] =>
    all
      .map((r) =>
        [r['object'], r['version'], r['state'], r['shard'], r['rowsOut'] ?? { N: '0' }]
          .map((v) => v?.S ?? v?.N)
          .join(' '),
      )
      .sort();
  const runs = async (): Promise<number> => (await app.json<unknown[]>('runs', '--limit', '1000')).length;

  beforeAll(async () => {
    before = await rows();
  });

  test('by one row after the data write is rebuilt, and nothing is transformed again', async () => {
    const started = await runs();
    await lose(before.filter((r) => r['object']?.S?.endsWith('/crashed/0.csv')));
    expect(await rows()).toHaveLength(before.length - 1);

    await app.must('reconcile', '--quiet', '--wait');

    expect(summary(await rows())).toEqual(summary(before));
    expect(await runs()).toBe(started);
    await agree(app, 'crashed', sums);
  });

  test('as a whole is rebuilt, and nothing is transformed again', async () => {
    const started = await runs();
    await lose(before);
    expect(await rows()).toEqual([]);

    await app.must('reconcile', '--quiet', '--wait');

    expect(summary(await rows())).toEqual(summary(before));
    expect(await runs()).toBe(started);
    await agree(app, 'halted', sums);
    await agree(app, 'some', { objects: 1, rowsIn: 3, rowsOut: 2, rowsQuarantined: 1 });
  });

  test('by one row is rebuilt by the night’s reconcile', async () => {
    const { reconcileMachineArn } = await app.places();
    const known = await rows();
    await lose(known.filter((r) => r['object']?.S?.endsWith('/halted/0.csv')));
    expect(await rows()).toHaveLength(known.length - 1);

    const { executionArn } = await sfnClient().send(
      new StartExecutionCommand({ stateMachineArn: reconcileMachineArn }),
    );
    const ended = await app.until('the night’s reconcile to end', async () => {
      const { status } = await sfnClient().send(new DescribeExecutionCommand({ executionArn }));
      return status !== 'RUNNING' && status;
    });

    expect(ended).toBe('SUCCEEDED');
    expect(summary(await rows())).toEqual(summary(known));
  });
});
