/** The CDK CLI on an app, and what CloudFormation and the services behind it say is there. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  paginateListStackResources,
  paginateListStacks,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { clientConfig, dynamoClient, s3Client } from '../../../runtime/aws.ts';
import type { App } from '../app.ts';

const root = join(__dirname, '..', '..', '..');

let cloudFormation: CloudFormationClient | undefined;
const client = (): CloudFormationClient => (cloudFormation ??= new CloudFormationClient(clientConfig()));

/** Names of the stacks that are there, whatever their state. */
export async function stacks(): Promise<string[]> {
  const names: string[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client: client() }, {}))
    for (const s of StackSummaries) if (s.StackStatus !== 'DELETE_COMPLETE') names.push(s.StackName ?? '');
  return names.sort();
}

export interface Resource {
  readonly stack: string;
  /** Logical id. */
  readonly id: string;
  readonly type: string;
  readonly physicalId: string;
}

/** All resources of the app's stacks. */
export async function resources(): Promise<Resource[]> {
  const found: Resource[] = [];
  for (const stack of await stacks()) {
    if (stack === 'CDKToolkit') continue;
    const add = (r: StackResourceSummary) =>
      found.push({
        stack,
        id: r.LogicalResourceId ?? '',
        type: r.ResourceType ?? '',
        physicalId: r.PhysicalResourceId ?? '',
      });
    for await (const page of paginateListStackResources({ client: client() }, { StackName: stack }))
      page.StackResourceSummaries?.forEach(add);
  }
  return found;
}

/** Those that `after` has under another physical id, or not at all. */
export const replaced = (before: readonly Resource[], after: readonly Resource[]): Resource[] =>
  before.filter((b) => !after.some((a) => a.stack === b.stack && a.id === b.id && a.physicalId === b.physicalId));

export async function buckets(): Promise<string[]> {
  const { Buckets = [] } = await s3Client().send(new ListBucketsCommand({}));
  return Buckets.map((b) => b.Name ?? '').filter((name) => !name.startsWith('cdk-'));
}

export const tables = async (): Promise<string[]> =>
  (await dynamoClient().send(new ListTablesCommand({}))).TableNames ?? [];

/** `Enabled`, `PendingDeletion`. */
export async function keyState(keyId: string): Promise<string> {
  const response = await fetch(process.env['AWS_ENDPOINT_URL'] ?? '', {
    method: 'POST',
    headers: {
      'x-amz-target': 'TrentService.DescribeKey',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ KeyId: keyId }),
  });
  return ((await response.json()) as { KeyMetadata: { KeyState: string } }).KeyMetadata.KeyState;
}

/** Lines in which the CDK CLI tells how each stack of the last deployment went. */
export async function outcomes(app: App): Promise<string[]> {
  const log = await readFile(app.path('.decant', 'local', 'deploy.log'), 'utf8');
  const last = log.slice(log.lastIndexOf('Synthesis time'));
  return last.split('\n').filter((line) => /^\s*[✅❌]/u.test(line));
}

/** Runs `cdk destroy --all --force` as somebody who works with the CDK alone would. Throws with its output. */
export async function destroy(app: App): Promise<void> {
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'),
      ...['destroy', '--all', '--force', '--ci'],
      ...['-c', `estate=${app.path('decant.yaml')}`, '-c', 'environment=local'],
      ...['--output', app.path('.decant', 'cdk.out')],
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(env),
        ...(await app.sdk()),
        CDK_DEFAULT_ACCOUNT: '000000000000',
        CDK_DEFAULT_REGION: 'us-east-1',
        CDK_VALIDATION: 'false',
      },
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`cdk destroy ended with ${String(code)}\n${out}`);
}
