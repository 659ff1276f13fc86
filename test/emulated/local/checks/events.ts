import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { inlineFunction, unique, until, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

interface S3Detail {
  readonly object: { readonly 'version-id'?: string };
  readonly 'deletion-type'?: string;
}

/** Uploads one part and completes it with the right CRC-32 of the whole, and with a wrong one. */
async function completeWithWholeCrc(aws: Aws) {
  const Bucket = await aws.bucket();
  const upload = async (Key: string, ChecksumCRC32: string) => {
    const { UploadId } = await aws.s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }),
    );
    const part = { Bucket, Key, UploadId, PartNumber: 1 };
    const { ETag } = await aws.s3.send(new UploadPartCommand({ ...part, Body: '123456789' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    return aws.s3
      .send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload,
          ChecksumType: 'FULL_OBJECT',
          ChecksumCRC32,
        }),
      )
      .then(
        () => 'taken',
        (error: Error) => error.name,
      );
  };
  // The CRC-32 of these nine digits is cbf43926, the check value in the algorithm's definition.
  return { right: await upload('right', 'y/Q5Jg=='), wrong: await upload('wrong', 'AAAAAA==') };
}

/** Puts and deletes one object. Answers with the version ids that S3 gave and those that the events carry. */
async function putAndDelete(aws: Aws) {
  const Bucket = unique('source');
  const { outputs } = await aws.stack(
    {
      B: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: Bucket,
          VersioningConfiguration: { Status: 'Enabled' },
          NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        },
      },
      Q: { Type: 'AWS::SQS::Queue', Properties: {} },
      R: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [Bucket] } } },
          Targets: [{ Id: 't', Arn: { 'Fn::GetAtt': ['Q', 'Arn'] } }],
        },
      },
    },
    { Url: { Ref: 'Q' } },
  );
  const put = await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'a b+c%/é', Body: 'x' }));
  const deleted = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b+c%/é' }));
  const seen = new Map<string, S3Detail>();
  await until('both events', async () => {
    const { Messages } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: outputs['Url'] ?? '', MaxNumberOfMessages: 10 }),
    );
    for (const m of Messages ?? []) {
      const event = JSON.parse(m.Body ?? '{}') as { 'detail-type': string; detail: S3Detail };
      seen.set(event['detail-type'], event.detail);
    }
    return seen.size >= 2 ? true : undefined;
  });
  return { put, deleted, created: seen.get('Object Created'), marker: seen.get('Object Deleted') };
}

/** Sends twelve messages at once to a queue whose function notes how many it is given. */
async function batchSizes(aws: Aws): Promise<number[]> {
  const Bucket = await aws.bucket();
  const code = `
    const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    const s3 = new S3Client({ forcePathStyle: true });
    exports.handler = async (event) => {
      const n = event.Records.length;
      await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key: event.Records[0].messageId, Body: String(n) }));
    };`;
  const { outputs } = await aws.stack(
    {
      Q: { Type: 'AWS::SQS::Queue', Properties: {} },
      F: inlineFunction(code),
      M: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] },
          FunctionName: { Ref: 'F' },
          BatchSize: 25,
          MaximumBatchingWindowInSeconds: 1,
        },
      },
    },
    { Url: { Ref: 'Q' } },
  );
  const send = (ids: number[]) =>
    aws.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: outputs['Url'] ?? '',
        Entries: ids.map((i) => ({ Id: `${i}`, MessageBody: `${i}` })),
      }),
    );
  await Promise.all([send([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), send([10, 11])]);
  return until('twelve messages', async () => {
    const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
    const bodies = (Contents ?? []).map(({ Key }) =>
      aws.s3.send(new GetObjectCommand({ Bucket, Key })).then((o) => o.Body?.transformToString()),
    );
    const sizes = (await Promise.all(bodies)).map(Number);
    return sizes.reduce((a, b) => a + b, 0) === 12 ? sizes : undefined;
  });
}

export const eventChecks: readonly Check[] = [
  {
    gap: 's3_events',
    title: 'events of S3 name the version of the object, that of a delete marker too',
    observe: async (aws) => {
      const { put, deleted, created, marker } = await putAndDelete(aws);
      return {
        created: created?.object['version-id'] === put.VersionId,
        marker: marker?.object['version-id'] === deleted.VersionId,
        type: marker?.['deletion-type'],
      };
    },
    mended: { created: true, marker: true, type: 'Delete Marker Created' },
    open: { created: false, marker: false, type: 'Delete Marker Created' },
  },
  {
    gap: 's3_full_checksum',
    title: 'an upload in parts may state the CRC-32 of the whole object',
    observe: completeWithWholeCrc,
    mended: { right: 'taken', wrong: 'BadDigest' },
    open: { right: 'BadDigest', wrong: 'BadDigest' },
  },
  {
    gap: 'queue_batches',
    title: 'a queue hands its function more than ten messages when they came within the window',
    observe: async (aws) => (await batchSizes(aws)).some((n) => n > 10),
    mended: true,
    open: false,
  },
];
