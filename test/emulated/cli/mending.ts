/** What tests of the mending verbs begin with: delivered objects, and what a task would do with their shards. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { openTarget } from '../../../cli/target.ts';
import { workplaceOf, type CliWorkplace } from '../../../cli/workplace.ts';
import { s3Client, sfnClient } from '../../../runtime/aws.ts';
import { readShard } from '../../../runtime/shards.ts';
import { commit, type Commit } from '../reconcile/results.ts';
import type { SmallEnvironment } from './environment.ts';

/** Two datasets of one source. */
export const datasets = `  assays:
    source: share
    contract: { objects: '*.csv', format: csv, columns: [{ name: id, type: bigint, nullable: false }] }
  plates:
    source: share
    contract: { objects: '*.csv', format: csv, columns: [{ name: id }] }
`;

export async function workplace(env: SmallEnvironment): Promise<CliWorkplace> {
  const io = { out: process.stdout, err: process.stderr, env: process.env, exitCode: 0 };
  return workplaceOf(await openTarget({ estate: join(env.dir, 'decant.yaml') }, io), io);
}

/** Delivers objects; no event tells of them. */
export async function deliver(env: SmallEnvironment, objects: Readonly<Record<string, string>>): Promise<void> {
  for (const [Key, Body] of Object.entries(objects))
    await s3Client().send(new PutObjectCommand({ Bucket: env.places.rawBucket, Key, Body }));
}

/** Keys of all shard files of a dataset. */
export const shardFiles = (env: SmallEnvironment, dataset: string): Promise<string[]> =>
  workFiles(env, `shards/${dataset}/`);

/** Keys of the work bucket. */
export async function workFiles(env: SmallEnvironment, prefix = ''): Promise<string[]> {
  const page = await s3Client().send(new ListObjectsV2Command({ Bucket: env.places.workBucket, Prefix: prefix }));
  return (page.Contents ?? []).map((o) => o.Key ?? '');
}

/** Commits every shard of a dataset, as far as ledger and results can tell. */
export async function commitAll(env: SmallEnvironment, dataset: string, how?: Commit): Promise<void> {
  const work = await workplace(env);
  for (const key of await shardFiles(env, dataset))
    await commit(work, await readShard(work.workBucket, key, work.s3), how);
}

/** Names of the executions of a workflow, newest first. */
export async function executions(env: SmallEnvironment, workflow: 'ingest' | 'backfill' = 'ingest'): Promise<string[]> {
  const stateMachineArn = env.places[`${workflow}MachineArn`];
  const page = await sfnClient().send(new ListExecutionsCommand({ stateMachineArn }));
  return (page.executions ?? []).map((e) => e.name ?? '');
}

/** Runs the real task on a shard file; resolves with its exit code. */
export async function transform(env: SmallEnvironment, shardKey: string): Promise<number | null> {
  const { places } = env;
  const scratch = await mkdtemp(join(tmpdir(), 'transformer-'));
  const task = spawn(process.execPath, [join(process.cwd(), 'build', 'containers', 'transformer', 'main.mjs')], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ...{
        TMPDIR: scratch,
        SHARD_KEY: shardKey,
        SHARD_LIST_KEY: '',
        INPUT_KEY: '',
        RUN: 'run',
        ATTEMPT: '1',
        RETRY: '0',
      },
      ...{ RAW_BUCKET: places.rawBucket, WORK_BUCKET: places.workBucket, TRANSFORMED_BUCKET: places.transformedBucket },
      ...{ QUARANTINE_BUCKET: places.quarantineBucket, LEDGER_TABLE: places.ledgerTable },
      ...{ CATALOG_DATABASE: places.catalogDatabase, ENVIRONMENT: 'local' },
      ...{ TASK_MEMORY_MIB: '2048', TASK_VCPU: '2', SCRATCH_GIB: '21' },
    },
  });
  const code = await new Promise<number | null>((resolve) => task.once('close', resolve));
  await rm(scratch, { recursive: true, force: true });
  return code;
}

/** Changes the estate file as a person would. */
export async function edit(env: SmallEnvironment, from: string, to: string): Promise<void> {
  const file = join(env.dir, 'decant.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}
