/** One look at an environment's transfers. */
import { DataSyncClient, InvalidRequestException } from '@aws-sdk/client-datasync';
import { describe, expect, jest, test } from '@jest/globals';
import { look, type Memory, type Watched } from '../../../../lambda/transfer-watch/look.ts';

const now = new Date('2026-11-20T12:00:00Z');
const NOTHING: Memory = { failures: [], marks: {} };
const pace = { mbps: 800, hours: { from: 8, to: 18, mbps: 80 } };

interface World {
  /** Execution → what DataSync says of it. */
  readonly executions?: Readonly<Record<string, object>>;
  readonly task?: object;
  readonly agent?: object;
  /** UpdateTaskExecution answers that the execution takes none. */
  readonly fixed?: boolean;
}

/** DataSync with one task, and what it was told. */
function worldOf({ executions = {}, task = {}, agent = { Status: 'ONLINE' }, fixed }: World): {
  watched: Watched;
  updates: object[];
  described: string[];
} {
  const client = new DataSyncClient({ region: 'eu-central-1' });
  const updates: object[] = [];
  const described: string[] = [];
  const refuse = (message: string) => Promise.reject(new InvalidRequestException({ message, $metadata: {} }));
  jest.spyOn(client, 'send').mockImplementation(((command: {
    constructor: { name: string };
    input: { TaskExecutionArn?: string };
  }) => {
    const arn = command.input.TaskExecutionArn ?? '';
    switch (command.constructor.name) {
      case 'DescribeAgentCommand':
        return Promise.resolve(agent);
      case 'DescribeTaskCommand':
        return Promise.resolve(task);
      case 'ListTaskExecutionsCommand':
        return Promise.resolve({
          TaskExecutions: Object.entries(executions).map(([TaskExecutionArn, e]) => ({ TaskExecutionArn, ...e })),
        });
      case 'DescribeTaskExecutionCommand':
        described.push(arn);
        return Promise.resolve(executions[arn]);
      default:
        if (fixed) return refuse('not running');
        updates.push(command.input);
        return Promise.resolve({});
    }
  }) as never);
  const watched = {
    client,
    tasks: new Map([['assays', 'task']]),
    paces: new Map([['assays', pace]]),
    agents: { basel: 'agent' },
  };
  return { watched, updates, described };
}

describe('a look at transfers', () => {
  test('finds nothing where all is well', async () => {
    const { watched, described } = worldOf({ executions: { a: { Status: 'SUCCESS' } } });

    expect(await look(watched, NOTHING, now)).toEqual({
      agentsOffline: [],
      failed: [],
      stalled: [],
      schedulesStopped: [],
      paced: [],
      memory: NOTHING,
    });
    expect(described).toEqual([]);
  });

  test('tells a failure with DataSync’s words, once', async () => {
    const failed = { Status: 'ERROR', Result: { ErrorCode: 'NfsMountFailed', ErrorDetail: 'no route' } };
    const { watched } = worldOf({ executions: { a: failed } });

    const first = await look(watched, NOTHING, now);
    const second = await look(watched, first.memory, now);

    expect(first.failed).toEqual([{ about: 'assays', execution: 'a', reason: 'NfsMountFailed: no route' }]);
    expect(second.failed).toEqual([]);
    expect(second.memory.failures).toEqual(['a']);
  });

  test('forgets failures that DataSync has forgotten', async () => {
    const { watched } = worldOf({ executions: {} });

    expect((await look(watched, { failures: ['old'], marks: {} }, now)).memory.failures).toEqual([]);
  });

  test('tells an execution that stands still, and remembers since when', async () => {
    const running = {
      Status: 'TRANSFERRING',
      TaskMode: 'ENHANCED',
      BytesWritten: 5,
      Options: { BytesPerSecond: 10_000_000 },
    };
    const { watched } = worldOf({ executions: { a: running } });

    const first = await look(watched, NOTHING, new Date(now.getTime() - 3_600_000));
    const second = await look(watched, first.memory, now);

    expect(first.stalled).toEqual([]);
    expect(second.stalled).toEqual([
      { about: 'assays', execution: 'a', reason: 'TRANSFERRING without progress since 2026-11-20T11:00:00.000Z' },
    ]);
    expect(second.memory.marks).toEqual(first.memory.marks);
  });

  test('tells a schedule that DataSync stopped, not one that a person stopped', async () => {
    const by = (DisabledBy: string) =>
      worldOf({
        task: { Schedule: { Status: 'DISABLED' }, ScheduleDetails: { DisabledBy, DisabledReason: 'mount failed' } },
      }).watched;

    expect((await look(by('SERVICE'), NOTHING, now)).schedulesStopped).toEqual([
      { about: 'assays', reason: 'mount failed' },
    ]);
    expect((await look(by('USER'), NOTHING, now)).schedulesStopped).toEqual([]);
  });

  test('tells an agent that is offline', async () => {
    const { watched } = worldOf({ agent: { Status: 'OFFLINE', LastConnectionTime: new Date('2026-11-20T11:00:00Z') } });

    expect((await look(watched, NOTHING, now)).agentsOffline).toEqual([
      { about: 'basel', reason: 'offline since 2026-11-20T11:00:00.000Z' },
    ]);
  });

  test('gives a running execution the limit of the hour', async () => {
    const { watched, updates } = worldOf({
      executions: { a: { Status: 'TRANSFERRING', Options: { BytesPerSecond: 100_000_000 } } },
    });

    const found = await look(watched, NOTHING, now);

    expect(updates).toEqual([{ TaskExecutionArn: 'a', Options: { BytesPerSecond: 10_000_000 } }]);
    expect(found.paced).toEqual([{ execution: 'a', bytesPerSecond: 10_000_000 }]);
  });

  test.each<[string, World]>([
    ['that has it already', { executions: { a: { Status: 'TRANSFERRING', Options: { BytesPerSecond: 10_000_000 } } } }],
    ['that is being cancelled', { executions: { a: { Status: 'CANCELLING', Options: { BytesPerSecond: -1 } } } }],
    [
      'that ended since',
      { executions: { a: { Status: 'TRANSFERRING', Options: { BytesPerSecond: -1 } } }, fixed: true },
    ],
  ])('leaves the limit of an execution %s', async (_what, world) => {
    const { watched, updates } = worldOf(world);

    expect((await look(watched, NOTHING, now)).paced).toEqual([]);
    expect(updates).toEqual([]);
  });

  test('leaves the limit of a dataset that has no hours', async () => {
    const { watched, updates } = worldOf({
      executions: { a: { Status: 'TRANSFERRING', Options: { BytesPerSecond: -1 } } },
    });

    await look({ ...watched, paces: new Map() }, NOTHING, now);

    expect(updates).toEqual([]);
  });
});
