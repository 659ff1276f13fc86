/** The embedded S3 Batch Operations itself: what it refuses, its states, and its operations. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  DescribeJobCommand,
  ListJobsCommand,
  S3ControlClient,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
  type CreateJobCommandInput,
} from '@aws-sdk/client-s3-control';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { clientConfig, s3Client } from '../../../runtime/aws.ts';
import { readReport, reportRows } from '../../../runtime/copy/report.ts';
import { until } from '../local/aws.ts';

const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
const AccountId = '000000000000';
const control = new S3ControlClient({
  ...clientConfig(),
  disableHostPrefix: true,
  endpointProvider: () => ({ url: new URL(endpoint) }),
});
const bucket = `batch-${randomUUID().slice(0, 8)}`;
const role = `batch-${randomUUID().slice(0, 8)}`;
const iam = new IAMClient(clientConfig());
const allow = (more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
const makeRole = (RoleName: string) =>
  iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: allow({
        Action: 'sts:AssumeRole',
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
      }),
    }),
  );

const put = async (Key: string, text: string, more = {}): Promise<string> => {
  const { ETag } = await s3Client().send(
    new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(text), ...more }),
  );
  return ETag ?? '';
};

beforeAll(async () => {
  await s3Client().send(new CreateBucketCommand({ Bucket: bucket }));
  await makeRole(role);
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: role,
      PolicyName: 'all',
      PolicyDocument: allow({ Action: 's3:*', Resource: '*' }),
    }),
  );
  await put('a.csv', 'text of a');
});

/** A job over a manifest of one line, with changes. */
async function job(more: Partial<CreateJobCommandInput> = {}, manifest = `${bucket},a.csv\n`, encryption = {}) {
  const key = `manifests/${randomUUID()}.csv`;
  const ETag = await put(key, manifest, encryption);
  const input: CreateJobCommandInput = {
    AccountId,
    ClientRequestToken: randomUUID(),
    ConfirmationRequired: false,
    Priority: 1,
    RoleArn: `arn:aws:iam::${AccountId}:role/${role}`,
    Manifest: {
      Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
      Location: { ObjectArn: `arn:aws:s3:::${bucket}/${key}`, ETag },
    },
    Operation: { S3PutObjectCopy: { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'copied' } },
    Report: {
      Enabled: true,
      Bucket: `arn:aws:s3:::${bucket}`,
      Prefix: 'reports',
      Format: 'Report_CSV_20180820',
      ReportScope: 'AllTasks',
    },
    ...more,
  };
  return { input, created: await control.send(new CreateJobCommand(input)) };
}
const describeJob = async (JobId: string | undefined) =>
  (await control.send(new DescribeJobCommand({ AccountId, JobId }))).Job;
const inState = (JobId: string | undefined, ...states: string[]) =>
  until(`job ${JobId} in ${states.join(' or ')}`, async () => {
    const found = await describeJob(JobId);
    return states.includes(found?.Status ?? '') ? found : undefined;
  });

