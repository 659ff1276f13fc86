/** The steps of a job's workflow. Each may run again: what it writes has the same names and the same content. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jobFolder, type JobInput, type JobParts, type JobStep } from '../../protocol/prediction-store.ts';
import { JobInputError, readMolecules } from './job-input.ts';
import type { JobFiles } from './job-files.ts';
import { workPart } from './job-part.ts';
import { hasEnded, type Job, type JobCounts, type JobRecords } from './jobs.ts';
import type { Engine } from './engine.ts';
import type { MoleculeCache } from './molecule-cache.ts';

/** Some ten seconds of one function; the results of a part are one Parquet file of a few megabytes. */
export const PART_ROWS = 5_000;
/** What one workflow keeps in its history. Larger collections go through the lake. */
export const MAX_PARTS = 2_000;
/** What the scratch disk of the function holds, with room for what is made of it. */
export const MAX_INPUT_BYTES = 2 ** 30;

export interface JobWorkParts {
  readonly engine: () => Promise<Engine>;
  readonly cache: (engine: Engine) => MoleculeCache;
  readonly records: JobRecords;
  readonly files: JobFiles;
  readonly workBucket: string;
  /** Folder for files that are gone afterwards. */
  readonly scratch: string;
  /** @default 5,000 */
  readonly partRows?: number;
}

const partName = (part: number): string => String(part).padStart(5, '0');
const now = (): string => new Date().toISOString();

/** Does one step. Throws where the step should be tried again or the job fail. */
export async function jobStep(parts: JobWorkParts, step: JobStep): Promise<JobParts | JobInput> {
  const { tenant, id } = step;
  const scratch = join(parts.scratch, `${id}-${step.step}${step.step === 'part' ? `-${step.part}` : ''}`);
  const job = await parts.records.get(tenant, id);
  if (!job) throw new Error(`there is no job ${id}`);
  // Cancelled: what runs still ends without doing anything.
  if (hasEnded(job.state)) return step.step === 'split' ? { tenant, id, parts: [] } : { tenant, id };
  await mkdir(scratch, { recursive: true });
  try {
    switch (step.step) {
      case 'split':
        return await split(parts, job, scratch);
      case 'part':
        await part(parts, job, step.part);
        return { tenant, id };
      case 'finish':
        await finish(parts, job);
        return { tenant, id };
      case 'fail':
        await parts.records.change(tenant, id, { state: 'FAILED', error: toldError(step.error) }, now());
        return { tenant, id };
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What is wrong with a file is told; everything else is for who runs this. */
function toldError({ Error: name, Cause: cause }: { Error: string; Cause: string }): NonNullable<Job['error']> {
  if (name !== 'JobInputError') return { code: 'INTERNAL', detail: 'the job could not be done' };
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return { code: 'INPUT', detail: errorMessage ?? cause };
  } catch {
    return { code: 'INPUT', detail: cause };
  }
}

const workFile = (parts: JobWorkParts, { tenant, id }: JobInput, name: string): string =>
  `s3://${parts.workBucket}/${jobFolder(tenant, id)}work/${name}`;

async function split(parts: JobWorkParts, job: Job, scratch: string): Promise<JobParts> {
  const { tenant, id, input } = job;
  const bytes = await parts.files.size(input.s3uri);
  if (bytes === undefined) throw new JobInputError('there is no such object');
  if (bytes > MAX_INPUT_BYTES) throw new JobInputError(`it has ${bytes} bytes; a job reads ${MAX_INPUT_BYTES}`);
  const path = join(scratch, `input.${input.format}${input.s3uri.endsWith('.gz') ? '.gz' : ''}`);
  await parts.files.download(input.s3uri, path);
  const rows = parts.partRows ?? PART_ROWS;
  let written = 0;
  let held: (string | null)[] = [];
  const write = async (): Promise<void> => {
    if (written >= MAX_PARTS) throw new JobInputError(`it has more than ${MAX_PARTS * rows} molecules`);
    await parts.files.write(workFile(parts, job, `${partName(written)}.json.gz`), gzipSync(JSON.stringify(held)));
    written++;
    held = [];
  };
  for await (const text of readMolecules(path, input)) {
    held.push(text);
    if (held.length === rows) await write();
  }
  if (held.length > 0) await write();
  await parts.records.change(tenant, id, { state: 'RUNNING', parts: written }, now());
  await parts.files.write(workFile(parts, job, 'parts.json'), Buffer.from(JSON.stringify({ parts: written })));
  return { tenant, id, parts: Array.from({ length: written }, (_, i) => i) };
}

/** What is remembered of a part, so that the results need not be read again. */
interface PartRecord {
  readonly counts: JobCounts;
  readonly bytes: number;
  readonly sha256: string;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function part(parts: JobWorkParts, job: Job, number: number): Promise<void> {
  const engine = await parts.engine();
  // A job's answers are of one model: a newer one is deployed for new jobs.
  if (engine.bundle.index.hash !== job.model.sha256)
    throw new JobInputError('the model was replaced; start the job again');
  const name = partName(number);
  const packed = await parts.files.read(workFile(parts, job, `${name}.json.gz`));
  const molecules = JSON.parse(gunzipSync(packed).toString()) as (string | null)[];
  const first = number * (parts.partRows ?? PART_ROWS);
  const { results, errors, counts } = await workPart(engine, parts.cache(engine), job, molecules, first);
  await parts.files.write(`${job.output.s3uri}results/${name}.parquet`, results);
  await parts.files.write(workFile(parts, job, `${name}.errors.jsonl`), errors);
  const record: PartRecord = { counts, bytes: results.length, sha256: sha256(results) };
  await parts.files.write(workFile(parts, job, `${name}.done.json`), Buffer.from(JSON.stringify(record)));
  await parts.records.partDone(job.tenant, job.id, number);
}

async function finish(parts: JobWorkParts, job: Job): Promise<void> {
  const readJson = async <T>(name: string): Promise<T> =>
    JSON.parse((await parts.files.read(workFile(parts, job, name))).toString()) as T;
  const { parts: made } = await readJson<{ parts: number }>('parts.json');
  const names = Array.from({ length: made }, (_, i) => partName(i));
  const counts = { total: 0, ok: 0, invalid: 0, truncated: 0, cached: 0 };
  const listed: { path: string; bytes: number; sha256: string }[] = [];
  const errors: Buffer[] = [];
  for (const name of names) {
    const done = await readJson<PartRecord>(`${name}.done.json`);
    for (const key of Object.keys(counts) as (keyof JobCounts)[]) counts[key] += done.counts[key];
    listed.push({ path: `results/${name}.parquet`, bytes: done.bytes, sha256: done.sha256 });
    errors.push(await parts.files.read(workFile(parts, job, `${name}.errors.jsonl`)));
  }
  if (counts.total !== counts.ok + counts.invalid) throw new Error('the counts of the parts do not add up');
  const to = job.output.s3uri;
  const allErrors = Buffer.concat(errors);
  await parts.files.write(`${to}errors.jsonl`, allErrors);
  listed.push({ path: 'errors.jsonl', bytes: allErrors.length, sha256: sha256(allErrors) });
  const manifest = { job: job.id, type: job.type, model: job.model, counts, files: listed };
  await parts.files.write(`${to}manifest.json`, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  const state = counts.invalid > 0 ? 'PARTIAL' : 'SUCCEEDED';
  const outputs = {
    results: names.map((name) => `${to}results/${name}.parquet`),
    errors: `${to}errors.jsonl`,
    manifest: `${to}manifest.json`,
  };
  await parts.records.change(job.tenant, job.id, { state, counts, outputs }, now());
}
