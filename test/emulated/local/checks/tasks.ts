import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { setTimeout as sleep } from 'node:timers/promises';
import { unique, until, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

const environment = (exitCode: number) => [{ name: 'EXIT_CODE', value: String(exitCode) }];

/** Registers a task of one container, whose name says which program of ./tasks stands in for it. */
export async function taskOf(aws: Aws, container: string) {
  const cluster = unique('cluster');
  await aws.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const family = unique('task');
  await aws.ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      containerDefinitions: [{ name: container, image: 'image:tag', essential: true }],
    }),
  );
  return { cluster, family };
}

export const describeTask = async (aws: Aws, cluster: string, task: string) =>
  (await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }))).tasks?.[0];

export async function startTask(aws: Aws, container: string, exitCode = 0) {
  const { cluster, family } = await taskOf(aws, container);
  const started = await aws.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: family,
      overrides: { containerOverrides: [{ name: container, environment: environment(exitCode) }] },
    }),
  );
  return { cluster, task: started.tasks?.[0]?.taskArn ?? '' };
}

export const stopped = (aws: Aws, cluster: string, task: string, patienceMs?: number) =>
  until(
    'the end of the task',
    async () => {
      const found = await describeTask(aws, cluster, task);
      return found?.lastStatus === 'STOPPED' ? found : undefined;
    },
    patienceMs,
  );

/** A state machine of one task, which ends with the exit code of its input. */
export async function taskMachine(aws: Aws, container: string) {
  const { cluster, family } = await taskOf(aws, container);
  const override = { Name: container, Environment: [{ Name: 'EXIT_CODE', 'Value.$': '$.code' }] };
  return {
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Task',
        Resource: 'arn:aws:states:::ecs:runTask.sync',
        Parameters: { Cluster: cluster, TaskDefinition: family, Overrides: { ContainerOverrides: [override] } },
        End: true,
      },
    },
  };
}

export const taskChecks: readonly Check[] = [
  {
    gap: 'task_stop',
    title: 'a stopped task has time to end by itself, and its exit code is its own',
    observe: async (aws) => {
      const { cluster, task } = await startTask(aws, 'lingers');
      await until('the start', async () =>
        (await describeTask(aws, cluster, task))?.lastStatus === 'RUNNING' ? true : undefined,
      );
      await sleep(1000); // for the program to set its handler
      await aws.ecs.send(new StopTaskCommand({ cluster, task, reason: 'enough' }));
      const found = await stopped(aws, cluster, task);
      return [found.containers?.[0]?.exitCode, found.stopCode, found.stoppedReason];
    },
    mended: [143, 'UserInitiated', 'enough'],
    open: [0, 'UserInitiated', 'enough'],
  },
  {
    gap: 'sfn_ecs',
    title: 'a workflow fails when its task does, and the cause names the exit code',
    observe: async (aws) => {
      const found = await aws.execute(await taskMachine(aws, 'exits'), { code: '3' });
      const cause = JSON.parse(found.cause ?? '{}') as { Containers?: { ExitCode: number }[] };
      return [found.status, found.error, cause.Containers?.[0]?.ExitCode];
    },
    mended: ['FAILED', 'States.TaskFailed', 3],
    open: ['SUCCEEDED', undefined, undefined],
  },
];
