/** Publishes files of the lake as rows and as files. Doing it again changes nothing. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExportKeys } from '../../protocol/keys.ts';
import type { ExportFile, Publish } from '../../protocol/publish.ts';
import { withDuck, type DuckOptions } from '../duck.ts';
import { hashFile, uploadFile } from '../upload.ts';
import { PublishedDatabase, type Credentials, type Loaded } from './database.ts';
import { addToIndex } from './exports.ts';
import { publishedColumns, selectRows, writeCsv } from './rows.ts';
import type { LakeFile } from './source.ts';

export interface PublishTarget {
  readonly s3: S3Client;
  readonly transformedBucket: string;
  readonly publish: Publish;
  /** Asked once, only where the estate names a database. */
  readonly credentials: (secret: string) => Promise<Credentials>;
  readonly duck: DuckOptions;
  /** Told after each file. */
  readonly onFile?: (done: { file: LakeFile; rows: number; loaded?: Loaded }) => void;
}

export interface Published {
  readonly files: number;
  /** Files of classes that the estate does not publish. */
  readonly withheld: number;
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly exported: number;
}

/** Publishes the files one by one, in order. A file is loaded whole or not at all; an export is indexed once it is there. */
export async function publishFiles(target: PublishTarget, files: readonly LakeFile[]): Promise<Published> {
  const { publish, duck } = target;
  const wanted = files.filter((f) => (publish.sensitivities as readonly string[]).includes(f.sensitivity));
  const sum = { rows: 0, inserted: 0, updated: 0, unchanged: 0, exported: 0 };
  const database =
    publish.database &&
    (await PublishedDatabase.open(publish.database, await target.credentials(publish.database.secret)));
  try {
    for (const file of wanted) {
      const path = join(duck.scratch, 'publish.parquet');
      await download(target, file.key, path);
      const loaded = database && (await load(target, database, file, path));
      const exports = await exportFile(target, file, path);
      if (exports.length > 0) await addToIndex(target.s3, target.transformedBucket, file.table, exports);
      const rows = loaded?.rows ?? exports[0]?.rows ?? 0;
      sum.rows += rows;
      sum.inserted += loaded?.inserted ?? 0;
      sum.updated += loaded?.updated ?? 0;
      sum.unchanged += loaded?.unchanged ?? 0;
      sum.exported += exports.length;
      target.onFile?.({ file, rows, ...(loaded ? { loaded } : {}) });
      await rm(path, { force: true });
    }
  } finally {
    await database?.close();
  }
  return { files: wanted.length, withheld: files.length - wanted.length, ...sum };
}

async function download({ s3, transformedBucket, duck }: PublishTarget, key: string, path: string): Promise<void> {
  await mkdir(duck.scratch, { recursive: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: transformedBucket, Key: key }));
  await pipeline(Body as Readable, createWriteStream(path));
}

async function load(target: PublishTarget, database: PublishedDatabase, file: LakeFile, path: string): Promise<Loaded> {
  const csv = join(target.duck.scratch, 'publish.csv');
  const written = await withDuck(target.duck, (c) => writeCsv(c, selectRows(file.table, path, file, 'csv'), csv));
  const loaded = await database.load(file.table, csv, publishedColumns(file.table));
  await rm(csv, { force: true });
  if (loaded.rows !== written) throw new Error(`${file.key} has ${written} rows, and the database took ${loaded.rows}`);
  return loaded;
}

async function exportFile(target: PublishTarget, file: LakeFile, path: string): Promise<ExportFile[]> {
  const { s3, transformedBucket, publish, duck } = target;
  const done: ExportFile[] = [];
  for (const format of publish.files) {
    const [out, rows] = await withDuck(duck, async (c) => {
      const made = join(duck.scratch, `export.${format}`);
      const query = selectRows(file.table, path, file, format);
      if (format === 'csv') return [made, await writeCsv(c, query, made, 'gzip')] as const;
      const copied = await c.runAndReadAll(
        `COPY (${query}) TO '${made.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      return [made, Number(copied.getRows()[0]?.[0])] as const;
    });
    const { bundle, sensitivity, name } = file;
    const suffix = format === 'csv' ? 'csv.gz' : 'parquet';
    const key = ExportKeys.file.key({ table: file.table, format, bundle, sensitivity, file: `${name}.${suffix}` });
    const { bytes, sha256 } = await hashFile(out);
    const contentType = format === 'csv' ? 'application/gzip' : 'application/vnd.apache.parquet';
    await uploadFile(s3, transformedBucket, key, out, { sha256, contentType });
    await rm(out, { force: true });
    done.push({ key, format, bundle, sensitivity, run: name, rows, bytes, sha256 });
  }
  return done;
}
