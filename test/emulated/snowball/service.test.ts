/** The embedded Snowball as a service: requests are held to AWS's model, and jobs go AWS's way. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import {
  CancelJobCommand,
  CreateAddressCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  DescribeAddressCommand,
  DescribeAddressesCommand,
  DescribeJobCommand,
  GetJobManifestCommand,
  GetJobUnlockCodeCommand,
  GetSnowballUsageCommand,
  ListJobsCommand,
  SnowballClient,
  UpdateJobCommand,
  UpdateJobShipmentStateCommand,
} from '@aws-sdk/client-snowball';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import { localFiles } from '../../../local/state.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { unique, until } from '../local/aws.ts';
import { emulatorDir, endpoint, makeKey, makeRole } from './site.ts';

/** A Region of its own, so that devices of other tests do not count. */
const region = 'eu-west-1';
const snowball = new SnowballClient({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
const bucket = unique('raw');
const address = { Name: 'A', Street1: 'S 1', City: 'Basel', Country: 'CH', PostalCode: '4000', PhoneNumber: '0' };
let order: CreateJobCommandInput;

const limit = (devices: number) =>
  injectFault(endpoint, { service: 'snowball', fault: 'device-quota', resource: region, limit: devices });
/** Lets go of what is stuck; the quota goes with it, and is set again. */
const release = async (): Promise<void> => {
  await clearFaults(endpoint, 'snowball', region);
  await limit(1000);
};
const create = async (more: Partial<CreateJobCommandInput> = {}): Promise<string> =>
  (await snowball.send(new CreateJobCommand({ ...order, ...more }))).JobId ?? '';
const describeJob = async (JobId: string) => (await snowball.send(new DescribeJobCommand({ JobId }))).JobMetadata ?? {};
const reaches = (jobId: string, state: string) =>
  until(`${jobId} being ${state}`, async () => {
    const job = await describeJob(jobId);
    return job.JobState === state ? job : undefined;
  });
const put = async (jobId: string, key: string, text: string): Promise<void> => {
  const path = join(localFiles(emulatorDir).data, 'devices', jobId, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

beforeAll(async () => {
  await limit(1000);
  await s3Client().send(new CreateBucketCommand({ Bucket: bucket }));
  await s3Client().send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const { AddressId } = await snowball.send(new CreateAddressCommand({ Address: address }));
  order = {
    JobType: 'IMPORT',
    Resources: { S3Resources: [{ BucketArn: `arn:aws:s3:::${bucket}` }] },
    Description: 'a job',
    AddressId,
    KmsKeyARN: await makeKey(region),
    RoleARN: await makeRole(unique('role')),
    SnowballType: 'V3_5S',
    SnowballCapacityPreference: 'T240',
    ShippingOption: 'SECOND_DAY',
  };
});
afterAll(() => {
  snowball.destroy();
});

describe('a request to create a job', () => {
  test.each<[string, object, string]>([
    ['a state that is no enum value', { ShippingOption: 'TOMORROW' }, 'TOMORROW'],
    ['a role that is no ARN', { RoleARN: 'role' }, 'RoleARN|roleARN'],
    ['an export', { JobType: 'EXPORT' }, 'Only import jobs'],
    ['a device of old', { SnowballType: 'EDGE' }, 'no device of type EDGE'],
    ['a capacity of another device', { SnowballCapacityPreference: 'T32' }, 'T240'],
    ['a description that AWS refuses', { Description: 'estate/bpc' }, 'Description'],
    ['no address', { AddressId: undefined }, 'AddressId is missing'],
    ['no bucket', { Resources: {} }, 'names no bucket'],
  ])('with %s is refused', async (_what, more, says) => {
    await expect(create(more)).rejects.toMatchObject({
      name: 'InvalidInputCombinationException',
      message: expect.stringMatching(says),
    });
  });

  test.each<[string, object, string, string]>([
    ['an address', { AddressId: 'ADID00000000-0000-0000-0000-000000000000' }, 'InvalidResourceException', 'Address'],
    [
      'a bucket',
      { Resources: { S3Resources: [{ BucketArn: 'arn:aws:s3:::nowhere' }] } },
      'InvalidResourceException',
      'S3Bucket',
    ],
    ['a role', { RoleARN: 'arn:aws:iam::000000000000:role/nobody' }, 'InvalidResourceException', 'IAMRole'],
    ['a key', { KmsKeyARN: `arn:aws:kms:${region}:000000000000:key/none` }, 'KMSRequestFailedException', 'key/none'],
  ])('with %s that is not there is refused', async (_what, more, name, says) => {
    await expect(create(more)).rejects.toMatchObject({ name, message: expect.stringContaining(says) });
  });
});

test('a field that AWS’s model does not know is refused', async () => {
  // The client leaves such fields out, so that this goes over the wire as it is.
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSIESnowballJobManagementService.CreateJob',
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify({ ...order, Colour: 'red' }),
  });

  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('Colour')]);
});

test('an address without a city is refused, and a known one is described alike alone and among all', async () => {
  const { Address } = await snowball.send(new DescribeAddressCommand({ AddressId: order.AddressId }));
  const { Addresses } = await snowball.send(new DescribeAddressesCommand({ MaxResults: 1 }));

  expect(Address).toEqual({ ...address, AddressId: order.AddressId });
  expect(Addresses).toEqual([Address]);
  await expect(
    snowball.send(new CreateAddressCommand({ Address: { ...address, City: undefined } })),
  ).rejects.toMatchObject({ name: 'InvalidAddressException', message: 'The address lacks City.' });
});

