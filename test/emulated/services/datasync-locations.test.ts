import {
  CreateLocationAzureBlobCommand,
  CreateLocationEfsCommand,
  CreateLocationHdfsCommand,
  CreateLocationObjectStorageCommand,
  CreateLocationS3Command,
  CreateLocationSmbCommand,
  CreateTaskCommand,
  DeleteLocationCommand,
  DescribeLocationObjectStorageCommand,
  DescribeLocationSmbCommand,
  UpdateLocationSmbCommand,
} from '@aws-sdk/client-datasync';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unique } from '../local/aws.ts';
import { agent, aws, datasync, ended, ROLE, sourceFolder, start, way } from './datasync.ts';

const host = () => `${unique('host')}.example.com`;
const secret = {
  SecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s-AbCdEf',
  SecretAccessRoleArn: ROLE,
};

/** A location of each kind, with the folder that stands for it. */
const kinds = {
  async smb() {
    const ServerHostname = host();
    const request = { ServerHostname, Subdirectory: '/share/lab', User: 'u', CustomSecretConfig: secret };
    const made = await datasync.send(new CreateLocationSmbCommand({ ...request, AgentArns: [await agent()] }));
    return { arn: made.LocationArn, folder: sourceFolder(ServerHostname, 'share', 'lab') };
  },
  async hdfs() {
    const Hostname = host();
    const request = { NameNodes: [{ Hostname, Port: 8020 }], Subdirectory: '/data', SimpleUser: 'hdfs' };
    const AgentArns = [await agent()];
    const made = await datasync.send(
      new CreateLocationHdfsCommand({ ...request, AuthenticationType: 'SIMPLE', AgentArns }),
    );
    return { arn: made.LocationArn, folder: sourceFolder(Hostname, 'data') };
  },
  async objectStorage() {
    const ServerHostname = host();
    const request = {
      ServerHostname,
      BucketName: 'images',
      Subdirectory: '/scans',
      ServerCertificate: Buffer.from('pem'),
    };
    const made = await datasync.send(new CreateLocationObjectStorageCommand(request));
    return { arn: made.LocationArn, folder: sourceFolder(ServerHostname, 'images', 'scans') };
  },
  async azureBlob() {
    const account = `${unique('a').replace('-', '')}.blob.core.windows.net`;
    const request = {
      ContainerUrl: `https://${account}/container`,
      AuthenticationType: 'SAS',
      CustomSecretConfig: secret,
    };
    const made = await datasync.send(new CreateLocationAzureBlobCommand({ ...request, AuthenticationType: 'SAS' }));
    return { arn: made.LocationArn, folder: sourceFolder(account, 'container') };
  },
  async efs() {
    const id = `fs-${unique('').slice(1)}`;
    const ec2 = (kind: string) => `arn:aws:ec2:us-east-1:000000000000:${kind}`;
    const made = await datasync.send(
      new CreateLocationEfsCommand({
        EfsFilesystemArn: `arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/${id}`,
        Ec2Config: {
          SubnetArn: ec2('subnet/subnet-0123456789abcdef0'),
          SecurityGroupArns: [ec2('security-group/sg-1a2b3c4d')],
        },
      }),
    );
    return { arn: made.LocationArn, folder: sourceFolder(id) };
  },
};

async function bucketLocation(Subdirectory: string, bucket?: string) {
  const Bucket = bucket ?? (await aws.bucket());
  const request = { S3BucketArn: `arn:aws:s3:::${Bucket}`, S3Config: { BucketAccessRoleArn: ROLE }, Subdirectory };
  return { bucket: Bucket, arn: (await datasync.send(new CreateLocationS3Command(request))).LocationArn };
}

async function move(SourceLocationArn?: string, DestinationLocationArn?: string) {
  const made = await datasync.send(
    new CreateTaskCommand({ SourceLocationArn, DestinationLocationArn, TaskMode: 'ENHANCED' }),
  );
  return ended(await start(made.TaskArn ?? ''));
}