describe('a job', () => {
  it('that needs no confirmation runs to its end, with counts and a report', async () => {
    const { created } = await job({}, `${bucket},a.csv\n${bucket},none.csv\n`);

    const ended = await inState(created.JobId, 'Complete', 'Failed');

    expect([ended.Status, ended.ProgressSummary]).toMatchObject([
      'Complete',
      { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 1 },
    ]);
    const report = await readReport(s3Client(), bucket, `reports/job-${created.JobId}/manifest.json`);
    const rows = [];
    for (const file of report?.files ?? [])
      for await (const r of reportRows(s3Client(), report as NonNullable<typeof report>, file))
        rows.push([r.key, r.status, r.code, r.http]);
    expect(rows).toEqual([
      ['a.csv', 'succeeded', '', '200'],
      ['none.csv', 'failed', 'NoSuchKey', '404'],
    ]);
  });

  it('that needs confirmation waits for it, and takes none twice', async () => {
    const { created } = await job({ ConfirmationRequired: true });
    const { JobId } = created;
    await inState(JobId, 'Suspended');
    const confirm = () => control.send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: 'Ready' }));

    await confirm();

    await expect(confirm()).rejects.toMatchObject({ name: 'JobStatusException' });
    expect((await inState(JobId, 'Complete')).ProgressSummary?.NumberOfTasksSucceeded).toBe(1);
  });

  it('that is cancelled before it is confirmed copies nothing and writes no report', async () => {
    const { created } = await job({ ConfirmationRequired: true });
    const { JobId } = created;
    await inState(JobId, 'Suspended');

    await control.send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: 'Cancelled' }));

    expect((await inState(JobId, 'Cancelled')).ProgressSummary?.NumberOfTasksSucceeded).toBe(0);
    expect(await readReport(s3Client(), bucket, `reports/job-${JobId}/manifest.json`)).toBeUndefined();
  });

  it('asked for again with the same token is the same job; with other parameters it is refused', async () => {
    const { input, created } = await job();

    const again = await control.send(new CreateJobCommand(input));

    expect(again.JobId).toBe(created.JobId);
    await expect(control.send(new CreateJobCommand({ ...input, Priority: 7 }))).rejects.toMatchObject({
      name: 'IdempotencyException',
    });
  });

  it('can be listed by its state and given another priority', async () => {
    const { created } = await job({ ConfirmationRequired: true, Description: 'one of many' });
    const { JobId } = created;
    await inState(JobId, 'Suspended');

    await control.send(new UpdateJobPriorityCommand({ AccountId, JobId, Priority: 9 }));

    const { Jobs } = await control.send(new ListJobsCommand({ AccountId, JobStatuses: ['Suspended'] }));
    expect(Jobs?.find((j) => j.JobId === JobId)).toMatchObject({
      Operation: 'S3PutObjectCopy',
      Priority: 9,
      Description: 'one of many',
    });
  });

  it('computes checksums of objects at rest', async () => {
    const { created } = await job({
      Operation: { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' } },
    });
    await inState(created.JobId, 'Complete');

    const report = await readReport(s3Client(), bucket, `reports/job-${created.JobId}/manifest.json`);
    const [file] = report?.files ?? [];
    const messages = [];
    for await (const r of reportRows(
      s3Client(),
      report as NonNullable<typeof report>,
      file as NonNullable<typeof file>,
    ))
      messages.push((JSON.parse(r.message) as { checksum_base64: string }).checksum_base64);
    expect(messages).toEqual([createHash('sha256').update('text of a').digest('base64')]);
  });

  it.each<[string, () => Promise<{ created: { JobId?: string | undefined } }>, RegExp]>([
    ['of another ETag', () => job({ ...wrongEtag() }), /ETag/],
    ['that a KMS key encrypts', () => job({}, undefined, kms), /KMS/],
    ['of two buckets', () => job({}, `${bucket},a.csv\nother,a.csv\n`), /one bucket/],
    ['with a line too short', () => job({}, `${bucket}\n`), /1 fields instead of 2/],
  ])('ends failed over a manifest %s', async (_what, make, reason) => {
    const { created } = await make();

    const ended = await inState(created.JobId, 'Failed', 'Complete');

    expect([ended.Status, ended.FailureReasons?.[0]?.FailureReason]).toEqual(['Failed', expect.stringMatching(reason)]);
  });

  it('whose role is allowed nothing ends failed', async () => {
    const idle = `${role}-idle`;
    await makeRole(idle);

    const { created } = await job({ RoleArn: `arn:aws:iam::${AccountId}:role/${idle}` });

    const ended = await inState(created.JobId, 'Failed', 'Complete');
    expect(ended.FailureReasons?.[0]?.FailureReason).toContain('AccessDenied');
  });
});

const kms = {
  ServerSideEncryption: 'aws:kms',
  SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555',
};
const wrongEtag = (): Partial<CreateJobCommandInput> => ({
  Manifest: {
    Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
    Location: { ObjectArn: `arn:aws:s3:::${bucket}/a.csv`, ETag: 'other' },
  },
});

describe('a request', () => {
  it.each<[string, Partial<CreateJobCommandInput>]>([
    ['with a role that is no ARN', { RoleArn: 'role' }],
    ['with a priority below 0', { Priority: -1 }],
    ['with an unknown report scope', { Report: { Enabled: true, ReportScope: 'Some' as 'AllTasks' } }],
    ['with a report that names no bucket', { Report: { Enabled: true } }],
    ['with no operation', { Operation: {} }],
    ['of another account', { AccountId: '111111111111' }],
  ])('%s is refused', async (_what, more) => {
    await expect(job(more)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('with a field that the model does not have is refused', async () => {
    const answer = await fetch(`${endpoint}/v20180820/jobs`, {
      method: 'POST',
      headers: {
        'x-amz-account-id': AccountId,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/s3/aws4_request',
      },
      body: '<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Colour>red</Colour></CreateJobRequest>',
    });

    expect([answer.status, (await answer.text()).includes('Colour')]).toEqual([400, true]);
  });

  it('for a job that there is none of says so', async () => {
    await expect(describeJob(randomUUID())).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});
