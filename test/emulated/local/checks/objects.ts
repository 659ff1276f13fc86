import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from '../aws.ts';
import type { Check } from './check.ts';

const KEY = 'a b+c%25/é';

async function versioned(aws: Aws) {
  const Bucket = await aws.bucket();
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await aws.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: '0123456789' }));
  return { Bucket, VersionId };
}

export const objectChecks: readonly Check[] = [
  {
    gap: 's3_version_range',
    title: 'a byte range of a version is that range',
    observe: async (aws) => {
      const one = { ...(await versioned(aws)), Key: KEY };
      const found = await aws.s3.send(new GetObjectCommand({ ...one, Range: 'bytes=2-4' }));
      return [await found.Body?.transformToString(), found.ContentRange];
    },
    mended: ['234', 'bytes 2-4/10'],
    open: ['0123456789', undefined],
  },
  {
    gap: 's3_version_listing',
    title: 'a listing of versions encodes its keys where that is asked',
    observe: async (aws) => {
      const { Bucket } = await versioned(aws);
      const found = await aws.s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url', Prefix: 'a b' }));
      return [found.EncodingType, found.Versions?.[0]?.Key];
    },
    mended: ['url', 'a%20b%2Bc%2525/%C3%A9'],
    open: [undefined, KEY],
  },
];
