/**
 * What a program asks of AWS, read from its bundle: esbuild leaves out what no entry reaches, so that a call which only
 * another program makes does not count.
 */
import { build } from 'esbuild';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** IAM's prefix of each SDK package. */
const services: Record<string, string> = {
  '@aws-sdk/client-athena': 'athena',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-cloudwatch-logs': 'logs',
  '@aws-sdk/client-codebuild': 'codebuild',
  '@aws-sdk/client-datasync': 'datasync',
  '@aws-sdk/client-direct-connect': 'directconnect',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-ec2': 'ec2',
  '@aws-sdk/client-ecs': 'ecs',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-glue': 'glue',
  '@aws-sdk/client-iam': 'iam',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-s3-control': 's3',
  '@aws-sdk/client-s3vectors': 's3vectors',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-snowball': 'snowball',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/client-ssm': 'ssm',
  '@aws-sdk/client-sts': 'sts',
  '@aws-sdk/lib-storage': 's3',
};

const PUT = ['s3:PutObject', 's3:AbortMultipartUpload'];
const PARTIQL = ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'];

/** Operations that IAM knows by other names (service authorization reference). */
const renamed: Record<string, readonly string[]> = {
  's3:HeadObject': ['s3:GetObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:UploadPart': ['s3:PutObject'],
  's3:UploadPartCopy': ['s3:GetObject', 's3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:ListParts': ['s3:ListMultipartUploadParts'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:Upload': PUT,
  'dynamodb:BatchExecuteStatement': PARTIQL,
  'dynamodb:ExecuteStatement': PARTIQL,
};

const operationOf = (name: string): string =>
  name
    .replace(/^(paginate|waitUntil)/, '')
    .replace(/Command$/, '')
    .replace(/^[a-z]/, (c) => c.toUpperCase());

/** IAM actions behind the SDK calls of a program whose source begins at `entry`, sorted. */
export async function actionsOf(entry: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.text ?? '';
  return actionsIn(text, entry);
}

/** The same of a bundle's text. Throws on an SDK package that has no IAM prefix here. */
export function actionsIn(text: string, program: string): string[] {
  const found = new Set<string>();
  for (const [, names = '', from = ''] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*"(@aws-sdk\/[^"]+)"/g)) {
    const imported = names.split(',').map((n) => n.trim().split(/\s+as\s+/));
    for (const [name = '', local = name] of imported) {
      if (!/Command$|^paginate|^waitUntil|^Upload$/.test(name)) continue;
      const called = new RegExp(`(new |\\b)${local.replace('$', '\\$')}\\(`);
      if (!called.test(text)) continue;
      const service = services[from];
      if (!service) throw new Error(`${program} calls ${name} of ${from}; say what IAM calls that service`);
      const action = `${service}:${operationOf(name)}`;
      for (const a of renamed[action] ?? [action]) found.add(a);
    }
  }
  return [...found].sort();
}
