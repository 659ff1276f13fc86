/**
 * One look at an environment's transfers: agents, schedules, failures, executions that stand still, and the limit of the hour.
 * It may be repeated at any time; what it remembers only spares it from telling the same failure twice.
 */
import {
  DescribeAgentCommand,
  DescribeTaskCommand,
  DescribeTaskExecutionCommand,
  InvalidRequestException,
  paginateListTaskExecutions,
  UpdateTaskExecutionCommand,
  type DataSyncClient,
  type TaskExecutionListEntry,
} from '@aws-sdk/client-datasync';
import type { Bandwidth } from '../../protocol/transfer.ts';
import { inParallel } from '../../runtime/many.ts';
import { limitAt } from './pace.ts';
import { judgeProgress, type Mark } from './stall.ts';

/** Tasks looked at a time: a hundred tasks in a few seconds, far below the service's request rate. */
const AT_ONCE = 4;

/** What a look remembers for the next one. */
export interface Memory {
  /** Failed executions that were told already, while DataSync still lists them (30 days). */
  readonly failures: readonly string[];
  /** Running executions. */
  readonly marks: Readonly<Record<string, Mark>>;
}

export interface Watched {
  readonly client: DataSyncClient;
  /** Dataset → ARN of its task. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Dataset → limits, for those whose limit changes by the hour. */
  readonly paces: ReadonlyMap<string, Bandwidth>;
  /** Name → ARN. */
  readonly agents: Readonly<Record<string, string>>;
}

/** Something to tell, with what an operator needs to find it. */
export interface Finding {
  readonly about: string;
  readonly execution?: string;
  readonly reason: string;
}

export interface Look {
  readonly agentsOffline: readonly Finding[];
  readonly failed: readonly Finding[];
  readonly stalled: readonly Finding[];
  readonly schedulesStopped: readonly Finding[];
  /** Executions whose limit was changed. */
  readonly paced: readonly { readonly execution: string; readonly bytesPerSecond: number }[];
  readonly memory: Memory;
}

export async function look(watched: Watched, memory: Memory, now: Date): Promise<Look> {
  const agents = await inParallel(Object.entries(watched.agents), AT_ONCE, ([name, arn]) =>
    lookAtAgent(watched.client, name, arn),
  );
  const tasks = await inParallel([...watched.tasks], AT_ONCE, ([dataset, arn]) =>
    lookAtTask(watched, dataset, arn, memory, now),
  );
  return {
    agentsOffline: agents.flat(),
    failed: tasks.flatMap((t) => t.failed),
    stalled: tasks.flatMap((t) => t.stalled),
    schedulesStopped: tasks.flatMap((t) => t.stopped),
    paced: tasks.flatMap((t) => t.paced),
    memory: {
      failures: tasks.flatMap((t) => t.failures),
      marks: Object.assign({}, ...tasks.map((t) => t.marks)) as Record<string, Mark>,
    },
  };
}

/** An agent that DataSync does not know moves nothing either. */
async function lookAtAgent(client: DataSyncClient, name: string, arn: string): Promise<Finding[]> {
  try {
    const { Status, LastConnectionTime } = await client.send(new DescribeAgentCommand({ AgentArn: arn }));
    if (Status === 'ONLINE') return [];
    return [{ about: name, reason: `offline since ${LastConnectionTime?.toISOString() ?? 'its activation'}` }];
  } catch (error) {
    if (error instanceof InvalidRequestException) return [{ about: name, reason: error.message }];
    throw error;
  }
}

interface TaskLook {
  readonly failed: Finding[];
  readonly stalled: Finding[];
  readonly stopped: Finding[];
  readonly paced: Look['paced'][number][];
  readonly failures: string[];
  readonly marks: Record<string, Mark>;
}

async function lookAtTask(
  watched: Watched,
  dataset: string,
  arn: string,
  memory: Memory,
  now: Date,
): Promise<TaskLook> {
  const { client } = watched;
  const found: TaskLook = { failed: [], stalled: [], stopped: [], paced: [], failures: [], marks: {} };
  const task = await client.send(new DescribeTaskCommand({ TaskArn: arn }));
  if (task.Schedule?.Status === 'DISABLED' && task.ScheduleDetails?.DisabledBy === 'SERVICE')
    found.stopped.push({ about: dataset, reason: task.ScheduleDetails.DisabledReason ?? 'DataSync gives no reason' });
  for await (const page of paginateListTaskExecutions({ client }, { TaskArn: arn })) {
    for (const entry of page.TaskExecutions ?? []) await lookAtExecution(watched, dataset, entry, memory, now, found);
  }
  return found;
}

async function lookAtExecution(
  { client, paces }: Watched,
  about: string,
  { TaskExecutionArn: execution, Status }: TaskExecutionListEntry,
  memory: Memory,
  now: Date,
  found: TaskLook,
): Promise<void> {
  if (execution === undefined || Status === 'SUCCESS') return;
  if (Status === 'ERROR') found.failures.push(execution);
  if (Status === 'ERROR' && memory.failures.includes(execution)) return;
  const seen = await client.send(new DescribeTaskExecutionCommand({ TaskExecutionArn: execution }));
  if (Status === 'ERROR') {
    const reason = [seen.Result?.ErrorCode, seen.Result?.ErrorDetail].filter(Boolean).join(': ');
    found.failed.push({ about, execution, reason: reason || 'DataSync gives no reason' });
    return;
  }
  const { mark, stalled } = judgeProgress(seen, memory.marks[execution], now);
  found.marks[execution] = mark;
  if (stalled)
    found.stalled.push({ about, execution, reason: `${seen.Status ?? ''} without progress since ${mark.since}` });
  const pace = paces.get(about);
  if (pace === undefined || seen.Status === 'CANCELLING') return;
  const bytesPerSecond = limitAt(pace, now);
  if (seen.Options?.BytesPerSecond === bytesPerSecond) return;
  if (await setLimit(client, execution, bytesPerSecond)) found.paced.push({ execution, bytesPerSecond });
}

/** False where the execution takes no limit now: it ended since, or has not begun. The next look tries again. */
async function setLimit(client: DataSyncClient, execution: string, bytesPerSecond: number): Promise<boolean> {
  try {
    await client.send(
      new UpdateTaskExecutionCommand({ TaskExecutionArn: execution, Options: { BytesPerSecond: bytesPerSecond } }),
    );
    return true;
  } catch (error) {
    if (error instanceof InvalidRequestException) return false;
    throw error;
  }
}
