/** Orders of devices: executions of their workflow, named after what they order. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  paginateListExecutions,
  type SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import {
  type OrderName,
  orderExecution,
  orderId,
  parseOrderExecution,
  snowballMachineName,
  type SnowballInput,
} from '../../protocol/snowball.ts';
import { UserError } from '../errors.ts';
import { executionArn } from '../executions.ts';

export interface Order extends OrderName {
  readonly execution: string;
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED. */
  readonly status: string;
  readonly startedAt: string;
}

/** The workflow's ARN: it is in the account and Region of the ingest workflow, under a name that is known ahead. */
export const snowballMachine = (ingestMachineArn: string, estate: string, environment: string): string =>
  ingestMachineArn.replace(/[^:]+$/, snowballMachineName(estate, environment));

/** Orders of the last 90 days, newest first; Step Functions forgets older ones, evidence does not. */
export async function listOrders(sfn: SFNClient, machine: string, dataset?: string): Promise<Order[]> {
  const found: Order[] = [];
  try {
    for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn: machine })) {
      for (const e of page.executions ?? []) {
        const name = parseOrderExecution(e.name ?? '');
        if (!name || (dataset !== undefined && name.dataset !== dataset)) continue;
        const startedAt = (e.startDate ?? new Date(0)).toISOString();
        found.push({ ...name, execution: e.name ?? '', status: e.status ?? '', startedAt });
      }
    }
  } catch (error) {
    if (error instanceof StateMachineDoesNotExist)
      throw new UserError('the environment is deployed without Snowball; deploy it again with this estate file', {
        exitCode: 1,
        cause: error,
      });
    throw error;
  }
  return found.sort((a, b) => b.number - a.number || b.attempt - a.attempt);
}

export interface NextOrder {
  readonly kind: 'start' | 'open' | 'done';
  readonly name: OrderName;
}

/** What came of an order that is over. */
export type OrderEnd = 'declined' | 'imported' | 'unfinished';

/** Objects that failed are no reason to send the device again: what is missing is on the retry list. */
export function endOf(
  status: string,
  end: { readonly output: Readonly<Record<string, unknown>>; readonly error: string },
): OrderEnd {
  if (status === 'SUCCEEDED') return end.output['approved'] === false ? 'declined' : 'imported';
  return end.error.startsWith('ObjectsFailed') ? 'imported' : 'unfinished';
}

/** What ordering a dataset means now: a new order, the next attempt of one that devices are missing of, or nothing. */
export function nextOrder(dataset: string, latest: Order | undefined, end: OrderEnd, again: boolean): NextOrder {
  if (!latest) return { kind: 'start', name: { dataset, number: 1, attempt: 1 } };
  const { number, attempt, status } = latest;
  if (status === 'RUNNING') return { kind: 'open', name: latest };
  if (end === 'unfinished') return { kind: 'start', name: { dataset, number, attempt: attempt + 1 } };
  if (end === 'imported' && !again) return { kind: 'done', name: latest };
  return { kind: 'start', name: { dataset, number: number + 1, attempt: 1 } };
}

/** Starts an order; false when it is started already. */
export async function startOrder(
  sfn: SFNClient,
  machine: string,
  name: OrderName,
  input: SnowballInput,
): Promise<boolean> {
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: machine,
        name: orderExecution(name),
        input: JSON.stringify(input),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/** How an order ended: its output, or its error and cause. */
export async function describeOrder(
  sfn: SFNClient,
  machine: string,
  execution: string,
): Promise<{ readonly output: Readonly<Record<string, unknown>>; readonly error: string } | undefined> {
  try {
    const d = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(machine, execution) }));
    const output = d.output ? (JSON.parse(d.output) as Record<string, unknown>) : {};
    return { output, error: d.error ? `${d.error}: ${d.cause ?? ''}` : '' };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

export interface Ordered {
  readonly estate: string;
  readonly environment: string;
  readonly name: OrderName;
  readonly devices: number;
  readonly days: number;
  readonly requestedBy: string;
}

/** The workflow's input, with the mail that asks for approval by the exact commands. */
export function orderInput({ estate, environment, name, devices, days, requestedBy }: Ordered): SnowballInput {
  const execution = orderExecution(name);
  const command = (verb: string): string => `npx decant snowball ${verb} ${execution} --env ${environment}`;
  const noun = devices === 1 ? 'Snowball device' : 'Snowball devices';
  return {
    dataset: name.dataset,
    order: orderId(name),
    of: devices,
    devices: Array.from({ length: devices }, (_, i) => ({ device: i + 1 })),
    requestedBy,
    mail: {
      // SNS takes subjects of 100 characters.
      subject: `Approve ${devices} ${noun} for ${name.dataset}?`.slice(0, 100),
      text: [
        `${requestedBy} orders ${devices} ${noun} for dataset ${name.dataset} of ${estate} ${environment}.`,
        `The import takes about ${Math.ceil(days)} days. Each device is billed by AWS: a fee a job, and days beyond those included.`,
        '',
        'To approve, in the folder of the estate file:',
        `  ${command('approve')}`,
        'To decline:',
        `  ${command('decline')} --reason "why"`,
        '',
        'Nothing is ordered before. Without an answer the order ends after 14 days.',
      ].join('\n'),
    },
  };
}
