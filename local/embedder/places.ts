/** Files and folders, in S3 (`s3://bucket/key`) or on this machine. */
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { uploadFile } from '../../runtime/upload.ts';

interface Place {
  readonly bucket: string;
  readonly key: string;
}

function inS3(uri: string): Place | undefined {
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, key: key ?? '' };
}

const pathOf = (uri: string): string => (uri.startsWith('file:') ? fileURLToPath(uri) : uri);
const isMissing = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes((error as Error).name) || (error as NodeJS.ErrnoException).code === 'ENOENT';

/** URI of a file below a folder. */
export const below = (folder: string, ...parts: readonly string[]): string =>
  [folder.replace(/\/+$/, ''), ...parts].join('/');

export class Places {
  readonly #s3: () => S3Client;

  /** The client is made when a URI asks for it: a worker of folders needs no AWS. */
  constructor(s3: () => S3Client) {
    this.#s3 = s3;
  }

  /** Contents of a text file; undefined when there is none. */
  async readText(uri: string): Promise<string | undefined> {
    const place = inS3(uri);
    try {
      if (!place) return await readFile(pathOf(uri), 'utf8');
      const { Body } = await this.#s3().send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key }));
      return await Body?.transformToString();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Writes a small text file, whole or not at all. */
  async writeText(uri: string, text: string): Promise<void> {
    const place = inS3(uri);
    if (place) {
      const body = { Bucket: place.bucket, Key: place.key, Body: text, ContentType: 'application/json' };
      await this.#s3().send(new PutObjectCommand(body));
      return;
    }
    const path = pathOf(uri);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  }

  /** Names of the files below a folder, sorted; none where there is no folder. `deep`: of its folders too, with their path. */
  async list(folder: string, { deep = false } = {}): Promise<string[]> {
    const place = inS3(folder);
    const names = place ? await this.#listObjects(place) : await listPaths(pathOf(folder));
    return names.filter((name) => deep || !name.includes('/')).sort();
  }

  async #listObjects({ bucket, key }: Place): Promise<string[]> {
    const prefix = key === '' ? '' : below(key, '');
    const names: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#s3() }, { Bucket: bucket, Prefix: prefix })) {
      names.push(...(page.Contents ?? []).map(({ Key }) => (Key ?? '').slice(prefix.length)));
    }
    return names.filter((name) => name !== '');
  }

  /** Copies a file to a path of this machine. */
  async fetch(uri: string, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const place = inS3(uri);
    if (!place) return copyFile(pathOf(uri), path);
    const { Body } = await this.#s3().send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key }));
    await pipeline(Body as Readable, createWriteStream(path));
  }

  /** A folder of this machine with the same files: itself, or a copy in `path`. */
  async fetchFolder(uri: string, path: string): Promise<string> {
    if (!inS3(uri)) return pathOf(uri);
    for (const name of await this.list(uri, { deep: true })) await this.fetch(below(uri, name), join(path, name));
    return path;
  }

  /** Puts a file of this machine in its place, whole or not at all. */
  async put(path: string, uri: string): Promise<void> {
    const place = inS3(uri);
    if (place) return uploadFile(this.#s3(), place.bucket, place.key, path);
    const to = pathOf(uri);
    await mkdir(dirname(to), { recursive: true });
    // A name that engines pass over, until all of it is there.
    const aside = join(dirname(to), `_${process.pid}.part`);
    await copyFile(path, aside);
    await rename(aside, to);
  }

  async remove(uri: string): Promise<void> {
    const place = inS3(uri);
    if (!place) return rm(pathOf(uri), { force: true });
    await this.#s3().send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.key }));
  }
}

async function listPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '/').length));
}
