/** Exact indexes in the work bucket: each version a file of its own, and one small file that names the current one. */
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WorkKeys } from '../../protocol/keys.ts';
import { fetchFile } from '../catalog/prune.ts';
import { readJson, replaceJson, type Found } from '../embeddings/texts.ts';
import { uploadFile } from '../upload.ts';
import { type ExactFile, IndexFileError, readExactFile } from './exact-file.ts';
import { nearest } from './nearest.ts';
import type { Neighbour, VectorIndex, VectorQuery } from './vector-index.ts';

export const Current = z.strictObject({
  /** Key of the index; of the one before, which who has just looked may still be reading. */
  key: z.string(),
  previous: z.string().optional(),
  count: z.int().nonnegative(),
  /** Files of the table that it holds: key → ETag. */
  files: z.record(z.string(), z.string()),
});
export type Current = z.infer<typeof Current>;

export interface ExactPlace {
  readonly s3: S3Client;
  readonly workBucket: string;
  /** vectorIndexName. */
  readonly index: string;
}

export const readCurrent = ({ s3, workBucket, index }: ExactPlace): Promise<Found<Current> | undefined> =>
  readJson(s3, workBucket, WorkKeys.vectors.key({ index, path: 'current.json' }), (v) => Current.parse(v));

/** Puts a file in the place of the current index. False when another did so since `before` was read; nothing is changed then. */
export async function switchIndex(
  place: ExactPlace,
  before: Found<Current> | undefined,
  made: { readonly path: string; readonly count: number; readonly files: Readonly<Record<string, string>> },
): Promise<boolean> {
  const { s3, workBucket, index } = place;
  const key = WorkKeys.vectors.key({ index, path: `${randomUUID()}.vectors` });
  await uploadFile(s3, workBucket, key, made.path, { contentType: 'application/octet-stream' });
  const next: Current = {
    ...{ key, count: made.count, files: { ...made.files } },
    ...(before ? { previous: before.value.key } : {}),
  };
  const at = WorkKeys.vectors.key({ index, path: 'current.json' });
  const switched = await replaceJson(s3, workBucket, at, next, before?.etag);
  // Nobody reads what was never current, nor what was two versions ago.
  const unread = switched ? before?.value.previous : key;
  if (unread) await s3.send(new DeleteObjectCommand({ Bucket: workBucket, Key: unread }));
  return switched;
}

/** How long an answer may lag behind a switch. */
const LOOK_MS = 30_000;
const ROUNDS = 5;

/** The current index, read into memory when it is first searched, and again when another has taken its place. */
export class ExactIndex implements VectorIndex {
  readonly dimension: number;
  readonly #place: ExactPlace;
  readonly #folder: string;
  readonly #now: () => number;
  #loaded: { readonly key: string; readonly file: ExactFile } | undefined;
  #looked = -Infinity;
  #looking: Promise<void> | undefined;

  /** `folder` is for the file while it is read. */
  constructor(place: ExactPlace & { readonly dimension: number; readonly folder: string }, now = () => Date.now()) {
    this.dimension = place.dimension;
    this.#place = place;
    this.#folder = place.folder;
    this.#now = now;
  }

  async search(query: VectorQuery): Promise<Neighbour[]> {
    if (this.#now() - this.#looked >= LOOK_MS) await (this.#looking ??= this.#look());
    if (this.#loaded) return nearest(this.#loaded.file, query);
    const nothing = {
      count: 0,
      dimension: this.dimension,
      vectors: new Float32Array(),
      text: () => ['', '', ''] as const,
    };
    return nearest(nothing, query);
  }

  async #look(): Promise<void> {
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const current = await readCurrent(this.#place);
        if (!current || current.value.key === this.#loaded?.key || (await this.#load(current.value.key))) break;
      }
      this.#looked = this.#now();
    } finally {
      this.#looking = undefined;
    }
  }

  /** False when the file is gone: two others have taken its place since it was named. */
  async #load(key: string): Promise<boolean> {
    const path = join(this.#folder, `${randomUUID()}.vectors`);
    const { s3, workBucket } = this.#place;
    const { rm } = await import('node:fs/promises');
    try {
      if ((await fetchFile(s3, workBucket, key, path)) === undefined) return false;
      const file = await readExactFile(path);
      if (file.dimension !== this.dimension)
        throw new IndexFileError(`${key} holds vectors of ${file.dimension} components, not of ${this.dimension}`);
      this.#loaded = { key, file };
      return true;
    } finally {
      await rm(path, { force: true });
    }
  }
}
