/** An environment with a bucket that datasets are copied from, and the role that a stack would have made. */
import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyPolicyName, copyRoleName } from '../../../protocol/copy.ts';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import { makeEnvironment, type SmallEnvironment } from '../cli/environment.ts';

export interface CopyEnvironment extends SmallEnvironment {
  readonly bucket: string;
  readonly endpoint: string;
  put(key: string, body: string, more?: object): Promise<void>;
  /** Keys of the raw bucket → their texts. */
  raw(): Promise<Map<string, string>>;
  /** Keys below a folder of the newest copy. */
  work(prefix: string): Promise<string[]>;
  text(bucket: string, key: string): Promise<string>;
  keys(bucket: string, prefix: string): Promise<string[]>;
  /** Versions that a raw key has. */
  versions(key: string): Promise<number>;
}

const contract = '{ format: csv, columns: [{ name: a }] }';

/** `path` is the dataset's folder in the bucket; the default is its name, so that a batch copy fits. */
export async function makeCopyEnvironment(path?: string): Promise<CopyEnvironment> {
  const made = await makeEnvironment(`  assays:\n    source: share\n    contract: ${contract}\n`);
  const id = made.places.rawBucket.replace(/-raw$/, '');
  const bucket = `${id}-partner`;
  const s3 = s3Client();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const transfer = path === undefined ? '' : `    transfer: { path: '${path}' }\n`;
  await writeFile(
    join(made.dir, 'decant.yaml'),
    `estate: ${id}\nenvironments:\n  local: { kind: local }\nsources:\n` +
      `  partner: { kind: s3, location: 's3://${bucket}', grant: { until: '2030-01-01T00:00:00Z' } }\n` +
      `datasets:\n  assays:\n    source: partner\n${transfer}    contract: ${contract}\n`,
  );
  const iam = new IAMClient(clientConfig());
  const name = copyRoleName(id, 'local', 'partner');
  const policy = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = policy({ Action: 'sts:AssumeRole', Principal: { Service: 'batchoperations.s3.amazonaws.com' } });
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  await iam.send(
    new CreatePolicyCommand({
      PolicyName: copyPolicyName(id, 'local', 'partner'),
      PolicyDocument: policy({ Action: 's3:*', Resource: '*' }),
    }),
  );
  const keys = async (Bucket: string, Prefix: string): Promise<string[]> => {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return (page.Contents ?? []).map((o) => o.Key ?? '');
  };
  const text = async (Bucket: string, Key: string): Promise<string> =>
    (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';
  return {
    ...made,
    bucket,
    endpoint: process.env['AWS_ENDPOINT_URL'] ?? '',
    async put(Key, Body, more = {}) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body), ...more }));
    },
    async raw() {
      const found = await keys(made.places.rawBucket, '');
      return new Map(await Promise.all(found.map(async (k) => [k, await text(made.places.rawBucket, k)] as const)));
    },
    work: (prefix) => keys(made.places.workBucket, prefix),
    text,
    keys,
    async versions(key) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: made.places.rawBucket, Prefix: key }));
      return (page.Versions ?? []).filter((v) => v.Key === key).length;
    },
  };
}
