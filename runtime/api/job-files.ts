/** Files of jobs, by their URI. */
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface JobFiles {
  /** Bytes of a file; undefined where there is none. */
  size(uri: string): Promise<number | undefined>;
  download(uri: string, path: string): Promise<void>;
  read(uri: string): Promise<Buffer>;
  write(uri: string, body: Buffer): Promise<void>;
}

/** Bucket and key of `s3://bucket/key`. */
export function placeOf(uri: string): { Bucket: string; Key: string } {
  const found = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
  if (!found) throw new RangeError(`no s3:// URI of an object: ${uri}`);
  return { Bucket: found[1] ?? '', Key: found[2] ?? '' };
}

const isMissing = (error: unknown): boolean => ['NotFound', 'NoSuchKey'].includes((error as Error).name);

export class S3Files implements JobFiles {
  readonly #s3: S3Client;

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  async size(uri: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#s3.send(new HeadObjectCommand(placeOf(uri)));
      return ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async download(uri: string, path: string): Promise<void> {
    const { Body } = await this.#s3.send(new GetObjectCommand(placeOf(uri)));
    await pipeline(Body as Readable, createWriteStream(path));
  }

  async read(uri: string): Promise<Buffer> {
    const { Body } = await this.#s3.send(new GetObjectCommand(placeOf(uri)));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async write(uri: string, body: Buffer): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ ...placeOf(uri), Body: body }));
  }
}

/** A folder that stands for S3: a folder a bucket in it. For one machine without an AWS. */
export class FolderFiles implements JobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(uri: string): string {
    const { Bucket, Key } = placeOf(uri);
    const path = join(this.#folder, Bucket, Key);
    if (!path.startsWith(join(this.#folder, Bucket, '/'))) throw new RangeError(`leaves its bucket: ${uri}`);
    return path;
  }

  async size(uri: string): Promise<number | undefined> {
    const found = await stat(this.#path(uri)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  async download(uri: string, path: string): Promise<void> {
    await copyFile(this.#path(uri), path);
  }

  read(uri: string): Promise<Buffer> {
    return readFile(this.#path(uri));
  }

  async write(uri: string, body: Buffer): Promise<void> {
    await mkdir(dirname(this.#path(uri)), { recursive: true });
    await writeFile(this.#path(uri), body);
  }
}
