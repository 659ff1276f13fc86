/** Lists of a backfill: shards that one task takes in turn, and the index of all lists. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { WorkKeys } from '../protocol/keys.ts';
import type { ShardHeader } from '../protocol/shard.ts';
import { shardKey } from './shards.ts';

/** A Fargate start costs about a minute; a task of a quarter of an hour loses under a tenth to it, and a lost one little work. */
export const LIST_SECONDS = 15 * 60;
/**
 * Raw bytes that a task of the default size (2 vCPU) takes in a second, and seconds per object and per shard beside them: set
 * low, since a list that ends early costs a start, and one that runs for an hour costs only evenness.
 */
export const PACE = { bytesPerSec: 20 * 2 ** 20, secPerObject: 0.02, secPerShard: 2 } as const;

export const estimatedSeconds = (header: Pick<ShardHeader, 'bytes' | 'objects'>): number =>
  header.bytes / PACE.bytesPerSec + header.objects * PACE.secPerObject + PACE.secPerShard;

/** Gathers shards into lists, writes each list when it is full, and the index at the end. Without a client it only counts. */
export class ListWriter {
  readonly #s3: S3Client | undefined;
  readonly #bucket: string;
  readonly #dataset: string;
  readonly #list: string;
  readonly #lists: string[] = [];
  #held: string[] = [];
  #seconds = 0;
  shards = 0;
  constructor(s3: S3Client | undefined, bucket: string, dataset: string, list: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#dataset = dataset;
    this.#list = list;
  }

  get lists(): number {
    return this.#lists.length;
  }

  async add(header: Pick<ShardHeader, 'dataset' | 'shard' | 'bytes' | 'objects'>): Promise<void> {
    const seconds = estimatedSeconds(header);
    if (this.#held.length > 0 && this.#seconds + seconds > LIST_SECONDS) await this.#flush();
    this.#held.push(shardKey(header));
    this.#seconds += seconds;
    this.shards += 1;
  }

  /** Writes what is left and the index; its key, or undefined when there is nothing to do. */
  async finish(): Promise<string | undefined> {
    if (this.#held.length > 0) await this.#flush();
    if (this.#lists.length === 0) return undefined;
    const key = WorkKeys.listIndex.key({ dataset: this.#dataset, list: this.#list });
    await this.#put(
      key,
      this.#lists.map((list) => JSON.stringify({ list })),
    );
    return key;
  }

  async #flush(): Promise<void> {
    const part = String(this.#lists.length).padStart(6, '0');
    const key = WorkKeys.list.key({ dataset: this.#dataset, list: this.#list, part });
    this.#lists.push(key);
    const lines = this.#held;
    this.#held = [];
    this.#seconds = 0;
    await this.#put(key, lines);
  }

  async #put(key: string, lines: readonly string[]): Promise<void> {
    const Body = lines.map((line) => `${line}\n`).join('');
    await this.#s3?.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body, ContentType: 'application/x-ndjson' }),
    );
  }
}
