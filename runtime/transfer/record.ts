/** What Decant keeps of each execution, so that it is known after DataSync has forgotten it (30 days). */
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { WorkKeys } from '../../protocol/keys.ts';
import { readBytes } from '../evidence.ts';
import { hasEnded, type Execution } from './execution.ts';
import type { TransferPlace } from './place.ts';

const Count = z.int().nonnegative();
/** What the report says of the files of one execution. */
export const Outcome = z.object({
  transferred: Count,
  bytes: Count,
  skipped: Count,
  failed: Count,
  verified: Count,
  deleted: Count,
  /** Compared and found the same, and listed by no report. */
  unchanged: Count,
  /** Listed at the source, and neither transferred nor skipped nor failed: the execution stopped before it came to them. */
  untouched: Count,
});
export type Outcome = z.infer<typeof Outcome>;

export const TransferRecord = z.object({
  arn: z.string(),
  dataset: z.string(),
  mode: z.enum(['BASIC', 'ENHANCED']),
  scope: z.enum(['all', 'part', 'list']),
  /** Key of the list in the work bucket. */
  list: z.string().optional(),
  status: z.enum(['QUEUED', 'CANCELLING', 'LAUNCHING', 'PREPARING', 'TRANSFERRING', 'VERIFYING', 'SUCCESS', 'ERROR']),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  error: z.string().optional(),
  filesTransferred: Count,
  bytes: Count,
  report: z.object({ bucket: z.string(), prefix: z.string() }).optional(),
  /** Set when the report is in the evidence bucket. */
  archived: z
    .object({
      evidence: z.string(),
      outcome: Outcome,
      /** What the report, the execution's counts and the source's listing do not agree on. */
      problems: z.array(z.string()),
      /** Files of the dataset that wait for another try. */
      open: Count,
      /** Files are untouched, nobody knows which: the whole task must run again. */
      rerun: z.boolean(),
    })
    .optional(),
});
export type TransferRecord = z.infer<typeof TransferRecord>;

/** Begins with the UTC millisecond of the start, so that a listing is in order: `20261120T093000123Z-exec-…`. */
export const recordId = (e: { readonly startedAt: Date; readonly id: string }): string =>
  `${e.startedAt.toISOString().replace(/[-:.]/g, '')}-${e.id}`;

export interface Kept {
  /** See recordId. */
  readonly id: string;
  readonly record: TransferRecord;
}

/** Ids of the records of a dataset, oldest first. */
export async function recordIds(place: TransferPlace, dataset: string): Promise<string[]> {
  const ids: string[] = [];
  const Prefix = WorkKeys.transfer.prefix({ dataset });
  let ContinuationToken: string | undefined;
  do {
    const page = await place.s3.send(new ListObjectsV2Command({ Bucket: place.workBucket, Prefix, ContinuationToken }));
    for (const { Key } of page.Contents ?? []) {
      const id = WorkKeys.transfer.parse(Key ?? '')?.id;
      if (id !== undefined) ids.push(id);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return ids;
}

export async function readRecord(place: TransferPlace, dataset: string, id: string): Promise<Kept | undefined> {
  const bytes = await readBytes(place.s3, place.workBucket, WorkKeys.transfer.key({ dataset, id }));
  return bytes && { id, record: TransferRecord.parse(JSON.parse(Buffer.from(bytes).toString())) };
}

export async function writeRecord(place: TransferPlace, id: string, record: TransferRecord): Promise<Kept> {
  await place.s3.send(
    new PutObjectCommand({
      Bucket: place.workBucket,
      Key: WorkKeys.transfer.key({ dataset: record.dataset, id }),
      Body: `${JSON.stringify(TransferRecord.parse(record), null, 2)}\n`,
      ContentType: 'application/json',
    }),
  );
  return { id, record };
}

/** What the record of an execution says now; what was archived stays. */
export function refreshed(
  before: Pick<TransferRecord, 'dataset' | 'scope' | 'list' | 'report' | 'archived'>,
  e: Execution,
): TransferRecord {
  const { dataset, scope, list, report, archived } = before;
  const error = [e.errorCode, e.errorDetail].filter(Boolean).join(': ');
  return {
    arn: e.arn,
    dataset,
    mode: e.mode,
    scope,
    ...(list === undefined ? {} : { list }),
    status: e.status,
    startedAt: e.startedAt.toISOString(),
    ...(e.endedAt === undefined ? {} : { endedAt: e.endedAt.toISOString() }),
    ...(hasEnded(e.status) && error !== '' ? { error } : {}),
    filesTransferred: e.counts.transferred,
    bytes: e.counts.bytes,
    ...(report === undefined ? {} : { report }),
    ...(archived === undefined ? {} : { archived }),
  };
}