const keys = async (Bucket: string) =>
  ((await aws.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map((o) => o.Key);

describe('files of a location of kind', () => {
  test.each([
    ['smb', ['raw/sub/', 'raw/sub/a.csv'], '65534'],
    ['hdfs', ['raw/sub/', 'raw/sub/a.csv'], String(process.getuid?.())],
    ['objectStorage', ['raw/sub/a.csv'], undefined],
    ['azureBlob', ['raw/sub/a.csv'], undefined],
    ['efs', ['raw/sub/', 'raw/sub/a.csv'], String(process.getuid?.())],
  ] as const)('%s come to a bucket', async (kind, expected, owner) => {
    const { arn, folder } = await kinds[kind]();
    await folder.write({ 'sub/a.csv': 'one' });
    const to = await bucketLocation('/raw');

    const done = await move(arn, to.arn);

    expect(done.Status).toBe('SUCCESS');
    expect(await keys(to.bucket)).toEqual(expected);
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: to.bucket, Key: 'raw/sub/a.csv' }));
    expect(head.Metadata?.['file-owner']).toBe(owner);
  });

  test('efs are written from a bucket, each whole and with its time', async () => {
    const w = await way({ 'sub/a.csv': 'one' });
    await w.run();
    const { arn, folder } = await kinds.efs();
    await folder.write({});
    const from = await bucketLocation('/raw', w.bucket);

    const done = await move(from.arn, arn);
    const again = await move(from.arn, arn);

    expect(done).toMatchObject({ Status: 'SUCCESS', FilesTransferred: 1 });
    expect(await readFile(join(folder.path, 'sub/a.csv'), 'utf8')).toBe('one');
    expect(again).toMatchObject({ FilesTransferred: 0, FilesSkipped: 1 });
  });
});

describe('objects of a bucket', () => {
  test('come to another with their metadata, and only when they changed', async () => {
    const from = await bucketLocation('/in');
    const to = await bucketLocation('/raw');
    const put = { Bucket: from.bucket, Key: 'in/2026/a b.csv', Body: 'one', ContentType: 'text/csv' };
    await aws.s3.send(new PutObjectCommand({ ...put, Metadata: { origin: 'reader-7' } }));

    const done = await move(from.arn, to.arn);
    const again = await move(from.arn, to.arn);

    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: to.bucket, Key: 'raw/2026/a b.csv' }));
    expect(head).toMatchObject({ ContentType: 'text/csv', Metadata: { origin: 'reader-7' } });
    expect(done).toMatchObject({ FilesTransferred: 1, FilesVerified: 1 });
    expect(again).toMatchObject({ FilesTransferred: 0, FilesSkipped: 1 });
  });

  test('whose keys DataSync cannot carry are named, and the others come', async () => {
    const from = await bucketLocation('/in');
    const to = await bucketLocation('/raw');
    for (const Key of ['in/good.csv', 'in//double.csv', 'in/../up.csv'])
      await aws.s3.send(new PutObjectCommand({ Bucket: from.bucket, Key, Body: '1' }));

    const done = await move(from.arn, to.arn);

    expect(done).toMatchObject({ Status: 'ERROR', FilesTransferred: 1, FilesFailed: { Prepare: 2 } });
    expect(await keys(to.bucket)).toEqual(['raw/good.csv']);
  });
});

describe('a large file', () => {
  test('comes in parts and is the same', async () => {
    const w = await way({ 'large.bin': 'decant '.repeat(5_000_000) });

    const done = await w.run();

    expect(done).toMatchObject({ Status: 'SUCCESS', BytesWritten: 35_000_000, FilesVerified: 1 });
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: w.bucket, Key: 'raw/large.bin' }));
    expect(head).toMatchObject({ ContentLength: 35_000_000, ETag: expect.stringContaining('-3') });
  });
});

describe('a location', () => {
  test('never tells a secret, and gives back what else it was made of', async () => {
    const { arn } = await kinds.objectStorage();

    const told = await datasync.send(new DescribeLocationObjectStorageCommand({ LocationArn: arn }));

    expect(Buffer.from(told.ServerCertificate ?? []).toString()).toBe('pem');
    expect(told.LocationUri).toMatch(/^object-storage:\/\/host-\w+\.example\.com\/images\/scans\/$/);
    expect(told).not.toHaveProperty('SecretKey');
  });

  test('can be changed', async () => {
    const { arn } = await kinds.smb();

    await datasync.send(new UpdateLocationSmbCommand({ LocationArn: arn, Subdirectory: '/other' }));

    const told = await datasync.send(new DescribeLocationSmbCommand({ LocationArn: arn }));
    expect(told).toMatchObject({ LocationUri: expect.stringMatching(/\/other\/$/), User: 'u' });
  });

  test('that a task uses cannot be deleted', async () => {
    const from = await bucketLocation('/in');
    const to = await bucketLocation('/raw');
    await move(from.arn, to.arn);

    const deleted = datasync.send(new DeleteLocationCommand({ LocationArn: from.arn }));

    await expect(deleted).rejects.toMatchObject({ name: 'InvalidRequestException', errorCode: 'LocationInUse' });
  });

  test('whose folder does not exist ends an execution with the folder’s name', async () => {
    const { arn, folder } = await kinds.hdfs();
    const to = await bucketLocation('/raw');

    const done = await move(arn, to.arn);

    expect(done).toMatchObject({ Status: 'ERROR', Result: { ErrorDetail: expect.stringContaining(folder.path) } });
  });
});
