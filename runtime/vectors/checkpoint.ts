/** Which files of the table of embeddings an S3 Vectors index holds: kept beside, so that a task which was cut goes on. */
import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { WorkKeys } from '../../protocol/keys.ts';
import { readJson, replaceJson } from '../embeddings/texts.ts';

const Checkpoint = z.strictObject({
  /** Key → ETag. */
  files: z.record(z.string(), z.string()),
});
/** Each round that fails is one in which another task has got on. */
const MAX_ROUNDS = 50;

export interface CheckpointPlace {
  readonly s3: S3Client;
  readonly workBucket: string;
  /** vectorIndexName. */
  readonly index: string;
}

const keyOf = (index: string): string => WorkKeys.vectors.key({ index, path: 'checkpoint.json' });
const read = ({ s3, workBucket, index }: CheckpointPlace) =>
  readJson(s3, workBucket, keyOf(index), (v) => Checkpoint.parse(v));

export const indexedFiles = async (place: CheckpointPlace): Promise<ReadonlyMap<string, string>> =>
  new Map(Object.entries((await read(place))?.value.files ?? {}));

/** Adds one file; what others add at the same time stays. */
export async function addIndexed(place: CheckpointPlace, file: { key: string; etag: string }): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await read(place);
    const next = { files: { ...found?.value.files, [file.key]: file.etag } };
    if (await replaceJson(place.s3, place.workBucket, keyOf(place.index), next, found?.etag)) return;
  }
  throw new Error(`the checkpoint of ${place.index} was changed by others ${MAX_ROUNDS} times in a row`);
}
