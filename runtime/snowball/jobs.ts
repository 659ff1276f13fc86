/** Import jobs: made once, found again by their description, looked at until they are over. */
import {
  CreateJobCommand,
  DescribeJobCommand,
  GetSnowballUsageCommand,
  paginateListJobs,
  type JobListEntry,
  type JobMetadata,
  type SnowballClient,
} from '@aws-sdk/client-snowball';
import {
  deviceTypes,
  JOB_DAYS,
  jobDescription,
  type DeviceName,
  type JobRecord,
  patienceDays,
  type Snowball,
} from '../../protocol/snowball.ts';
import { DeviceQuotaReachedError } from './errors.ts';

const DAY_MS = 86_400_000;

export interface JobOrder {
  readonly name: DeviceName;
  readonly device: Snowball['device'];
  readonly shipping: Snowball['shipping'];
  readonly rawBucket: string;
  readonly kmsKey: string;
  readonly importRole: string;
  readonly topic: string;
  /** Asked for only when a job is really made. */
  readonly address: () => Promise<string>;
}

/** All jobs of the account and Region whose description a predicate takes. */
export async function listJobs(
  snowball: SnowballClient,
  wanted: (description: string) => boolean,
): Promise<JobListEntry[]> {
  const found: JobListEntry[] = [];
  for await (const page of paginateListJobs({ client: snowball }, {})) {
    found.push(...(page.JobListEntries ?? []).filter((j) => wanted(j.Description ?? '')));
  }
  return found;
}

/** The job of a device: the one that an earlier call made, unless it was cancelled, or a new one. */
export async function ensureJob(snowball: SnowballClient, order: JobOrder): Promise<string> {
  const description = jobDescription(order.name);
  const jobs = await listJobs(snowball, (d) => d === description);
  const known = jobs.find((j) => j.JobState !== 'Cancelled');
  if (known?.JobId) return known.JobId;
  const usage = await snowball.send(new GetSnowballUsageCommand({}));
  const { SnowballsInUse = 0, SnowballLimit = 1 } = usage;
  if (SnowballsInUse >= SnowballLimit) throw new DeviceQuotaReachedError(SnowballsInUse, SnowballLimit);
  const { JobId } = await snowball.send(
    new CreateJobCommand({
      JobType: 'IMPORT',
      Description: description,
      Resources: { S3Resources: [{ BucketArn: `arn:aws:s3:::${order.rawBucket}` }] },
      AddressId: await order.address(),
      KmsKeyARN: order.kmsKey,
      RoleARN: order.importRole,
      SnowballType: order.device,
      SnowballCapacityPreference: deviceTypes[order.device].capacity,
      ShippingOption: order.shipping,
      Notification: { SnsTopicARN: order.topic, NotifyAll: true },
    }),
  );
  if (!JobId) throw new Error('Snowball answered no id for the job');
  return JobId;
}

export async function describeJob(snowball: SnowballClient, jobId: string): Promise<JobMetadata> {
  const { JobMetadata } = await snowball.send(new DescribeJobCommand({ JobId: jobId }));
  if (!JobMetadata) throw new Error(`Snowball answered nothing about job ${jobId}`);
  return JobMetadata;
}

export interface Look {
  readonly record: JobRecord;
  /** The job has stayed in its state for longer than that takes. */
  readonly stuck: boolean;
}

/** What a job is now, and since when, as far as earlier looks tell. */
export function look(
  job: JobMetadata,
  before: Pick<JobRecord, 'state' | 'since'> | undefined,
  now: Date,
  waitSec: number,
): Look {
  const state = job.JobState ?? 'Pending';
  const since = before?.state === state ? before.since : now.toISOString();
  const age = now.getTime() - (job.CreationDate?.getTime() ?? now.getTime());
  const outcome: JobRecord['outcome'] =
    state === 'Complete'
      ? 'complete'
      : state === 'Cancelled'
        ? 'cancelled'
        : age > JOB_DAYS * DAY_MS
          ? 'expired'
          : 'open';
  const patience = (patienceDays[state] ?? Infinity) * DAY_MS;
  return {
    record: { jobId: job.JobId ?? '', state, since, waitSec, outcome },
    stuck: outcome === 'open' && now.getTime() - Date.parse(since) > patience,
  };
}
