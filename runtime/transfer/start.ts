/** Starts executions, within what DataSync allows at a time. */
import {
  InvalidRequestException,
  paginateListTasks,
  StartTaskExecutionCommand,
  type FilterRule,
  type StartTaskExecutionCommandInput,
} from '@aws-sdk/client-datasync';
import { bytesPerSecond } from '../../protocol/datasync-options.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { Exit, UserError } from '../errors.ts';
import { describeExecution, listExecutions } from './execution.ts';
import type { TransferPlace } from './place.ts';
import { writeRecord } from './record.ts';
import { firstSeen, type Run } from './stock.ts';
import { describeTask, reportPlace, type Task } from './task.ts';

/** Quota of an account and Region, of Enhanced mode. */
export const CONCURRENT_ENHANCED = 120;
/** Quota of a task. */
export const QUEUED_PER_TASK = 50;
/** Between two looks for a free place. */
const TURN_MS = 10_000;

export interface StartOptions {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Key of a list of paths in the work bucket. */
  readonly list?: string | undefined;
  /** Megabits per second; 0 is no limit. */
  readonly mbps?: number | undefined;
  /** Queue behind an execution that runs. @default refuse */
  readonly queue?: boolean | undefined;
}

const rule = (patterns: readonly string[]): FilterRule[] => [
  { FilterType: 'SIMPLE_PATTERN', Value: patterns.join('|') },
];

/** The request of a start. Throws a UserError when the task cannot do what is asked for. */
export function startRequest(place: TransferPlace, task: Task, options: StartOptions): StartTaskExecutionCommandInput {
  const override: NonNullable<StartTaskExecutionCommandInput['OverrideOptions']> = {
    // Refused by the service itself, so that two people who start at once do not both succeed.
    TaskQueueing: options.queue ? 'ENABLED' : 'DISABLED',
  };
  if (options.mbps !== undefined) override.BytesPerSecond = bytesPerSecond(options.mbps);
  const request: StartTaskExecutionCommandInput = { TaskArn: task.arn, OverrideOptions: override };
  if (options.include?.length) request.Includes = rule(options.include);
  if (options.exclude?.length) request.Excludes = rule(options.exclude);
  if (options.list === undefined) return request;
  const role = reportPlace(task.raw)?.role;
  if (!role)
    throw new UserError(
      `the transfer task of ${task.dataset} writes no report, so there is no role that may read a list; deploy the environment again`,
      { exitCode: Exit.failed },
    );
  const own = task.raw.ManifestConfig?.Source?.S3?.ManifestObjectPath;
  const folder = WorkKeys.retryList.prefix({ dataset: task.dataset });
  if (options.list !== own && !options.list.startsWith(folder))
    throw new UserError(
      `list "${options.list}": the transfer of ${task.dataset} may read lists below ${folder} of ${place.workBucket}` +
        `${own === undefined ? '' : `, and ${own}`}; put it there`,
    );
  request.ManifestConfig = {
    Action: 'TRANSFER',
    Format: 'CSV',
    Source: {
      S3: {
        S3BucketArn: `arn:${task.arn.split(':')[1]}:s3:::${place.workBucket}`,
        ManifestObjectPath: options.list,
        BucketAccessRoleArn: role,
      },
    },
  };
  // A list and filters exclude each other.
  if (task.raw.Includes?.length) request.Includes = [];
  if (task.raw.Excludes?.length) request.Excludes = [];
  // What a list does not name is no reason to delete it.
  if (task.raw.Options?.PreserveDeletedFiles === 'REMOVE') override.PreserveDeletedFiles = 'PRESERVE';
  return request;
}

/** Why a task cannot start now; undefined when it can. */
export async function refusal(place: TransferPlace, task: Task, options: StartOptions): Promise<string | undefined> {
  const { dataset, raw, current } = task;
  if (raw.Status === 'UNAVAILABLE') {
    const why = [raw.ErrorCode, raw.ErrorDetail].filter(Boolean).join(': ') || 'DataSync gives no reason';
    return (
      `the transfer task of ${dataset} is unavailable: ${why}. Most often an agent of its source is offline: start its machine, ` +
      'see that it reaches AWS, then run this again'
    );
  }
  if (raw.Status === 'CREATING')
    return `the transfer task of ${dataset} is still being made; run this again in a minute`;
  if (current === undefined) return undefined;
  if (!options.queue) return alreadyRuns(dataset, current);
  const queued = (await listExecutions(place.datasync, task.arn)).filter((e) => e.status === 'QUEUED').length;
  if (queued < QUEUED_PER_TASK) return undefined;
  return `${queued} executions of ${dataset} are queued, which is all that DataSync takes; wait with: decant transfer watch ${dataset}`;
}

