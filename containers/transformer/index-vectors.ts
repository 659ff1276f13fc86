/** Brings the vector index of one class up to its table of embeddings. */
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import type { S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sensitivity } from '../../protocol/contract.ts';
import { vectorIndexName } from '../../protocol/embeddings.ts';
import { IndexEnv, IndexInput } from '../../protocol/env.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import { TransformerExit } from '../../protocol/workflow.ts';
import { clientConfig, s3Client } from '../../runtime/aws.ts';
import { listPrefix, type Listed } from '../../runtime/catalog/files.ts';
import { fetchFile } from '../../runtime/catalog/prune.ts';
import { readEnv } from '../../runtime/env.ts';
import { seal } from '../../runtime/seal.ts';
import { openDuck } from '../../runtime/sql/duckdb.ts';
import { addIndexed, indexedFiles } from '../../runtime/vectors/checkpoint.ts';
import { writeExactFile } from '../../runtime/vectors/exact-file.ts';
import { readCurrent, switchIndex } from '../../runtime/vectors/exact-store.ts';
import { vectorRows } from '../../runtime/vectors/rows.ts';
import { S3VectorsWriter } from '../../runtime/vectors/write-s3-vectors.ts';
import type { Log } from './task/log.ts';

/** Each round that fails is one in which the index of another task has come in between. */
const MAX_ROUNDS = 10;
const DUCK = { threads: 1, memoryMiB: 1024, spillBytes: 20 * 2 ** 30 };

interface Work {
  readonly s3: S3Client;
  readonly workBucket: string;
  readonly transformedBucket: string;
  /** vectorIndexName. */
  readonly index: string;
  readonly dimension: number;
  /** Where the class's embeddings of the bundle lie. */
  readonly prefix: string;
  readonly scratch: string;
  readonly log: Log;
}

/** Indexes what the table has and the index lacks; the exit code of the task. */
export async function runIndex(log: Log, source: NodeJS.ProcessEnv = process.env): Promise<number> {
  const env = readEnv({ ...IndexEnv, ...IndexInput }, source);
  const sensitivity = env.sensitivity as Sensitivity;
  const index = vectorIndexName({ name: env.bundleName, hash: env.bundleHash }, sensitivity);
  const key = (JSON.parse(env.classKeys) as Record<string, string>)[sensitivity];
  const own = { bucket: env.workBucket, prefix: WorkKeys.vectors.prefix({ index }) };
  const scratch = await mkdtemp(join(tmpdir(), 'index-'));
  const work: Work = {
    ...{ index, scratch, log, workBucket: env.workBucket, transformedBucket: env.transformedBucket },
    s3: seal(s3Client(), key ? [{ ...own, key }] : []),
    dimension: Number(env.dimension),
    prefix: EmbeddedKeys.file.prefix({ table: embeddingTables.embeddings, bundle: env.bundleHash, sensitivity }),
  };
  try {
    if (env.vectors === 'exact') await makeExact(work);
    else await putVectors(work, env.vectorBucket);
    return TransformerExit.done;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const filesOf = async ({ s3, transformedBucket, prefix }: Work): Promise<Listed[]> =>
  (await listPrefix(s3, transformedBucket, prefix)).filter((f) => f.key.endsWith('.parquet'));

async function fetched({ s3, transformedBucket, scratch }: Work, file: Listed, name: string): Promise<string> {
  const path = join(scratch, name);
  if ((await fetchFile(s3, transformedBucket, file.key, path)) === undefined)
    throw new Error(`${file.key} was listed and is gone`);
  return path;
}

/** File by file: what is in the index stays there, whatever happens to the task. */
async function putVectors(work: Work, bucket: string): Promise<void> {
  const { index, dimension, scratch, log } = work;
  const client = new S3VectorsClient(clientConfig());
  const writer = new S3VectorsWriter({ client, bucket, index, dimension });
  const there = await indexedFiles(work);
  const duck = await openDuck({ ...DUCK, folder: scratch });
  try {
    for (const file of await filesOf(work)) {
      if (there.get(file.key) === file.etag) continue;
      const path = await fetched(work, file, 'rows.parquet');
      const vectors = await writer.write(vectorRows(duck.connection, [path], dimension));
      await addIndexed(work, file);
      log('info', 'indexed', { key: file.key, vectors });
    }
  } finally {
    duck.close();
  }
}

/** Anew from all files: a laptop's table is small, and no search ever sees half an index. */
async function makeExact(work: Work): Promise<void> {
  const { index, dimension, scratch, log } = work;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = await readCurrent(work);
    const files = await filesOf(work);
    const holds = before?.value.files ?? {};
    if (files.length === Object.keys(holds).length && files.every((f) => holds[f.key] === f.etag)) return;
    const paths: string[] = [];
    for (const [i, file] of files.entries()) paths.push(await fetched(work, file, `${i}.parquet`));
    const path = join(scratch, 'index.vectors');
    const duck = await openDuck({ ...DUCK, folder: scratch });
    const count = await writeExactFile(path, dimension, vectorRows(duck.connection, paths, dimension, true)).finally(
      () => duck.close(),
    );
    const made = { path, count, files: Object.fromEntries(files.map((f) => [f.key, f.etag])) };
    if (await switchIndex(work, before, made)) {
      log('info', 'indexed', { index, vectors: count, files: files.length });
      return;
    }
  }
  throw new Error(`the index ${index} was replaced by others ${MAX_ROUNDS} times in a row`);
}
