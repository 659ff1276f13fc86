/** Keeps what proves an import: AWS's report and logs, whose links are good for 60 minutes, go to evidence. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { JobLogs, JobMetadata, SnowballClient } from '@aws-sdk/client-snowball';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EvidenceKeys } from '../../protocol/keys.ts';
import { describeJob } from './jobs.ts';
import { loggedObjects } from './log-csv.ts';

export const archiveFiles = {
  JobCompletionReportURI: 'completion-report.pdf',
  JobSuccessLogURI: 'success-log.csv',
  JobFailureLogURI: 'failure-log.csv',
} as const satisfies Record<keyof JobLogs, string>;

export interface ArchivedFile {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `archive.json`, written last: what was archived. */
export interface Archive {
  readonly jobId: string;
  readonly dataset: string;
  readonly description: string;
  readonly state: string;
  readonly createdAt: string;
  readonly archivedAt: string;
  readonly succeeded: number;
  readonly failed: number;
  /** Key of the first object that was not imported; empty when all were. */
  readonly firstFailed: string;
  readonly files: readonly ArchivedFile[];
}

export interface Archiver {
  readonly snowball: SnowballClient;
  readonly s3: S3Client;
  readonly evidenceBucket: string;
  readonly rawBucket: string;
}

/** Key of a piece of a job's evidence. */
export const archiveKey = (dataset: string, job: JobMetadata, path: string): string =>
  EvidenceKeys.file.key({
    kind: 'snowball',
    dataset,
    date: (job.CreationDate ?? new Date(0)).toISOString().slice(0, 10),
    id: job.JobId ?? '',
    path,
  });

/** What was archived earlier; undefined when nothing, or not all, was. */
export async function readArchive(at: Archiver, dataset: string, job: JobMetadata): Promise<Archive | undefined> {
  const text = await readText(at.s3, at.evidenceBucket, archiveKey(dataset, job, 'archive.json'));
  return text === undefined ? undefined : (JSON.parse(text) as Archive);
}

/** Archives a finished job once; a second call answers what the first one did. Throws when AWS offers no report yet. */
export async function archiveJob(at: Archiver, dataset: string, jobId: string): Promise<Archive> {
  const job = await describeJob(at.snowball, jobId);
  const done = await readArchive(at, dataset, job);
  if (done) return done;
  const logs = job.JobLogInfo;
  if (!logs?.JobCompletionReportURI) throw new Error(`job ${jobId} is ${job.JobState} and has no report yet`);
  const files: ArchivedFile[] = [];
  const counted = { succeeded: 0, failed: 0, firstFailed: '' };
  for (const [field, name] of Object.entries(archiveFiles) as [keyof JobLogs, string][]) {
    const uri = logs[field];
    if (!uri) continue;
    const count = async (text: AsyncIterable<string>): Promise<void> => {
      if (field === 'JobCompletionReportURI') await drain(text);
      else
        for await (const object of loggedObjects(text, at.rawBucket)) {
          counted[field === 'JobSuccessLogURI' ? 'succeeded' : 'failed'] += 1;
          if (field === 'JobFailureLogURI') counted.firstFailed ||= object.key;
        }
    };
    files.push(await keep(at, uri, archiveKey(dataset, job, name), count));
  }
  await put(at, archiveKey(dataset, job, 'job.json'), { ...job, JobLogInfo: undefined });
  const archive: Archive = {
    jobId,
    dataset,
    description: job.Description ?? '',
    state: job.JobState ?? '',
    createdAt: (job.CreationDate ?? new Date(0)).toISOString(),
    archivedAt: new Date().toISOString(),
    ...counted,
    files,
  };
  await put(at, archiveKey(dataset, job, 'archive.json'), archive);
  return archive;
}

/** Streams a link's content to evidence, and through a reader, with its hash; logs of millions of objects do not fit memory. */
async function keep(
  { s3, evidenceBucket }: Archiver,
  uri: string,
  key: string,
  read: (text: AsyncIterable<string>) => Promise<void>,
): Promise<ArchivedFile> {
  const response = await fetch(uri);
  if (!response.ok || !response.body) throw new Error(`${key}: AWS answered ${response.status} for the log`);
  const hash = createHash('sha256');
  let bytes = 0;
  const upload = new PassThrough();
  const text = new PassThrough({ encoding: 'utf8' });
  const split = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      if (!text.write(chunk)) await new Promise((resolve) => text.once('drain', resolve));
      yield chunk;
    }
    text.end();
  };
  const body = Readable.fromWeb(response.body);
  await Promise.all([
    pipeline(body, split, upload).catch((error: Error) => {
      text.destroy(error);
      throw error;
    }),
    new Upload({ client: s3, params: { Bucket: evidenceBucket, Key: key, Body: upload } }).done(),
    read(text),
  ]);
  return { key, bytes, sha256: hash.digest('hex') };
}

async function drain(text: AsyncIterable<string>): Promise<void> {
  const chunks = text[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

const put = (at: Archiver, key: string, value: unknown): Promise<unknown> =>
  at.s3.send(
    new PutObjectCommand({
      Bucket: at.evidenceBucket,
      Key: key,
      Body: `${JSON.stringify(value, null, 2)}\n`,
      ContentType: 'application/json',
    }),
  );

/** An object's text; undefined when there is none. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
