/** The steps of an order's workflow; each can be called again without doing anything twice. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EvidenceKeys } from '../../protocol/keys.ts';
import {
  type DeviceResult,
  type JobRecord,
  type OrderSummary,
  parseOrderExecution,
  type Snowball,
  type SnowballCall,
} from '../../protocol/snowball.ts';
import { addressId, readAddress } from '../../runtime/snowball/address.ts';
import { keepRequest, readRequest } from '../../runtime/snowball/approval.ts';
import { archiveJob, type Archiver } from '../../runtime/snowball/archive.ts';
import { NotASnowballCustomerError } from '../../runtime/snowball/errors.ts';
import { describeJob, ensureJob, look } from '../../runtime/snowball/jobs.ts';

export interface SnowballWork extends Archiver {
  readonly estate: string;
  readonly environment: string;
  readonly existingCustomer: boolean;
  readonly secrets: SecretsManagerClient;
  readonly workBucket: string;
  readonly device: Snowball['device'];
  readonly shipping: Snowball['shipping'];
  readonly kmsKey: string;
  readonly topic: string;
  readonly addressSecret: string;
  readonly importRoles: Readonly<Record<string, string>>;
  readonly lookSec: number;
  /** Told at each look whether the job is stuck, so that silence means that nobody looks. */
  readonly countStuck: (dataset: string, stuck: boolean) => void;
}

export type SnowballAnswer = JobRecord | DeviceResult | OrderSummary | Record<string, never>;

export async function step(work: SnowballWork, call: SnowballCall): Promise<SnowballAnswer> {
  switch (call.action) {
    case 'ask':
      return ask(work, call);
    case 'create':
      return create(work, call);
    case 'look':
      return lookAt(work, call.dataset, call.job.jobId, call.job);
    case 'archive':
      return archive(work, call);
    case 'finish':
      return finish(work, call);
  }
}

type Call<A extends SnowballCall['action']> = Extract<SnowballCall, { action: A }>;

async function ask(work: SnowballWork, { execution, token, input }: Call<'ask'>): Promise<Record<string, never>> {
  if (!work.existingCustomer) throw new NotASnowballCustomerError();
  const { dataset, order, requestedBy } = input;
  await keepRequest(work, execution, {
    dataset,
    order,
    devices: input.devices.length,
    requestedBy,
    askedAt: new Date().toISOString(),
    token,
  });
  return {};
}

async function create(work: SnowballWork, { dataset, order, device, of }: Call<'create'>): Promise<JobRecord> {
  if (!work.existingCustomer) throw new NotASnowballCustomerError();
  const importRole = work.importRoles[dataset];
  if (importRole === undefined)
    throw new Error(`dataset ${dataset} does not travel by Snowball in the deployed estate; deploy again`);
  const jobId = await ensureJob(work.snowball, {
    name: { estate: work.estate, environment: work.environment, order, device, of },
    device: work.device,
    shipping: work.shipping,
    rawBucket: work.rawBucket,
    kmsKey: work.kmsKey,
    importRole,
    topic: work.topic,
    address: async () => addressId(work.snowball, await readAddress(work.secrets, work.addressSecret)),
  });
  return lookAt(work, dataset, jobId, undefined);
}

async function lookAt(
  work: SnowballWork,
  dataset: string,
  jobId: string,
  before: JobRecord | undefined,
): Promise<JobRecord> {
  const { record, stuck } = look(await describeJob(work.snowball, jobId), before, new Date(), work.lookSec);
  work.countStuck(dataset, stuck);
  return record;
}

async function archive(work: SnowballWork, { dataset, device, job }: Call<'archive'>): Promise<DeviceResult> {
  const { succeeded, failed, firstFailed } = await archiveJob(work, dataset, job.jobId);
  return { device, jobId: job.jobId, error: '', cause: '', succeeded, failed, firstFailed };
}

async function finish(work: SnowballWork, { execution, input, results }: Call<'finish'>): Promise<OrderSummary> {
  const lost = results.filter((r) => r.error !== '');
  const sum = (field: 'succeeded' | 'failed') => results.reduce((n, r) => n + r[field], 0);
  const summary: OrderSummary = {
    dataset: input.dataset,
    order: input.order,
    devices: results.length,
    devicesFailed: lost.length,
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    firstFailed: lost[0] ? `device ${lost[0].device}` : (results.find((r) => r.failed > 0)?.firstFailed ?? ''),
  };
  const name = parseOrderExecution(execution);
  const request = name && (await readRequest(work, name));
  const approval = request && { ...request, token: undefined };
  const at = new Date().toISOString();
  const date = (request?.askedAt ?? at).slice(0, 10);
  await work.s3.send(
    new PutObjectCommand({
      Bucket: work.evidenceBucket,
      Key: EvidenceKeys.file.key({
        kind: 'snowball',
        dataset: input.dataset,
        date,
        id: execution,
        path: 'order.json',
      }),
      Body: `${JSON.stringify({ ...summary, endedAt: at, approval, results }, null, 2)}\n`,
      ContentType: 'application/json',
    }),
  );
  return summary;
}
