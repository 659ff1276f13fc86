/** A place with an S3 in memory and a DataSync whose answers a test sets. */
import { DataSyncClient } from '@aws-sdk/client-datasync';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import type { TransferPlace } from '../../../../runtime/transfer/place.ts';
import { TASK } from './rows.ts';

const refused = (status: number): S3ServiceException =>
  new S3ServiceException({
    name: String(status),
    $fault: 'client',
    message: '',
    $metadata: { httpStatusCode: status },
  });

/** `objects`: bucket/key → content. */
export function memoryPlace() {
  const objects = new Map<string, string>();
  const datasync = mockClient(DataSyncClient);
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).callsFake(
    (input: { Bucket: string; Key: string; Body: string | Uint8Array; IfNoneMatch?: string }) => {
      const name = `${input.Bucket}/${input.Key}`;
      if (input.IfNoneMatch === '*' && objects.has(name)) throw refused(412);
      objects.set(name, Buffer.from(input.Body).toString());
      return {};
    },
  );
  s3.on(GetObjectCommand).callsFake((input: { Bucket: string; Key: string }) => {
    const text = objects.get(`${input.Bucket}/${input.Key}`);
    if (text === undefined) throw refused(404);
    return { Body: { transformToByteArray: () => Promise.resolve(Buffer.from(text)) } };
  });
  s3.on(ListObjectsV2Command).callsFake((input: { Bucket: string; Prefix: string }) => ({
    Contents: [...objects.keys()]
      .filter((name) => name.startsWith(`${input.Bucket}/${input.Prefix}`))
      .sort()
      .map((name) => ({ Key: name.slice(input.Bucket.length + 1) })),
  }));
  const waits: number[] = [];
  const place: TransferPlace = {
    workBucket: 'work',
    evidenceBucket: 'evidence',
    datasync: new DataSyncClient({}),
    s3: new S3Client({}),
    tasks: new Map([['assays', TASK]]),
    sleep: (ms) => Promise.resolve(waits.push(ms)),
  };
  return { place, objects, datasync, s3, waits, restore: () => [datasync, s3].forEach((m) => m.restore()) };
}
