/** Batch jobs of S3: asked for once, confirmed when they count as many tasks as the slice has objects, awaited. */
import {
  CreateJobCommand,
  DescribeJobCommand,
  JobStatusException,
  UpdateJobStatusCommand,
  type JobDescriptor,
} from '@aws-sdk/client-s3-control';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MANIFEST_FIELDS } from './lines.ts';
import type { CopyPlace } from './place.ts';
import { CopyCountError } from './plan.ts';
import type { CopyRecord } from './record.ts';
import type { Slice } from './slices.ts';

/** Jobs of other people in the account may come first; ours need not. */
const PRIORITY = 10;

export const reportPrefix = (record: CopyRecord): string => record.key('reports');

/** Asks for the job of a slice; asked again, S3 answers with the same job. */
export async function createJob(place: CopyPlace, record: CopyRecord, slice: Slice, etag: string): Promise<string> {
  const { route } = place;
  const token = createHash('sha256')
    .update(`${record.bucket}/${record.key(slice.id)}`)
    .digest('hex');
  const { JobId } = await place.control.send(
    new CreateJobCommand({
      AccountId: place.account,
      ClientRequestToken: token.slice(0, 64),
      ConfirmationRequired: true,
      Description: `Decant copy ${record.copy} of ${route.dataset}: ${slice.id}`,
      Priority: PRIORITY,
      RoleArn: place.roleArn,
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: [...MANIFEST_FIELDS] },
        Location: { ObjectArn: `arn:aws:s3:::${record.bucket}/${record.key(`slices/${slice.id}.csv`)}`, ETag: etag },
      },
      Operation: {
        S3PutObjectCopy: {
          TargetResource: `arn:aws:s3:::${place.rawBucket}`,
          ...(route.batchPrefix && { TargetKeyPrefix: route.batchPrefix }),
          MetadataDirective: 'COPY',
        },
      },
      Report: {
        Enabled: true,
        Bucket: `arn:aws:s3:::${record.bucket}`,
        Prefix: reportPrefix(record),
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
      },
    }),
  );
  if (JobId === undefined) throw new Error(`${slice.id}: S3 gave no job id`);
  return JobId;
}

export async function describeJob(place: CopyPlace, id: string): Promise<JobDescriptor> {
  const { Job } = await place.control.send(new DescribeJobCommand({ AccountId: place.account, JobId: id }));
  if (!Job) throw new Error(`job ${id}: S3 does not describe it`);
  return Job;
}

const ended: readonly string[] = ['Complete', 'Failed', 'Cancelled'];
export const hasEnded = (job: Pick<JobDescriptor, 'Status'>): boolean => ended.includes(job.Status ?? '');

async function setStatus(place: CopyPlace, id: string, status: 'Ready' | 'Cancelled', why: string): Promise<void> {
  try {
    await place.control.send(
      new UpdateJobStatusCommand({
        AccountId: place.account,
        JobId: id,
        RequestedJobStatus: status,
        StatusUpdateReason: why,
      }),
    );
  } catch (error) {
    // It went on by itself meanwhile: the next look tells where it is.
    if (!(error instanceof JobStatusException)) throw error;
  }
}

/** Cancels a job unless it has ended. */
export async function cancelJob(place: CopyPlace, id: string, why: string): Promise<void> {
  if (!hasEnded(await describeJob(place, id))) await setStatus(place, id, 'Cancelled', why);
}

/**
 * Waits until a job has ended, and confirms it on the way. Throws a CopyCountError, and cancels the job, when it counts other tasks
 * than the slice has objects.
 */
export async function finishJob(
  place: CopyPlace,
  slice: Slice,
  id: string,
  onProgress: (objects: number) => void,
): Promise<JobDescriptor> {
  let seen = 0;
  for (;;) {
    const job = await describeJob(place, id);
    const {
      NumberOfTasksSucceeded: ok = 0,
      NumberOfTasksFailed: bad = 0,
      TotalNumberOfTasks,
    } = job.ProgressSummary ?? {};
    onProgress(ok + bad - seen);
    seen = ok + bad;
    if (hasEnded(job)) return job;
    if (job.Status === 'Suspended') {
      if (TotalNumberOfTasks !== slice.objects) {
        await setStatus(place, id, 'Cancelled', 'The job counts other tasks than the slice has objects');
        throw new CopyCountError(
          `job ${id} counts ${TotalNumberOfTasks ?? 'no'} tasks, slice ${slice.id} has ${slice.objects} objects`,
        );
      }
      await setStatus(place, id, 'Ready', 'Confirmed: as many tasks as the slice has objects');
    } else await sleep(place.pollMs);
  }
}
