/** Does one slice: by a batch job or by our own copies. Done again after a kill, it goes on; done twice, nothing moves twice. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '../many.ts';
import { archive, archiveReport } from './evidence.ts';
import { failureOf, type Failure } from './failures.ts';
import { createJob, finishJob, reportPrefix } from './jobs.ts';
import { fileLines, itemLine, LineWriter, parseItem, type CopyItem } from './lines.ts';
import { copyInParts, copyWhole, isCopied } from './own.ts';
import type { CopyPlace } from './place.ts';
import { sameCount, type Count } from './plan.ts';
import type { CopyRecord, JobRecord, Outcome, PlanRecord } from './record.ts';
import { readReport, reportKey, reportRows } from './report.ts';
import type { Slice } from './slices.ts';

/** Objects that are copied at a time by ourselves; S3 takes thousands of copies a second, one process some hundred. */
const OWN_AT_ONCE = 32;
/** Large objects at a time, each of several parts. */
const LARGE_AT_ONCE = 4;

export interface SliceInput {
  readonly place: CopyPlace;
  readonly record: CopyRecord;
  readonly plan: PlanRecord;
  readonly slice: Slice;
  readonly partBytes?: number;
  readonly onProgress?: (objects: number, bytes: number) => void;
}

/** Failures of a slice, as the verb's own report: `bucket,key,size,etag,code,message as JSON`. */
export const failuresPath = (slice: string): string => `failures/${slice}.csv`;
export const outcomePath = (slice: string): string => `outcomes/${slice}.json`;

export async function workSlice(i: SliceInput): Promise<Outcome> {
  const { record, slice } = i;
  const known = await record.read<Outcome>(outcomePath(slice.id));
  if (known) {
    i.onProgress?.(slice.objects, slice.bytes);
    return known;
  }
  const list = join(i.place.dir, `${record.copy}-${slice.id}.csv`);
  await record.download(`slices/${slice.id}.csv`, list);
  try {
    const job = await record.read<JobRecord>(`jobs/${slice.id}.json`);
    return slice.way === 'batch' ? await workBatch(i, list, job) : await workOwn(i, list, job);
  } finally {
    await rm(list, { force: true });
  }
}

async function workBatch(i: SliceInput, list: string, begun: JobRecord | undefined): Promise<Outcome> {
  const { place, record, slice } = i;
  const startedAt = begun?.at ?? place.now().toISOString();
  const jobId = begun?.jobId ?? (await createJob(place, record, slice, await record.etag(`slices/${slice.id}.csv`)));
  if (!begun) await record.write(`jobs/${slice.id}.json`, { jobId, at: startedAt } satisfies JobRecord);
  const mean = slice.bytes / slice.objects;
  const job = await finishJob(place, slice, jobId, (n) => i.onProgress?.(n, Math.round(n * mean)));
  const key = reportKey(reportPrefix(record), jobId);
  const report = await readReport(place.s3, record.bucket, key);
  const failed = new Map<string, Failure>();
  // Of a job that did not come to its end only what its report calls copied is.
  const copied = job.Status === 'Complete' ? undefined : new Set<string>();
  for (const file of report?.files ?? []) {
    if (file.status === 'succeeded' && !copied) continue;
    for await (const row of reportRows(place.s3, report as NonNullable<typeof report>, file)) {
      if (row.status === 'succeeded') copied?.add(row.key);
      else failed.set(row.key, { code: row.code || row.http, message: row.message });
    }
  }
  if (report) await archiveReport(place, record, key, report);
  const why = job.FailureReasons?.map((f) => `${f.FailureCode}: ${f.FailureReason}`).join('; ');
  const outcome = await writeOutcome(i, list, startedAt, { id: jobId, status: job.Status ?? '' }, (item) =>
    Promise.resolve(
      failed.get(item.key) ??
        (copied && !copied.has(item.key)
          ? { code: 'NotRun', message: why ?? `the job ended ${job.Status} before this object` }
          : undefined),
    ),
  );
  if (job.Status === 'Complete')
    sameCount(
      `job ${jobId}: tasks that failed, and rows of its report`,
      { objects: job.ProgressSummary?.NumberOfTasksFailed ?? 0, bytes: outcome.failed.bytes },
      outcome.failed,
    );
  await record.write(outcomePath(slice.id), outcome);
  return outcome;
}

async function workOwn(i: SliceInput, list: string, begun: JobRecord | undefined): Promise<Outcome> {
  const { place, record, slice, plan } = i;
  const startedAt = begun?.at ?? place.now().toISOString();
  if (!begun) await record.write(`jobs/${slice.id}.json`, { at: startedAt } satisfies JobRecord);
  const copy = async (item: CopyItem): Promise<Failure | undefined> => {
    try {
      if (begun && (await isCopied(place, item, plan.at))) i.onProgress?.(0, item.size);
      else if (slice.way === 'single') {
        await copyWhole(place, item);
        i.onProgress?.(0, item.size);
      } else {
        const onBytes = (bytes: number): void => i.onProgress?.(0, bytes);
        await copyInParts(place, record, item, { onBytes, ...(i.partBytes && { partBytes: i.partBytes }) });
      }
      return undefined;
    } catch (error) {
      return failureOf(error);
    } finally {
      i.onProgress?.(1, 0);
    }
  };
  const outcome = await writeOutcome(i, list, startedAt, undefined, copy);
  await record.write(outcomePath(slice.id), outcome);
  return outcome;
}

/** Goes through a slice's list, some objects at a time, writes down what failed, and counts. */
async function writeOutcome(
  i: SliceInput,
  list: string,
  startedAt: string,
  job: Outcome['job'],
  judge: (item: CopyItem) => Promise<Failure | undefined>,
): Promise<Outcome> {
  const { place, record, slice } = i;
  const moved: Count = { objects: 0, bytes: 0 };
  const failed: Count = { objects: 0, bytes: 0 };
  const codes: Record<string, number> = {};
  const path = join(place.dir, `${record.copy}-${slice.id}-failures.csv`);
  const writer = await LineWriter.create(path);
  for await (const lines of fileLines(list)) {
    const items = lines.map(parseItem);
    const found = await inParallel(items, slice.way === 'parts' ? LARGE_AT_ONCE : OWN_AT_ONCE, judge);
    for (const [n, item] of items.entries()) {
      const failure = found[n];
      const count = failure ? failed : moved;
      count.objects++;
      count.bytes += item.size;
      if (!failure) continue;
      codes[failure.code] = (codes[failure.code] ?? 0) + 1;
      const line = itemLine(place.route.bucket, item).trimEnd();
      await writer.write(`${line},${failure.code},${JSON.stringify(failure.message)}\n`);
    }
  }
  await writer.close();
  sameCount(`slice ${slice.id}, and its outcome`, slice, {
    objects: moved.objects + failed.objects,
    bytes: moved.bytes + failed.bytes,
  });
  if (failed.objects > 0) {
    await record.upload(failuresPath(slice.id), path);
    await archive(place, record, failuresPath(slice.id));
  }
  await rm(path, { force: true });
  const endedAt = place.now().toISOString();
  return { slice: slice.id, moved, failed, codes, ...(job && { job }), startedAt, endedAt };
}
