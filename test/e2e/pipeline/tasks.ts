/** Tasks that are killed, stopped and started twice. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeTasksCommand, ECSClient, type Task } from '@aws-sdk/client-ecs';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { TransformerInput } from '../../../protocol/env.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import { Ledger } from '../../../protocol/ledger.ts';
import { clientConfig, dynamoClient, sfnClient } from '../../../runtime/aws.ts';
import { executionArn } from '../../../runtime/executions.ts';
import type { App } from '../app.ts';
import { agree } from './agree.ts';
import { csv } from './estate.ts';

/** Enough work that a task can be met in the middle of it; below the shard size, so that it is one shard. */
const ROWS = 45_000;

/** Environment that the workflow gives a task. */
const given = (task: Task, name: string): string | undefined =>
  task.overrides?.containerOverrides?.[0]?.environment?.find((e) => e.name === name)?.value;

/** Waits until a task has claimed a shard of the dataset; the ARN of its execution, and its process. */
export async function inTheMiddle(app: App, dataset: string): Promise<{ arn: string; pid: number }> {
  const { ingestMachineArn } = await app.places();
  // Through SDK clients alone: a task is over in less time than a command line needs to start.
  const { task, pid } = await app.until('the task', () => taskOf(app, dataset), 20);
  const shard = WorkKeys.shard.parse(given(task, TransformerInput.shardKey) ?? '')?.shard ?? '';
  await app.until('the claim', () => isClaimed(app, shard), 10);
  return { arn: executionArn(ingestMachineArn, given(task, TransformerInput.run) ?? ''), pid };
}

/** A running task of the dataset with its process. */
async function taskOf(app: App, dataset: string): Promise<{ task: Task; pid: number } | undefined> {
  const { transformerCluster: cluster } = await app.places();
  const running = new Map((await app.report()).tasks.map((t) => [t.task, t.pid]));
  if (running.size === 0) return undefined;
  const { tasks = [] } = await new ECSClient(clientConfig()).send(
    new DescribeTasksCommand({ cluster, tasks: [...running.keys()] }),
  );
  const task = tasks.find((t) => given(t, TransformerInput.shardKey)?.startsWith(WorkKeys.shard.prefix({ dataset })));
  return task && { task, pid: running.get(task.taskArn ?? '') ?? 0 };
}

async function isClaimed(app: App, shard: string): Promise<boolean> {
  const { ledgerTable } = await app.places();
  const { Items = [] } = await dynamoClient().send(new ScanCommand({ TableName: ledgerTable }));
  return Items.some((i) => i[Ledger.partitionKey]?.S === `${Ledger.claimPrefix}${shard}` && i['expires'] !== undefined);
}

const statusOf = async (arn: string): Promise<string | undefined> =>
  (await sfnClient().send(new DescribeExecutionCommand({ executionArn: arn }))).status;

/** The workflow tries a killed task again after a minute: begun early, asked about late. */
export function killed(app: () => App): { begin: () => Promise<void>; end: () => void } {
  let arn = '';
  return {
    async begin() {
      await app().deliver('lab/killed/big.csv', csv(ROWS));
      const met = await inTheMiddle(app(), 'killed');
      process.kill(met.pid, 'SIGKILL');
      arn = met.arn;
    },
    end() {
      describe('a task killed with -9 in the middle', () => {
        test('is tried again by the workflow, which ends well', async () => {
          const status = await app().until('the retry', async () => {
            const s = await statusOf(arn);
            return s !== 'RUNNING' && s;
          });

          expect(status).toBe('SUCCEEDED');
          expect(await app().runs('killed')).toHaveLength(1);
        });

        test('leaves every row once', async () => {
          await agree(app(), 'killed', { objects: 1, rowsIn: ROWS, rowsOut: ROWS });
        });
      });
    },
  };
}

export function stopped(app: () => App): void {
  describe('a run that was stopped in the middle', () => {
    beforeAll(async () => {
      await app().deliver('lab/stopped/big.csv', csv(ROWS));
      const { arn, pid } = await inTheMiddle(app(), 'stopped');
      // It stands still until it has been told, however slow the machine is.
      process.kill(pid, 'SIGSTOP');
      await sfnClient().send(new StopExecutionCommand({ executionArn: arn, cause: 'a person stopped it' }));
      process.kill(pid, 'SIGCONT');
      await app().until('the task to end', async () => (await app().report()).tasks.every((t) => t.pid !== pid));
    });

    test('is told by decant runs --failed', async () => {
      expect(await app().runs('stopped', '--failed')).toEqual([expect.objectContaining({ status: 'ABORTED' })]);
    });

    test('is redriven from the ledger as a second attempt, which leaves every row once', async () => {
      const { redriven } = await app().json<{ redriven: { attempt: number }[] }>(
        'redrive',
        '--failed',
        '--dataset',
        'stopped',
        '--wait',
      );

      expect(redriven).toEqual([expect.objectContaining({ attempt: 2 })]);
      await agree(app(), 'stopped', { objects: 1, rowsIn: ROWS, rowsOut: ROWS });
    });

    test('has nothing left to redrive', async () => {
      const { redriven } = await app().json<{ redriven: unknown[] }>('redrive', '--failed', '--dataset', 'stopped');

      expect(redriven).toEqual([]);
    });
  });
}

export function byHand(app: () => App): void {
  describe('a second execution for the same shard by hand', () => {
    const again = async (name: string): Promise<string> => {
      const { ingestMachineArn } = await app().places();
      const first = (await app().runs('byhand')).at(-1);
      const { input } = await sfnClient().send(
        new DescribeExecutionCommand({ executionArn: executionArn(ingestMachineArn, first?.name ?? '') }),
      );
      await sfnClient().send(new StartExecutionCommand({ stateMachineArn: ingestMachineArn, name, input }));
      return executionArn(ingestMachineArn, name);
    };

    test('at the same time writes the data once', async () => {
      await app().deliver('lab/byhand/big.csv', csv(ROWS));
      await app().until('the run', async () => (await app().runs('byhand')).length > 0, 20);

      await again('by-hand-at-once');

      await agree(app(), 'byhand', { objects: 1, rowsIn: ROWS, rowsOut: ROWS });
    });

    test('after the first has ended changes nothing and ends well', async () => {
      const arn = await again('by-hand-later');
      const status = await app().until('its end', async () => {
        const s = await statusOf(arn);
        return s !== 'RUNNING' && s;
      });

      expect(status).toBe('SUCCEEDED');
      await agree(app(), 'byhand', { objects: 1, rowsIn: ROWS, rowsOut: ROWS });
    });
  });
}
