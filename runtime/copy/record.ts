/** What the work bucket knows of a copy: its plan, its rounds, the jobs and outcomes of its slices. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { CopyRoute } from '../../protocol/copy.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { textOf } from './text.ts';
import type { Count, Counts } from './plan.ts';
import type { Slice } from './slices.ts';

/** Written last when a copy is planned: a copy without it was never planned. */
export interface PlanRecord {
  readonly copy: string;
  /** ISO 8601 UTC: before the source was listed. */
  readonly at: string;
  readonly route: CopyRoute;
  readonly listed: Count;
  readonly counts: Counts;
  readonly refused: Readonly<Record<string, number>>;
  readonly slices: readonly Slice[];
}

/** A retry of what failed in the round before; round 0 is the plan's. */
export interface RoundRecord {
  readonly round: number;
  readonly at: string;
  readonly slices: readonly Slice[];
  /** Failed objects of the round before that no retry can help, by what became of them. */
  readonly settled: Readonly<Record<Settled, Count>>;
}

/** Why an object of a plan is not copied after all. */
export const settledWays = ['gone', 'restore', 'refused'] as const;
export type Settled = (typeof settledWays)[number];

export interface JobRecord {
  readonly jobId?: string;
  readonly at: string;
}

/** What became of a slice; written last. */
export interface Outcome {
  readonly slice: string;
  readonly moved: Count;
  readonly failed: Count;
  /** Code → objects. */
  readonly codes: Readonly<Record<string, number>>;
  /** Status of the batch job. */
  readonly job?: { readonly id: string; readonly status: string };
  readonly startedAt: string;
  readonly endedAt: string;
}

export interface Summary {
  readonly copy: string;
  readonly at: string;
  readonly planned: Count;
  readonly moved: Count;
  readonly settled: Readonly<Record<Settled, Count>>;
  readonly open: Count;
  /** Objects of the plan that the raw bucket holds now. */
  readonly found: Count;
}

/** Ids sort by time: `20261121T050000Z`. */
export const copyId = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

export class CopyRecord {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly dataset: string;
  readonly copy: string;

  constructor(s3: S3Client, bucket: string, dataset: string, copy: string) {
    this.s3 = s3;
    this.bucket = bucket;
    this.dataset = dataset;
    this.copy = copy;
  }

  /** Begins all keys of the copy. */
  get folder(): string {
    return WorkKeys.copy.prefix({ dataset: this.dataset, copy: this.copy });
  }

  key(path: string): string {
    return WorkKeys.copy.key({ dataset: this.dataset, copy: this.copy, path });
  }

  async read<T>(path: string): Promise<T | undefined> {
    const text = await textOf(this.bucket, this.key(path), this.s3);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async write(path: string, value: unknown): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: this.key(path),
        Body: `${JSON.stringify(value, null, 2)}\n`,
        ContentType: 'application/json',
      }),
    );
  }

  /** Paths below a folder of the copy. */
  async paths(folder: string): Promise<string[]> {
    const prefix = this.key(folder);
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }),
      );
      found.push(...(page.Contents ?? []).map((o) => folder + (o.Key ?? '').slice(prefix.length)));
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return found;
  }

  /**
   * A list of objects. Encrypted by S3 itself, since S3 Batch Operations reads no list that is encrypted with a KMS key
   * (user guide, batch-ops-basics, specifying a manifest). Returns the ETag.
   */
  async upload(path: string, file: string): Promise<string> {
    const upload = new Upload({
      client: this.s3,
      params: {
        Bucket: this.bucket,
        Key: this.key(path),
        Body: createReadStream(file),
        ContentType: 'text/csv',
        ServerSideEncryption: 'AES256',
      },
    });
    const { ETag } = await upload.done();
    return (ETag ?? '').replaceAll('"', '');
  }

  /** ETag of a file, without quotes. */
  async etag(path: string): Promise<string> {
    const { ETag } = await this.s3.send(new HeadObjectCommand({ Bucket: this.bucket, Key: this.key(path) }));
    return (ETag ?? '').replaceAll('"', '');
  }

  async download(path: string, file: string): Promise<void> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.key(path) }));
    await pipeline(Body as Readable, createWriteStream(file));
  }
}

/** Ids of the planned copies of a dataset, oldest first. */
export async function copiesOf(s3: S3Client, bucket: string, dataset: string): Promise<string[]> {
  const prefix = WorkKeys.copy.prefix({ dataset });
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token }),
    );
    ids.push(...(page.CommonPrefixes ?? []).map((p) => (p.Prefix ?? '').slice(prefix.length, -1)));
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return ids.sort();
}