const alreadyRuns = (dataset: string, arn: string): string =>
  `a transfer of ${dataset} runs already (${arn}); follow it with decant transfer watch ${dataset}, or queue behind it with --queue`;

/** Tasks of Enhanced mode that run now. A task runs one execution at a time. */
async function enhancedRunning(place: TransferPlace): Promise<number> {
  let n = 0;
  for await (const page of paginateListTasks({ client: place.datasync }, {}))
    n += (page.Tasks ?? []).filter((t) => t.Status === 'RUNNING' && t.TaskMode === 'ENHANCED').length;
  return n;
}

/** Starts the task of a dataset and records it. `tell` hears when it waits its turn. Throws a UserError when it cannot start. */
export async function start(
  place: TransferPlace,
  dataset: string,
  options: StartOptions,
  tell: (text: string) => void,
): Promise<Run> {
  const task = await describeTask(place, dataset);
  const refused = await refusal(place, task, options);
  if (refused !== undefined) throw new UserError(refused, { exitCode: Exit.failed });
  const request = startRequest(place, task, options);
  await turn(place, task, tell);
  const arn = await send(place, task, request, tell);
  const execution = await describeExecution(place.datasync, arn);
  if (!execution) throw new Error(`DataSync started ${arn} and does not know it`);
  const run = firstSeen(task, execution);
  await writeRecord(place, run.id, run.record);
  return run;
}

async function turn(place: TransferPlace, task: Task, tell: (text: string) => void): Promise<void> {
  if (task.raw.TaskMode !== 'ENHANCED') return;
  for (let told = false; ; told = true) {
    const running = await enhancedRunning(place);
    if (running < CONCURRENT_ENHANCED) return;
    if (!told)
      tell(
        `${task.dataset} waits: ${running} Enhanced transfers run, of ${CONCURRENT_ENHANCED} that DataSync allows at a time`,
      );
    await place.sleep(TURN_MS);
  }
}

async function send(
  place: TransferPlace,
  task: Task,
  request: StartTaskExecutionCommandInput,
  tell: (text: string) => void,
): Promise<string> {
  for (let told = false; ; told = true) {
    try {
      return (await place.datasync.send(new StartTaskExecutionCommand(request))).TaskExecutionArn ?? '';
    } catch (cause) {
      // Another took the free place first.
      if (!atQuota(cause)) throw await startError(place, task, cause);
      if (!told) tell(`${task.dataset} waits: ${cause.message}`);
      await place.sleep(TURN_MS);
    }
  }
}

const atQuota = (error: unknown): error is InvalidRequestException =>
  error instanceof InvalidRequestException &&
  /LimitExceeded|Quota/i.test(error.datasyncErrorCode ?? error.errorCode ?? '');

/** A refused start in words; what is no refusal stays as it is. */
async function startError(place: TransferPlace, task: Task, cause: unknown): Promise<unknown> {
  const say = (text: string) => new UserError(text, { cause, exitCode: Exit.failed });
  if (!(cause instanceof Error)) return cause;
  if (cause.name === 'AccessDeniedException')
    return say(
      `starting the transfer of ${task.dataset} was denied: ${cause.message}. It takes datasync:StartTaskExecution on ${task.arn}, and ` +
        'iam:PassRole on its report role for a list; sign in as an operator of the estate (people in decant.yaml)',
    );
  if (!(cause instanceof InvalidRequestException)) return cause;
  const now = await describeTask(place, task.dataset);
  if (now.current !== undefined && now.current !== task.current) return say(alreadyRuns(task.dataset, now.current));
  if (now.raw.Status === 'UNAVAILABLE') return say((await refusal(place, now, {})) ?? cause.message);
  return say(`DataSync refuses to start the transfer of ${task.dataset} (${task.arn}): ${cause.message}`);
}
