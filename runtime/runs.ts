/** Executions of the workflows, as an operator wants to see them. */
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type ExecutionListItem,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { sfnClient } from './aws.ts';
import { inParallel } from './many.ts';

const workflows = ['ingest', 'backfill', 'reconcile'] as const;
type Workflow = (typeof workflows)[number];

export interface Run {
  readonly name: string;
  readonly workflow: Workflow;
  readonly status: string;
  readonly dataset: string;
  /** Id of the shard, or key of the list. */
  readonly shard: string;
  readonly attempt: number | undefined;
  readonly startedAt: string;
  readonly seconds: number | undefined;
  /** What the workflow counted, where it has ended so far. */
  readonly counts: Readonly<Partial<Record<(typeof counted)[number], number>>>;
  /** Error and the first line of its cause. */
  readonly error: string | undefined;
}

const counted = ['objects', 'rowsIn', 'rowsOut', 'rowsQuarantined', 'objectsQuarantined'] as const;
const DESCRIBES = 8;
const CAUSE_CHARS = 300;

export interface RunsRequest {
  /** ARNs. */
  readonly machines: Readonly<Record<Workflow, string>>;
  readonly failed: boolean;
  readonly dataset?: string | undefined;
  readonly limit: number;
}

/** The newest runs first. */
export async function listRuns({ machines, failed, dataset, limit }: RunsRequest, sfn = sfnClient()): Promise<Run[]> {
  const runs: Run[] = [];
  for (const workflow of workflows) {
    const found: Run[] = [];
    for await (const page of pages(
      sfn,
      machines[workflow],
      failed ? ['FAILED', 'TIMED_OUT', 'ABORTED'] : [undefined],
    )) {
      found.push(
        ...(await inParallel(page, DESCRIBES, (e) => describe(sfn, workflow, e))).filter(
          (r) => !dataset || r.dataset === dataset,
        ),
      );
      if (!failed && found.length >= limit) break;
    }
    runs.push(...found);
  }
  return runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, limit);
}

/** Executions of each status, a page of a hundred at a time. */
async function* pages(
  sfn: SFNClient,
  stateMachineArn: string,
  statuses: readonly (ExecutionListItem['status'] | undefined)[],
) {
  for (const statusFilter of statuses) {
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn,
          maxResults: 100,
          ...(statusFilter ? { statusFilter } : {}),
          ...(nextToken ? { nextToken } : {}),
        }),
      );
      yield page.executions ?? [];
      nextToken = page.nextToken;
    } while (nextToken);
  }
}

async function describe(sfn: SFNClient, workflow: Run['workflow'], item: ExecutionListItem): Promise<Run> {
  const found = await sfn.send(new DescribeExecutionCommand({ executionArn: item.executionArn }));
  const input = parsed(found.input);
  const started = found.startDate ?? item.startDate ?? new Date(0);
  const text = (v: unknown): string => (typeof v === 'string' ? v : '');
  const place = text(input['shard']) || text(input['list']) || text(input['listIndex']);
  return {
    name: item.name ?? '',
    workflow,
    status: found.status ?? '',
    dataset: text(input['dataset']),
    shard: /([^/]+)\.jsonl$/.exec(place)?.[1] ?? place,
    attempt: typeof input['attempt'] === 'number' ? input['attempt'] : undefined,
    startedAt: started.toISOString(),
    seconds: found.stopDate ? (found.stopDate.getTime() - started.getTime()) / 1000 : undefined,
    counts: countsIn(parsed(found.output)),
    error: found.error ? `${found.error}: ${shortened(found.cause ?? '')}` : undefined,
  };
}

function parsed(json: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Counts stand at the top of the output or one step down. */
function countsIn(output: Record<string, unknown>): Run['counts'] {
  const nested = Object.values(output).filter((v) => v !== null && typeof v === 'object') as Record<string, unknown>[];
  const place = [output, ...nested].find((o) => typeof o['rowsIn'] === 'number') ?? {};
  return Object.fromEntries(counted.flatMap((n) => (typeof place[n] === 'number' ? [[n, place[n]]] : [])));
}

/** The first line of a cause; a task's cause is a page of JSON, of which the container's exit is what matters. */
export function shortened(cause: string): string {
  const exit = /"ExitCode"\s*:\s*(\d+)/.exec(cause)?.[1];
  const reason = /"StoppedReason"\s*:\s*"([^"]*)"/.exec(cause)?.[1];
  if (exit !== undefined || reason !== undefined) {
    return [reason, exit === undefined ? undefined : `exit code ${exit}`].filter(Boolean).join('; ');
  }
  const line = cause.split('\n')[0] ?? '';
  return line.length > CAUSE_CHARS ? `${line.slice(0, CAUSE_CHARS)}…` : line;
}

/** First and longest pause between two looks. */
const PAUSES_MS = [500, 5_000] as const;

/**
 * Waits until these executions have ended; names of those that did not succeed. `tell` hears how many go on. Lists newest first
 * instead of asking for each: a hundred a request, and new executions of others only add pages.
 */
export async function waitForRuns(
  machine: string,
  arns: ReadonlySet<string>,
  tell: (running: number) => void,
  sfn = sfnClient(),
): Promise<string[]> {
  for (let pause: number = PAUSES_MS[0]; ; pause = Math.min(PAUSES_MS[1], pause * 1.5)) {
    const mine: ExecutionListItem[] = [];
    for await (const page of pages(sfn, machine, [undefined])) {
      mine.push(...page.filter((e) => arns.has(e.executionArn ?? '')));
      if (mine.length >= arns.size) break;
    }
    const ended = mine.filter((e) => e.status !== 'RUNNING' && e.status !== 'PENDING_REDRIVE');
    // One that is not listed yet has only just begun.
    tell(arns.size - ended.length);
    if (ended.length >= arns.size) return ended.filter((e) => e.status !== 'SUCCEEDED').map((e) => e.name ?? '');
    await sleep(pause);
  }
}
