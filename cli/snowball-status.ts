/** `decant snowball status`: orders, their approval, and the states of jobs as AWS names them. */
import { orderExecution, orderId } from '../protocol/snowball.ts';
import { s3Client, sfnClient } from '../runtime/aws.ts';
import { readRequest } from '../runtime/snowball/approval.ts';
import { snowballClient } from '../runtime/snowball/client.ts';
import {
  describeOrder,
  endOf,
  listOrders,
  snowballMachine,
  type Order,
  type OrderEnd,
} from '../runtime/snowball/orders.ts';
import { writeJson } from './io.ts';
import { customer, datasetsOf, jobsOf, type DeviceJob } from './snowball-site.ts';
import { formatTable } from './table.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

interface OrderStatus {
  readonly order: string;
  readonly dataset: string;
  readonly startedAt: string;
  /** `waits for approval`, `declined`, `under way`, `imported`, `imported in part`, `failed`. */
  readonly state: string;
  readonly requestedBy: string;
  readonly decidedBy: string;
  readonly error: string;
  readonly jobs: readonly DeviceJob[];
}

export async function status(dataset: string | undefined, options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  await customer(target);
  if (dataset !== undefined) await datasetsOf(target, [dataset]);
  const sfn = sfnClient();
  const machine = snowballMachine(target.places.ingestMachineArn, target.estate.estate, target.environmentName);
  const orders = await listOrders(sfn, machine, dataset);
  const jobs = await jobsOf(target, snowballClient(), dataset);
  const newest = orders.filter((o, i) => orders.findIndex((p) => orderId(p) === orderId(o)) === i);
  const found: OrderStatus[] = [];
  for (const o of newest) found.push(await statusOf(o, target, machine, jobs));
  if (options.json) return writeJson(io, found);
  if (found.length === 0) return void io.out.write('nothing is ordered\n');
  const rows = found.flatMap((o) => {
    const first = [o.order, o.state, o.decidedBy || o.requestedBy];
    if (o.jobs.length === 0) return [[...first, '', '', '']];
    return o.jobs.map((j, i) => [...(i === 0 ? first : ['', '', '']), `${j.device} of ${j.of}`, j.jobId, j.state]);
  });
  io.out.write(formatTable(['order', 'state', 'by', 'device', 'job', 'job state'], rows));
  for (const o of found) if (o.error !== '') io.err.write(`${o.order}: ${o.error}\n`);
  const waits = found.find((o) => o.state === 'waits for approval');
  if (waits) io.err.write(`Approve with: npx decant snowball approve ${waits.order} --env ${target.environmentName}\n`);
}

function words(status: string, end: OrderEnd): string {
  if (end === 'declined') return 'declined';
  if (end === 'unfinished') return 'failed';
  return status === 'SUCCEEDED' ? 'imported' : 'imported in part';
}

async function statusOf(o: Order, target: Target, machine: string, all: readonly DeviceJob[]): Promise<OrderStatus> {
  const request = await readRequest({ s3: s3Client(), workBucket: target.places.workBucket }, o);
  const end = o.status === 'RUNNING' ? undefined : await describeOrder(sfnClient(), machine, o.execution);
  const state = end ? words(o.status, endOf(o.status, end)) : request?.decision ? 'under way' : 'waits for approval';
  return {
    order: orderExecution(o),
    dataset: o.dataset,
    startedAt: o.startedAt,
    state,
    requestedBy: request?.requestedBy ?? '',
    decidedBy: request?.decision?.by ?? '',
    error: end?.error ?? '',
    jobs: all.filter((j) => j.order === orderId(o)),
  };
}
