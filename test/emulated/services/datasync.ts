/** A share of files, a bucket, and a task between them, in the embedded AWS of the tests. */
import {
  CreateAgentCommand,
  CreateLocationNfsCommand,
  CreateLocationS3Command,
  CreateTaskCommand,
  DataSyncClient,
  DescribeTaskExecutionCommand,
  StartTaskExecutionCommand,
  type CreateTaskCommandInput,
  type DescribeTaskExecutionResponse,
  type StartTaskExecutionCommandInput,
} from '@aws-sdk/client-datasync';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import { connect, unique, until } from '../local/aws.ts';

export const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
export const aws = connect(endpoint);
export const datasync = new DataSyncClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
export const ROLE = 'arn:aws:iam::000000000000:role/datasync';
/** Where the embedded AWS of the tests finds the folders that stand for file servers. */
const SOURCES = join(process.cwd(), 'build', 'test', 'emulator', '.decant', 'sources');

const struck = new Set<string>();

/** Injects a fault of a resource, which `withdraw` takes back; other test files use the same embedded AWS. */
export async function inject(fault: { fault: string; resource: string; [setting: string]: unknown }): Promise<void> {
  struck.add(fault.resource);
  await injectFault(endpoint, { ...fault, service: 'datasync' });
}

export async function withdraw(): Promise<void> {
  for (const resource of struck) await clearFaults(endpoint, 'datasync', resource);
  struck.clear();
}

/** A key is used once. */
export const activationKey = (): string =>
  Array.from({ length: 5 }, () => randomBytes(3).toString('hex').slice(0, 5).toUpperCase()).join('-');

export const agent = async (): Promise<string> =>
  (await datasync.send(new CreateAgentCommand({ ActivationKey: activationKey() }))).AgentArn ?? '';

/** The folder that stands for a path of a host. It is made with the first files. */
export function sourceFolder(...parts: readonly string[]) {
  const path = join(SOURCES, ...parts);
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    await mkdir(path, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  return { path, write };
}

export interface Share {
  readonly host: string;
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
}

/** A file server with these files below /export. */
export async function share(files: Readonly<Record<string, string>> = {}): Promise<Share> {
  const host = `${unique('filer')}.example.com`;
  const { path, write } = sourceFolder(host, 'export');
  await write(files);
  return { host, folder: path, write };
}

export interface Way {
  readonly task: string;
  readonly agentArn: string;
  readonly bucket: string;
  readonly share: Share;
  /** Runs it to its end. */
  run(request?: Partial<StartTaskExecutionCommandInput>): Promise<DescribeTaskExecutionResponse>;
  start(request?: Partial<StartTaskExecutionCommandInput>): Promise<string>;
  /** Keys below `raw/`, without it. */
  keys(): Promise<string[]>;
  text(key: string): Promise<string>;
  /** Rows of the reports of one kind, over all parts. */
  rows(arn: string | undefined, kind: ReportKind): Promise<Record<string, unknown>[]>;
  parts(arn: string | undefined, kind: ReportKind): Promise<string[]>;
}

export type ReportKind = 'Transferred' | 'Skipped' | 'Verified' | 'Deleted';

/** A task from an NFS share to `raw/` of a bucket, with a full report to `reports/` of it. */
export async function way(
  files: Readonly<Record<string, string>>,
  options: Partial<CreateTaskCommandInput> = {},
): Promise<Way> {
  const [from, agentArn, bucket] = [await share(files), await agent(), await aws.bucket()];
  const S3BucketArn = `arn:aws:s3:::${bucket}`;
  const { LocationArn: SourceLocationArn } = await datasync.send(
    new CreateLocationNfsCommand({
      ServerHostname: from.host,
      Subdirectory: '/export',
      OnPremConfig: { AgentArns: [agentArn] },
    }),
  );
  const { LocationArn: DestinationLocationArn } = await datasync.send(
    new CreateLocationS3Command({ S3BucketArn, Subdirectory: '/raw', S3Config: { BucketAccessRoleArn: ROLE } }),
  );
  const { TaskArn } = await datasync.send(
    new CreateTaskCommand({
      SourceLocationArn,
      DestinationLocationArn,
      TaskMode: 'ENHANCED',
      TaskReportConfig: {
        Destination: { S3: { S3BucketArn, Subdirectory: 'reports', BucketAccessRoleArn: ROLE } },
        OutputType: 'STANDARD',
        ReportLevel: 'SUCCESSES_AND_ERRORS',
        ObjectVersionIds: 'INCLUDE',
      },
      ...options,
    }),
  );
  const task = TaskArn ?? '';
  const text = async (Key: string) =>
    (await (await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString()) ?? '';
  const list = async (Prefix: string) =>
    ((await aws.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }))).Contents ?? []).map((o) => o.Key ?? '');
  const start = async (request: Partial<StartTaskExecutionCommandInput> = {}) =>
    (await datasync.send(new StartTaskExecutionCommand({ TaskArn: task, ...request }))).TaskExecutionArn ?? '';
  const parts = async (arn: string | undefined, kind: ReportKind) => {
    const [, taskId = '', , exec = ''] = (arn ?? '').split('/');
    const found = await list(`reports/Detailed-Reports/${taskId}/${exec}/`);
    return found.filter((k) => k.includes(`.files-${kind.toLowerCase()}-v1-`));
  };
  return {
    task,
    agentArn,
    bucket,
    share: from,
    start,
    run: async (request) => ended(await start(request)),
    keys: async () => (await list('raw/')).map((k) => k.slice('raw/'.length)),
    text,
    parts,
    rows: async (arn, kind) => {
      const texts = await Promise.all((await parts(arn, kind)).map(text));
      return texts.flatMap((t) => (JSON.parse(t) as Record<string, Record<string, unknown>[]>)[kind] ?? []);
    },
  };
}

/** Starts a task of a template. */
export const start = async (TaskArn: string): Promise<string> =>
  (await datasync.send(new StartTaskExecutionCommand({ TaskArn }))).TaskExecutionArn ?? '';

export const describeExecution = (TaskExecutionArn: string): Promise<DescribeTaskExecutionResponse> =>
  datasync.send(new DescribeTaskExecutionCommand({ TaskExecutionArn }));

/** Waits for the end of an execution. */
export const ended = (arn: string): Promise<DescribeTaskExecutionResponse> =>
  until(`the end of ${arn}`, async () => {
    const found = await describeExecution(arn);
    return found.Status === 'SUCCESS' || found.Status === 'ERROR' ? found : undefined;
  });
