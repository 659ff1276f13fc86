/** `decant snowball report | import-check`: what proves an import, and whether it is whole. */
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../protocol/keys.ts';
import { s3Client } from '../runtime/aws.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { archiveFiles, archiveJob, archiveKey, readArchive, type Archive } from '../runtime/snowball/archive.ts';
import { snowballClient } from '../runtime/snowball/client.ts';
import { checkImport, expectedFrom, resultFile, type Difference } from '../runtime/snowball/import-check.ts';
import { describeJob } from '../runtime/snowball/jobs.ts';
import { deviceList } from '../runtime/snowball/load.ts';
import { writeJson } from './io.ts';
import type { CheckOptions } from './snowball-options.ts';
import { datasetsOf, jobOf, jobsOf, prefixOf, type DeviceJob } from './snowball-site.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

/** Differences that are printed; the file holds all. */
const SHOWN = 20;

const archiver = (target: Target) => ({
  snowball: snowballClient(),
  s3: s3Client(),
  evidenceBucket: target.places.evidenceBucket,
  rawBucket: target.places.rawBucket,
});

export async function report(which: string, options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const at = archiver(target);
  const jobs = which.startsWith('JID')
    ? [await jobOf(target, at.snowball, which)]
    : await jobsOf(target, at.snowball, (await datasetsOf(target, [which]))[0]);
  const finished = jobs.filter((j) => j.state === 'Complete');
  const archives: Archive[] = [];
  for (const job of finished) archives.push(await archiveJob(at, job.dataset, job.jobId));
  const open = jobs.filter((j) => j.state !== 'Complete' && j.state !== 'Cancelled');
  if (options.json) writeJson(io, { archives, open: open.map(({ jobId, state }) => ({ jobId, state })) });
  else
    for (const a of archives) {
      io.out.write(
        `${a.jobId}: ${a.succeeded} imported, ${a.failed} not${a.firstFailed && `; first ${a.firstFailed}`}\n`,
      );
      for (const f of a.files)
        io.out.write(`  s3://${at.evidenceBucket}/${f.key} (${f.bytes} bytes, sha256 ${f.sha256})\n`);
    }
  for (const j of open) io.err.write(`${j.jobId} is ${j.state}: it has no report yet\n`);
  if (archives.length === 0) {
    if (open.length === 0) io.err.write(`no job of ${which} has ended with an import\n`);
    io.exitCode = Exit.failed;
  }
}

export async function importCheck(dataset: string, options: CheckOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  await datasetsOf(target, [dataset]);
  const at = archiver(target);
  const jobs = (await jobsOf(target, at.snowball, dataset)).filter((j) => j.state !== 'Cancelled');
  const sources = options.from.length > 0 ? options.from : await listsOf(target, jobs);
  const logs = await logsOf(target, jobs);
  const folder = join(target.dir, '.decant', 'snowball');
  const files = {
    differences: await resultFile(folder, `${dataset}-differences.jsonl`),
    retry: await resultFile(folder, `${dataset}-retry.csv`),
  };
  const differences = createWriteStream(files.differences);
  const retry = createWriteStream(files.retry);
  const shown: Difference[] = [];
  const counts = await checkImport({
    expected: inTurn(sources.map(expectedFrom)),
    s3: at.s3,
    rawBucket: at.rawBucket,
    prefix: prefixOf(target, dataset),
    ...logs,
    differs: async (d) => {
      if (d.kind === 'extra' && !options.exact) return;
      if (shown.length < SHOWN) shown.push(d);
      if (!differences.write(`${JSON.stringify(d)}\n`)) await once(differences, 'drain');
      if (d.kind !== 'extra' && !retry.write(`${d.path}\n`)) await once(retry, 'drain');
    },
  });
  for (const out of [differences, retry]) {
    out.end();
    await once(out, 'close');
  }
  const wrong = counts.missing + counts.size;
  const retryKey = wrong === 0 ? undefined : await publishRetry(target, dataset, files.retry);
  const differs = wrong > 0 || (options.exact === true && counts.extra > 0);
  if (options.json) writeJson(io, { dataset, ...counts, differs, sources, files, retryKey, first: shown });
  else {
    const { expected, matched, missing, size, extra } = counts;
    io.out.write(
      `${matched} of ${expected} came in; ${missing} missing, ${size} of another size, ${extra} in the raw bucket only\n`,
    );
    for (const d of shown) io.out.write(`${d.kind} ${d.path}${d.note && `: ${d.note}`}${sizes(d)}\n`);
    if (differs) io.err.write(`all differences: ${files.differences}\n`);
    if (retryKey !== undefined)
      io.err.write(`paths to deliver again: ${files.retry}, and ${retryKey} in the work bucket\n`);
  }
  if (differs) io.exitCode = Exit.mismatch;
}

const sizes = (d: Difference): string => (d.kind === 'size' ? `: ${d.expected} bytes, found ${d.found}` : '');

async function* inTurn<T>(all: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  for (const one of all) yield* one;
}

/** The lists that `load` wrote beside the estate file. */
async function listsOf(target: Target, jobs: readonly DeviceJob[]): Promise<string[]> {
  const lists = jobs.map((j) => deviceList(target.dir, j.jobId));
  const there = await Promise.all(lists.map((l) => stat(l).then(Boolean, () => false)));
  const found = lists.filter((_, i) => there[i]);
  if (found.length === 0)
    throw new UserError('what was put on the devices? Give --from with the source folder, or lists with path and size');
  return found;
}

/** Texts of the logs in evidence; a job that is not archived yet is archived now. */
async function logsOf(target: Target, jobs: readonly DeviceJob[]) {
  const at = archiver(target);
  const read = async (key: string): Promise<AsyncIterable<string>> => {
    const { Body } = await at.s3.send(new GetObjectCommand({ Bucket: at.evidenceBucket, Key: key }));
    const stream = Body as NodeJS.ReadableStream;
    stream.setEncoding('utf8');
    return stream as AsyncIterable<string>;
  };
  const logs = { successLogs: [] as AsyncIterable<string>[], failureLogs: [] as AsyncIterable<string>[] };
  for (const { jobId, dataset, state } of jobs) {
    if (state !== 'Complete') continue;
    const job = await describeJob(at.snowball, jobId);
    const archive = (await readArchive(at, dataset, job)) ?? (await archiveJob(at, dataset, jobId));
    const has = (name: string) => archive.files.some((f) => f.key.endsWith(`/${name}`));
    const add = async (list: AsyncIterable<string>[], name: string) => {
      if (has(name)) list.push(await read(archiveKey(dataset, job, name)));
    };
    await add(logs.successLogs, archiveFiles.JobSuccessLogURI);
    await add(logs.failureLogs, archiveFiles.JobFailureLogURI);
  }
  return logs;
}

/** The list also goes where a DataSync task finds it, for what travels by line the second time. */
async function publishRetry(target: Target, dataset: string, file: string): Promise<string> {
  const key = WorkKeys.retryList.key({ dataset, id: `snowball-${new Date().toISOString().replace(/\W/g, '')}` });
  const { size } = await stat(file);
  const Body = size < 2 ** 24 ? await readFile(file) : createReadStream(file);
  const s3 = s3Client();
  await s3.send(new PutObjectCommand({ Bucket: target.places.workBucket, Key: key, Body, ContentLength: size }));
  return key;
}
