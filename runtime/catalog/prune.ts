/** Takes the rows of given object versions out of Parquet files, each only if nobody else changed the file in between. */
import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { copyToParquet, rowsOf, withDuck, type DuckOptions } from '../duck.ts';
import { sqlText } from '../sql/text.ts';
import { hashFile, uploadFile } from '../upload.ts';
import { dataFiles, type Clients } from './files.ts';

export interface Version {
  /** Key in the raw bucket. */
  readonly key: string;
  readonly version: string;
}

/** Others changed the file again and again while rows were being removed. */
export class BusyFileError extends Error {
  override readonly name = 'BusyFileError';
}

/** Times that a file is read again after another task changed it: each of them removes rows too, so they end. */
const MAX_ROUNDS = 20;

const predicate = (versions: readonly Version[]): string =>
  `(_source_key, _source_version) IN (${versions.map((v) => `(${sqlText(v.key)}, ${sqlText(v.version)})`).join(', ')})`;

/** Fetches a file; its ETag, or undefined when it does not exist. */
export async function fetchFile(s3: S3Client, bucket: string, key: string, path: string): Promise<string | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(Body as Readable, createWriteStream(path));
    return ETag ?? '';
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

/** Removes rows of the versions from one file; true when there were any. Throws BusyFileError. */
export async function pruneFile(
  s3: S3Client,
  bucket: string,
  key: string,
  versions: readonly Version[],
  duck: DuckOptions,
): Promise<boolean> {
  await mkdir(duck.scratch, { recursive: true });
  const [before, after] = [join(duck.scratch, 'before.parquet'), join(duck.scratch, 'after.parquet')];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const etag = await fetchFile(s3, bucket, key, before);
    if (etag === undefined) return false;
    const found = await withDuck(duck, async (c) => {
      const [row] = await rowsOf(
        c,
        `SELECT count(*) AS n FROM read_parquet(${sqlText(before)}) WHERE ${predicate(versions)}`,
      );
      if (!Number(row?.['n'])) return false;
      await c.run(
        copyToParquet(
          `SELECT * FROM read_parquet(${sqlText(before)}) WHERE NOT coalesce(${predicate(versions)}, false)`,
          after,
        ),
      );
      return true;
    });
    if (!found) return false;
    try {
      await uploadFile(s3, bucket, key, after, { sha256: (await hashFile(after)).sha256, ifMatch: etag });
      return true;
    } catch (error) {
      // 412: another changed the file. 409: another is changing it right now. 404: a compaction has removed it.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409 && status !== 404) throw error;
    }
  }
  throw new BusyFileError(`${key} was changed by others ${MAX_ROUNDS} times while rows of older versions were removed`);
}

/**
 * Removes rows of the versions from a shard's file, wherever compactions have taken them; returns the files that changed. A
 * compaction looks for our writes after its switch, and we look for its switch after our writes, so no row slips through.
 */
export async function pruneTableFile(
  clients: Clients,
  place: { bucket: string; database: string; table: string; key: string },
  versions: readonly Version[],
  duck: DuckOptions,
): Promise<string[]> {
  const changed: string[] = [];
  for (let seen: string | undefined; ;) {
    const files = await dataFiles(clients, place);
    if (files.join('\n') === seen) return changed;
    seen = files.join('\n');
    for (const key of files) {
      if (await pruneFile(clients.s3, place.bucket, key, versions, duck)) changed.push(key);
    }
  }
}
