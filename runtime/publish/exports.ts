/** Files for applications that want files: CSV or Parquet with an index, which names a file only once it is there. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ExportKeys } from '../../protocol/keys.ts';
import type { ExportFile, ExportIndex, PublishedTable } from '../../protocol/publish.ts';

export const indexKey = (table: PublishedTable): string => ExportKeys.index.key({ table });
export const schemaPath = (table: PublishedTable): string => `schema/tables/${table}.schema.json`;

/** Another run wrote the index at the same moment, again and again. */
export class ExportIndexBusyError extends Error {
  override readonly name = 'ExportIndexBusyError';
}

const TRIES = 20;

/** Adds files to the index; a file that it names already keeps its one entry, with what is known now. */
export async function addToIndex(
  s3: S3Client,
  bucket: string,
  table: PublishedTable,
  files: readonly ExportFile[],
): Promise<ExportIndex> {
  for (let i = 0; i < TRIES; i++) {
    const { index, etag } = await readIndex(s3, bucket, table);
    const fresh = new Map([...index.files, ...files].map((f) => [f.key, f]));
    const next: ExportIndex = { ...index, files: [...fresh.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: indexKey(table),
          Body: JSON.stringify(next, undefined, 1),
          ContentType: 'application/json',
          ...(etag ? { IfMatch: etag } : { IfNoneMatch: '*' }),
        }),
      );
      return next;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new ExportIndexBusyError(`${indexKey(table)} was changed by others ${TRIES} times while this run added to it`);
}

export async function readIndex(
  s3: S3Client,
  bucket: string,
  table: PublishedTable,
): Promise<{ index: ExportIndex; etag?: string }> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: indexKey(table) }));
    const index = JSON.parse((await Body?.transformToString()) ?? '') as ExportIndex;
    return { index, ...(ETag ? { etag: ETag } : {}) };
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    return { index: { format: 1, table, schema: schemaPath(table), files: [] } };
  }
}

/** 412: the condition failed; 409: two conditional writes met. */
const isConflict = (error: unknown): boolean =>
  [409, 412].includes((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0);
