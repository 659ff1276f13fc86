/** Jobs: files of molecules instead of requests. */
import { JOBS_PREFIX, jobFolder, type JobModel } from '../../protocol/prediction-store.ts';
import { modelRef, wantModel } from './answers.ts';
import { boundTo, readCursor, writeCursor } from './cursor.ts';
import type { Engine } from './engine.ts';
import type { Answer } from './http.ts';
import { ID_PATTERN } from './ids.ts';
import { ApiProblem, invalid } from './problem.ts';
import type { OnTruncation } from './read-items.ts';

export const jobStates = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'] as const;
export type JobState = (typeof jobStates)[number];
export const hasEnded = (state: JobState): boolean => state !== 'QUEUED' && state !== 'RUNNING';

export interface JobCounts {
  readonly total: number;
  readonly ok: number;
  readonly invalid: number;
  readonly truncated: number;
  readonly cached: number;
}

/** A job as it is stored and, without tenant and on_truncation, as it is answered. */
export interface Job {
  readonly tenant: string;
  readonly id: string;
  readonly type: 'embeddings' | 'predictions';
  readonly state: JobState;
  readonly model: JobModel;
  readonly on_truncation: OnTruncation;
  readonly input: {
    readonly s3uri: string;
    readonly format: 'csv' | 'smi' | 'sdf' | 'parquet';
    readonly column?: string;
  };
  readonly output: { readonly s3uri: string };
  readonly counts?: JobCounts;
  readonly progress?: number;
  readonly outputs?: { readonly results: readonly string[]; readonly errors: string; readonly manifest: string };
  readonly error?: { readonly code: string; readonly detail: string };
  readonly created_at: string;
  readonly updated_at: string;
}

/** What the workflow changes in a record. */
export type JobChange = Partial<Pick<Job, 'state' | 'counts' | 'outputs' | 'error'>> & {
  /** Parts that the file was split into. */
  readonly parts?: number;
};

/** Records as the workflow reads and writes them. */
export interface JobRecords {
  get(tenant: string, id: string): Promise<Job | undefined>;
  /** Changes the record unless it has ended, whatever it says; answers it as it then is. */
  change(tenant: string, id: string, change: JobChange, at: string): Promise<Job | undefined>;
  /** Remembers that a part is done; saying it twice is saying it once. */
  partDone(tenant: string, id: string, part: number): Promise<void>;
}

/** Records as the API reads and writes them. */
export interface JobStore extends Pick<JobRecords, 'get' | 'change'> {
  /** Stores a new job; one that is there already stays as it is. */
  create(job: Job): Promise<void>;
  /** Newest first, from before an id. */
  list(tenant: string, limit: number, before: string | undefined, state: JobState | undefined): Promise<readonly Job[]>;
}

/** The workflow. */
export interface JobRunner {
  /** Starting twice is starting once. */
  start(tenant: string, id: string): Promise<void>;
  stop(tenant: string, id: string): Promise<void>;
}

export interface JobParts {
  readonly engine: Engine;
  readonly jobs: JobStore;
  readonly runner: JobRunner;
  readonly workBucket: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly cursorSecret: () => Promise<string>;
}

export interface JobBody {
  readonly type: Job['type'];
  readonly model?: string;
  readonly on_truncation: OnTruncation;
  readonly input: Job['input'];
  readonly output?: Job['output'];
}

/** S3 keeps `..` and `//` as they are, but nobody means them; a prefix must not be left by them where others read them. */
const plain = (uri: string): boolean => !/(^|\/)\.{1,2}(\/|$)|[^:]\/\//.test(uri);

const below = (uri: string, prefixes: readonly string[]): boolean =>
  plain(uri) && prefixes.some((prefix) => uri.startsWith(prefix) && uri.length > prefix.length);

const shown = ({ tenant: _tenant, on_truncation: _truncation, ...job }: Job): Record<string, unknown> => ({ ...job });

/** Stores the job and starts its workflow; both once, however often it is called with one id. */
export async function createJob(parts: JobParts, tenant: string, id: string, body: JobBody): Promise<Answer> {
  wantModel(parts.engine, body.model);
  const { input } = body;
  const ownFolder = `s3://${parts.workBucket}/${JOBS_PREFIX}${tenant}/`;
  if (!below(input.s3uri, [...parts.inputs, ownFolder]))
    throw invalid('#/input/s3uri', 'is below no prefix that jobs may read');
  if (body.output && !(plain(body.output.s3uri) && parts.outputs.some((p) => body.output?.s3uri.startsWith(p))))
    throw invalid('#/output/s3uri', 'is below no prefix that jobs may write to');
  if (input.column !== undefined && (input.format === 'smi' || input.format === 'sdf'))
    throw invalid('#/input/column', `a file of the format ${input.format} has no columns`);
  const now = new Date().toISOString();
  const job: Job = {
    tenant,
    id,
    type: body.type,
    state: 'QUEUED',
    model: modelRef(parts.engine),
    on_truncation: body.on_truncation,
    input,
    output: {
      s3uri: body.output ? `${body.output.s3uri}${id}/` : `s3://${parts.workBucket}/${jobFolder(tenant, id)}`,
    },
    created_at: now,
    updated_at: now,
  };
  await parts.jobs.create(job);
  await parts.runner.start(tenant, id);
  return { status: 202, headers: { Location: `/v1/jobs/${id}` }, body: shown(job), log: { job: id } };
}

async function find(parts: JobParts, tenant: string, id: string): Promise<Job> {
  const job = ID_PATTERN.test(id) ? await parts.jobs.get(tenant, id) : undefined;
  if (!job) throw new ApiProblem('no-such-job', 'none of yours has this id');
  return job;
}

export async function getJob(parts: JobParts, tenant: string, id: string): Promise<Answer> {
  return { status: 200, body: shown(await find(parts, tenant, id)), log: { job: id } };
}

export async function listJobs(
  parts: JobParts,
  tenant: string,
  { status, limit, cursor }: { status?: JobState; limit: number; cursor?: string },
): Promise<Answer> {
  const secret = await parts.cursorSecret();
  const bound = boundTo(tenant, 'jobs', status ?? '');
  const before = cursor === undefined ? undefined : String(readCursor(secret, bound, cursor, '#/query/cursor'));
  const jobs = await parts.jobs.list(tenant, limit + 1, before, status);
  const page = jobs.slice(0, limit);
  const last = page.at(-1);
  return {
    status: 200,
    body: {
      jobs: page.map(shown),
      ...(jobs.length > limit && last && { next_cursor: writeCursor(secret, bound, last.id) }),
    },
  };
}

/** The record is cancelled first: a part that ends afterwards finds it so and writes nothing more. */
export async function cancelJob(parts: JobParts, tenant: string, id: string): Promise<Answer> {
  const job = await find(parts, tenant, id);
  if (hasEnded(job.state)) throw new ApiProblem('job-has-ended', `it is ${job.state}`);
  const after = await parts.jobs.change(tenant, id, { state: 'CANCELLED' }, new Date().toISOString());
  if (after?.state !== 'CANCELLED') throw new ApiProblem('job-has-ended', `it is ${after?.state ?? 'gone'}`);
  await parts.runner.stop(tenant, id);
  return { status: 200, body: shown(after), log: { job: id } };
}