describe('a job that is New', () => {
  let job: string;
  beforeAll(async () => {
    // Held: at the tests' speed it is New for an instant.
    await injectFault(endpoint, { service: 'snowball', fault: 'stuck', resource: region });
    job = await create();
  });
  afterAll(release);

  test('has no unlock code and no device manifest', async () => {
    await expect(snowball.send(new GetJobUnlockCodeCommand({ JobId: job }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
    await expect(snowball.send(new GetJobManifestCommand({ JobId: job }))).rejects.toMatchObject({
      name: 'InvalidJobStateException',
    });
  });

  test('can be changed', async () => {
    await snowball.send(new UpdateJobCommand({ JobId: job, Description: 'another' }));

    expect(await describeJob(job)).toMatchObject({ JobState: 'New', Description: 'another' });
  });

  test('can be cancelled, and goes nowhere then', async () => {
    await snowball.send(new CancelJobCommand({ JobId: job }));
    await release();
    const other = await create();
    await reaches(other, 'WithCustomer');

    expect((await describeJob(job)).JobState).toBe('Cancelled');
  });
});

describe('the life of a job', () => {
  let job: string;

  test('can be changed and cancelled while it is New only', async () => {
    job = await create();
    await reaches(job, 'WithCustomer');

    for (const command of [
      new CancelJobCommand({ JobId: job }),
      new UpdateJobCommand({ JobId: job, Description: 'x' }),
    ])
      await expect(snowball.send(command)).rejects.toMatchObject({
        name: 'InvalidJobStateException',
        message: expect.stringContaining('WithCustomer'),
      });
  });

  test('waits at the customer until it is sent back', async () => {
    const state = async () => (await describeJob(job)).JobState;

    const before = await state();
    await expect(
      snowball.send(new UpdateJobShipmentStateCommand({ JobId: job, ShipmentState: 'RECEIVED' })),
    ).rejects.toMatchObject({ name: 'InvalidJobStateException' });

    expect([before, await state()]).toEqual(['WithCustomer', 'WithCustomer']);
  });

  test('imports names and sizes into the bucket, over what is there, and erases the device', async () => {
    await put(job, 'lab/a/one.csv', 'new');
    await put(job, 'lab/a/ü &+%.csv', 'umlaut');
    await snowball.send(new UpdateJobShipmentStateCommand({ JobId: job, ShipmentState: 'RETURNED' }));
    const done = await reaches(job, 'Complete');

    const head = await s3Client().send(new HeadObjectCommand({ Bucket: bucket, Key: 'lab/a/ü &+%.csv' }));
    expect([head.ContentLength, head.Metadata]).toEqual([6, {}]);
    expect(done.DataTransferProgress).toEqual({
      ObjectsTransferred: 2,
      TotalObjects: 2,
      BytesTransferred: 9,
      TotalBytes: 9,
    });
    expect(await readdir(join(localFiles(emulatorDir).data, 'devices'))).not.toContain(job);
  });

  test('overwrites keys by new versions', async () => {
    const next = await create();
    await reaches(next, 'WithCustomer');
    await put(next, 'lab/a/one.csv', 'newer');
    await snowball.send(new UpdateJobShipmentStateCommand({ JobId: next, ShipmentState: 'RETURNED' }));
    await reaches(next, 'Complete');

    const { Body } = await s3Client().send(new GetObjectCommand({ Bucket: bucket, Key: 'lab/a/one.csv' }));
    const { Versions } = await s3Client().send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'lab/a/one.csv' }),
    );
    expect([await Body?.transformToString(), Versions?.length]).toEqual(['newer', 2]);
  });

  test('leaves a report and logs under links that last 60 minutes', async () => {
    const { JobLogInfo } = await describeJob(job);
    const links = Object.values<string | undefined>({ ...JobLogInfo }).map((l) => l ?? '');
    const [report, success, failure] = await Promise.all(
      [JobLogInfo?.JobCompletionReportURI, JobLogInfo?.JobSuccessLogURI, JobLogInfo?.JobFailureLogURI].map(
        async (uri) => (await fetch(uri ?? '')).text(),
      ),
    );

    expect(links.map((l) => new URL(l).searchParams.get('X-Amz-Expires'))).toEqual(['3600', '3600', '3600']);
    expect(report).toMatch(/^%PDF-1\.4[^]*Completed[^]*%%EOF\n$/);
    expect(success).toBe(`Bucket,Key,Size\n${bucket},lab/a/one.csv,3\n${bucket},lab/a/ü &+%.csv,6\n`);
    expect(failure).toBe('Bucket,Key,Size,Error\n');
  });

  test('is listed with all others, page by page', async () => {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await snowball.send(new ListJobsCommand({ MaxResults: 1, NextToken }));
      ids.push(...(page.JobListEntries ?? []).map((j) => j.JobId ?? ''));
      NextToken = page.NextToken;
    } while (NextToken);

    expect(ids).toContain(job);
    expect(new Set(ids).size).toBe(ids.length);
    await expect(snowball.send(new ListJobsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });
});

test('the quota counts devices that are under way, and refuses one more', async () => {
  const far = new SnowballClient({
    endpoint,
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const { AddressId } = await far.send(new CreateAddressCommand({ Address: address }));
  const here = { ...order, AddressId, KmsKeyARN: await makeKey('us-west-2') };
  const first = await far.send(new CreateJobCommand(here));

  const usage = await far.send(new GetSnowballUsageCommand({}));
  const second = far.send(new CreateJobCommand(here));

  expect(first.JobId).toMatch(/^JID/);
  expect([usage.SnowballsInUse, usage.SnowballLimit]).toEqual([1, 1]);
  await expect(second).rejects.toMatchObject({ message: expect.stringContaining('1 of 1 devices') });
  far.destroy();
});
