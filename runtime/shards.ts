/** Shard files and contracts in the work bucket: written once, read by every attempt. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Contract, type StoredContract } from '../protocol/contract.ts';
import { WorkKeys } from '../protocol/keys.ts';
import { Member, ShardHeader, ShardResult, type Shard } from '../protocol/shard.ts';
import { s3Client } from './aws.ts';
import { canonicalJson, contractHash } from './contracts.ts';

/** A shard file, contract or result that does not hold what its key promises. */
export class CorruptWorkFileError extends Error {
  override readonly name = 'CorruptWorkFileError';
}

/** The text of a shard file: the header, then one member a line. Equal shards give equal text. */
export const shardText = (shard: Shard): string =>
  [ShardHeader.parse(shard.header), ...shard.members.map((m) => Member.parse(m))]
    .map((line) => `${canonicalJson(line)}\n`)
    .join('');

/** Key of a shard's file. */
export const shardKey = (header: Pick<ShardHeader, 'dataset' | 'shard'>): string =>
  WorkKeys.shard.key({ dataset: header.dataset, shard: header.shard });

/** Takes a shard file's text apart. Throws CorruptWorkFileError. */
export function parseShard(text: string, key = 'shard file'): Shard {
  try {
    const [first = '', ...rest] = text.split('\n').filter((line) => line !== '');
    const shard = {
      header: ShardHeader.parse(JSON.parse(first)),
      members: rest.map((line) => Member.parse(JSON.parse(line))),
    };
    if (shard.members.length === shard.header.objects) return shard;
    throw new Error(`header says ${shard.header.objects} objects, ${shard.members.length} follow`);
  } catch (cause) {
    throw new CorruptWorkFileError(`${key} is not a shard file: ${(cause as Error).message}`, { cause });
  }
}

async function text(bucket: string, key: string, s3: S3Client): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString('utf-8');
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

/** Writes an object unless its key exists; false when it did. */
export async function putOnce(
  bucket: string,
  key: string,
  body: string,
  s3: S3Client,
  contentType = 'application/json',
  tries = 2,
): Promise<boolean> {
  try {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, IfNoneMatch: '*', ContentType: contentType }),
    );
    return true;
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412) return false; // The key exists.
    // Another writer of the same key is at it right now, with the same content; it may fail after all, so once more.
    if (status === 409 && tries > 1) return putOnce(bucket, key, body, s3, contentType, tries - 1);
    throw error;
  }
}

/** Reads a shard file. Throws CorruptWorkFileError, also when there is none. */
export async function readShard(bucket: string, key: string, s3 = s3Client()): Promise<Shard> {
  const found = await text(bucket, key, s3);
  if (found === undefined) throw new CorruptWorkFileError(`s3://${bucket}/${key} does not exist`);
  return parseShard(found, key);
}

/** Writes a shard file unless it exists; false when it did. A shard's id follows from its content, so what exists is the same. */
export const writeShard = (bucket: string, shard: Shard, s3 = s3Client()): Promise<boolean> =>
  putOnce(bucket, shardKey(shard.header), shardText(shard), s3, 'application/x-ndjson');

/** Reads a contract and checks it against its hash. Throws CorruptWorkFileError. */
export async function readContract(bucket: string, hash: string, s3 = s3Client()): Promise<StoredContract> {
  const key = WorkKeys.contract.key({ hash });
  const found = await text(bucket, key, s3);
  if (found === undefined) throw new CorruptWorkFileError(`s3://${bucket}/${key} does not exist`);
  const stored = JSON.parse(found) as StoredContract;
  if (contractHash(stored) !== hash)
    throw new CorruptWorkFileError(`s3://${bucket}/${key} does not have the hash in its name`);
  return { ...stored, contract: Contract.parse(stored.contract) };
}

/** Writes a contract under its hash unless it is there; returns the hash. */
export async function ensureContract(bucket: string, stored: StoredContract, s3 = s3Client()): Promise<string> {
  const hash = contractHash(stored);
  await putOnce(bucket, WorkKeys.contract.key({ hash }), canonicalJson(stored), s3);
  return hash;
}

/** Keys of the shard files of one backfill task, one a line (plain text: such keys need no escapes). Throws CorruptWorkFileError. */
export async function readList(bucket: string, key: string, s3 = s3Client()): Promise<string[]> {
  const found = await text(bucket, key, s3);
  if (found === undefined) throw new CorruptWorkFileError(`s3://${bucket}/${key} does not exist`);
  return found.split('\n').filter((line) => line !== '');
}

/** The committed result of a shard; undefined when it is not committed. */
export async function readResult(
  bucket: string,
  dataset: string,
  shard: string,
  s3 = s3Client(),
): Promise<ShardResult | undefined> {
  const key = WorkKeys.result.key({ dataset, shard });
  const found = await text(bucket, key, s3);
  if (found === undefined) return undefined;
  const parsed = ShardResult.safeParse(JSON.parse(found));
  if (parsed.success) return parsed.data;
  throw new CorruptWorkFileError(`s3://${bucket}/${key} is not a result: ${parsed.error.message}`);
}

/** Whether an object exists. */
export async function exists(bucket: string, key: string, s3 = s3Client()): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
    throw error;
  }
}
