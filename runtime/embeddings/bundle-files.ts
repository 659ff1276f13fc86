/** The bundle in the work bucket, where jobs read it: the files as they were deployed, proved before they are written. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleFiles } from '../../protocol/bundle.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { readBundle } from '../bundle/read.ts';
import { inParallel } from '../many.ts';
import { readJson } from './texts.ts';

const WRITES_AT_ONCE = 8;

/**
 * Brings the bundle of a folder into the work bucket unless it lies there. Its index comes last, so that it tells of files
 * that are there. Throws a BundleError for a folder that is not what its index says.
 */
export async function ensureBundle(s3: S3Client, workBucket: string, folder: string): Promise<void> {
  const { index } = await readBundle(folder);
  const { hash } = index;
  const keyOf = (path: string): string => WorkKeys.bundle.key({ hash, path });
  const there = await readJson(s3, workBucket, keyOf(BundleFiles.index), (v) => v);
  if (there && JSON.stringify(there.value) === JSON.stringify(index)) return;
  const put = async (path: string): Promise<void> => {
    await s3.send(
      new PutObjectCommand({ Bucket: workBucket, Key: keyOf(path), Body: await readFile(join(folder, path)) }),
    );
  };
  await inParallel(Object.keys(index.files), WRITES_AT_ONCE, put);
  await put(BundleFiles.index);
}
