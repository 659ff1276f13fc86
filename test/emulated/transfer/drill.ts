/** One dataset on a file server, its agent and its transfer task, in the running emulator. */
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAgentCommand,
  CreateLocationNfsCommand,
  CreateLocationS3Command,
  CreateTaskCommand,
  type TaskMode,
} from '@aws-sdk/client-datasync';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clearFaults, injectFault, type Fault } from '../../../local/faults.ts';
import { localFiles } from '../../../local/state.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import { taskParameter } from '../../../protocol/places.ts';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import type { Summary } from '../../../runtime/transfer/archive.ts';
import { datasyncClient } from '../../../runtime/transfer/place.ts';
import type { TransferStatus } from '../../../runtime/transfer/status.ts';
import { makeEnvironment, type Outcome, type SmallEnvironment } from '../cli/environment.ts';

const ROLE = 'arn:aws:iam::000000000000:role/transfer';

export interface Drill {
  readonly env: SmallEnvironment;
  readonly agent: string;
  readonly task: string;
  /** Writes files at the source, by path below the dataset's folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(path: string): Promise<void>;
  /** Strikes this drill's task alone. */
  fault(fault: Omit<Fault, 'service'>): Promise<void>;
  /** Takes back what was injected into this drill. */
  clear(): Promise<void>;
  /** `decant transfer VERB assays …` */
  transfer(verb: string, ...argv: string[]): Promise<Outcome>;
  status(): Promise<TransferStatus>;
  /** Content of the raw bucket, by path below the dataset. */
  raw(): Promise<Record<string, string>>;
  /** Keys of the evidence bucket. */
  evidence(): Promise<string[]>;
  /** Summaries in the evidence bucket, in the order of their executions. */
  summaries(): Promise<Summary[]>;
  /** Takes a part of a task report away; the answer puts it back. */
  hidePart(name: string): Promise<() => Promise<void>>;
  /** Texts of all lists of failures in the evidence bucket. */
  failures(): Promise<string>;
  end(): Promise<void>;
}

/** The sources of the tests' emulator: see test/jest/emulator-run.ts. */
const sources = localFiles(join(process.cwd(), 'build', 'test', 'emulator')).sources;

/** A key is used once. */
const activationKey = (): string =>
  Array.from({ length: 5 }, () => randomBytes(3).toString('hex').slice(0, 5).toUpperCase()).join('-');

export async function makeDrill(mode: Lowercase<TaskMode> = 'enhanced'): Promise<Drill> {
  const datasync = datasyncClient();
  const host = `nas-${randomBytes(4).toString('hex')}.example.com`;
  const root = join(sources, host);
  const folder = join(root, 'export', 'lab', 'assays');
  await mkdir(folder, { recursive: true });
  const made = await datasync.send(new CreateAgentCommand({ ActivationKey: activationKey() }));
  const agent = made.AgentArn ?? '';
  const env = await makeEnvironment(
    `  assays:
    source: nas
    contract: { format: csv, columns: [{ name: id }] }
    transfer: { mode: ${mode} }
`,
    'succeeds',
    {
      sources: `  nas: { kind: nfs, location: '${host}:/export/lab', agents: [site] }\n`,
      local: `agents: { site: { mode: ${mode}, arn: '${agent}' } }`,
    },
  );
  const { rawBucket, workBucket, evidenceBucket } = env.places;
  const from = await datasync.send(
    new CreateLocationNfsCommand({
      ServerHostname: host,
      Subdirectory: '/export/lab/assays/',
      OnPremConfig: { AgentArns: [agent] },
    }),
  );
  const to = await datasync.send(
    new CreateLocationS3Command({
      S3BucketArn: `arn:aws:s3:::${rawBucket}`,
      Subdirectory: '/nas/assays/',
      S3Config: { BucketAccessRoleArn: ROLE },
    }),
  );
  const created = await datasync.send(
    new CreateTaskCommand({
      SourceLocationArn: from.LocationArn,
      DestinationLocationArn: to.LocationArn,
      TaskMode: mode === 'basic' ? 'BASIC' : 'ENHANCED',
      Options: { VerifyMode: 'ONLY_FILES_TRANSFERRED' },
      TaskReportConfig: {
        OutputType: 'STANDARD',
        ReportLevel: 'SUCCESSES_AND_ERRORS',
        Destination: {
          S3: {
            S3BucketArn: `arn:aws:s3:::${workBucket}`,
            Subdirectory: WorkKeys.taskReport.prefix({ dataset: 'assays' }),
            BucketAccessRoleArn: ROLE,
          },
        },
      },
    }),
  );
  const task = created.TaskArn ?? '';
  const estate = workBucket.replace(/-work$/, '');
  await new SSMClient(clientConfig()).send(
    new PutParameterCommand({ Name: taskParameter(estate, 'local', 'assays'), Value: task, Type: 'String' }),
  );
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
  const list = async (Bucket: string): Promise<string[]> => {
    const page = await s3Client().send(new ListObjectsV2Command({ Bucket }));
    return (page.Contents ?? []).map((o) => o.Key ?? '');
  };
  const read = async (Bucket: string, Key: string): Promise<string> => {
    const { Body } = await s3Client().send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  const transfer = (verb: string, ...argv: string[]) => env.decant('transfer', verb, 'assays', ...argv);
  // Of its own resources alone: other tests inject into the same emulator.
  const clear = async (): Promise<void> => {
    for (const resource of [task, agent]) await clearFaults(endpoint, 'datasync', resource);
  };
  return {
    env,
    agent,
    task,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
        // A time of its own, so that a second writing is a change.
        const at = new Date(Date.now() - 60_000 + text.length);
        await utimes(file, at, at);
      }
    },
    remove: (path) => rm(join(folder, path), { recursive: true }),
    fault: async (fault) =>
      void (await injectFault(endpoint, { resource: task, ...fault, service: 'datasync' } as Fault)),
    clear,
    transfer,
    async status() {
      const { out } = await transfer('status', '--json');
      const told = JSON.parse(out) as { transfers: [TransferStatus] };
      return told.transfers[0];
    },
    async raw() {
      const keys = (await list(rawBucket)).filter((k) => !k.endsWith('/'));
      const texts = await Promise.all(keys.map((k) => read(rawBucket, k)));
      return Object.fromEntries(keys.map((k, i) => [k.replace('nas/assays/', ''), texts[i] ?? '']));
    },
    evidence: () => list(evidenceBucket),
    async summaries() {
      const keys = (await list(evidenceBucket)).filter((k) => k.endsWith('/summary.json'));
      const found = await Promise.all(keys.map(async (k) => JSON.parse(await read(evidenceBucket, k)) as Summary));
      return found.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    },
    async hidePart(name) {
      const Key = (await list(workBucket)).find((k) => k.includes(name));
      if (Key === undefined) throw new Error(`no part ${name}`);
      const Body = await read(workBucket, Key);
      await s3Client().send(new DeleteObjectCommand({ Bucket: workBucket, Key }));
      return async () => void (await s3Client().send(new PutObjectCommand({ Bucket: workBucket, Key, Body })));
    },
    async failures() {
      const keys = (await list(evidenceBucket)).filter((k) => k.endsWith('/failures.jsonl'));
      return (await Promise.all(keys.map((k) => read(evidenceBucket, k)))).join('');
    },
    async end() {
      await clear();
      await env.remove();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Looks again until it is so; fails after 30 seconds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never came to be so');
    await sleep(30);
  }
}

/** `n` small files in three folders. */
export const someFiles = (n: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`${2024 + (i % 3)}/plate-${i}.csv`, `id\n${i}\n`]));
