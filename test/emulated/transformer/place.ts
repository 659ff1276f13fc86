/** A place of its own on the running emulator for one test: buckets, ledger, database, and the real task as a process. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contract } from '../../../protocol/contract.ts';
import type { z } from 'zod';
import { WorkKeys } from '../../../protocol/keys.ts';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import type { ShardResult } from '../../../protocol/shard.ts';
import { register, type Registry } from '../../../runtime/catalog/register.ts';
import type { RegisterOutput } from '../../../protocol/workflow.ts';
import { contractHash, type CompiledDataset } from '../../../runtime/contracts.ts';
import { Ledger } from '../../../runtime/ledger.ts';
import { pack, defaultLimits, type ShardLimits } from '../../../runtime/pack.ts';
import { listPrefix } from '../../../runtime/catalog/files.ts';
import { ensureContract, readResult, writeShard } from '../../../runtime/shards.ts';
import { openDuck } from '../../../runtime/sql/duckdb.ts';
import { sqlText } from '../../../runtime/sql/text.ts';
import { createTable } from '../arrivals/workplace.ts';

const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const program =
  process.env['DECANT_TRANSFORMER'] ?? join(process.cwd(), 'build', 'containers', 'transformer', 'main.mjs');

/** A contract as a person writes it. */
export type ContractInput = z.input<typeof Contract>;

export interface Ended {
  /** Exit code, or the signal's name. */
  readonly code: number | string;
  /** stdout and stderr. */
  readonly log: string;
}

export interface TaskOptions {
  readonly attempt?: number;
  readonly retry?: number;
  readonly env?: Record<string, string>;
  readonly onStart?: (process: ChildProcess) => void;
  /** Called with the process and each line of its log. */
  readonly onLine?: (line: string, process: ChildProcess) => void;
}

/** `sequence` orders versions as S3's sequencer does; each put gets the next one. */
let sequence = 0;

export class Place {
  readonly id = randomUUID().slice(0, 8);
  readonly s3 = new S3Client({ ...client, forcePathStyle: true });
  readonly glue = new GlueClient(client);
  readonly dynamo = new DynamoDBClient(client);
  readonly ledger: Ledger;
  readonly set: CompiledDataset;
  readonly buckets: { raw: string; work: string; transformed: string; quarantine: string };
  readonly table: string;
  readonly database: string;

  private constructor(contract: Contract) {
    const { id } = this;
    this.buckets = {
      raw: `raw-${id}`,
      work: `work-${id}`,
      transformed: `transformed-${id}`,
      quarantine: `quarantine-${id}`,
    };
    this.table = `ledger-${id}`;
    this.database = `db_${id}`;
    this.ledger = new Ledger(this.table, this.dynamo);
    const stored = { dataset: 'assays', source: 'lab', contract };
    this.set = { ...stored, hash: contractHash(stored) };
  }

  /** Makes everything anew. */
  static async make(contract: ContractInput): Promise<Place> {
    const place = new Place(Contract.parse(contract));
    await createTable(place.dynamo, place.table);
    await Promise.all(Object.values(place.buckets).map((Bucket) => place.s3.send(new CreateBucketCommand({ Bucket }))));
    await place.s3.send(
      new PutBucketVersioningCommand({ Bucket: place.buckets.raw, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await place.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: place.database } }));
    const { dataset, source } = place.set;
    const stored = { dataset, source, contract: place.set.contract };
    await ensureContract(place.buckets.work, stored, place.s3);
    return place;
  }

  /** The same place under a changed contract. */
  async under(contract: ContractInput): Promise<CompiledDataset> {
    const stored = { dataset: this.set.dataset, source: this.set.source, contract: Contract.parse(contract) };
    await ensureContract(this.buckets.work, stored, this.s3);
    return { ...stored, hash: contractHash(stored) };
  }

  key(path: string): string {
    return `lab/assays/${path}`;
  }

  /** Delivers an object and records its version, as arrivals would. */
  async put(path: string, body: string | Uint8Array, at = '2026-11-20T10:00:00.000Z'): Promise<LedgerRow> {
    const { VersionId = 'null', ETag = '' } = await this.s3.send(
      new PutObjectCommand({ Bucket: this.buckets.raw, Key: this.key(path), Body: body }),
    );
    return this.#record(path, VersionId, Buffer.byteLength(body), at, { etag: ETag.replaceAll('"', '') });
  }

  /** Deletes an object, which is a version too. */
  async remove(path: string, at = '2026-11-21T10:00:00.000Z'): Promise<LedgerRow> {
    const { VersionId = 'null' } = await this.s3.send(
      new DeleteObjectCommand({ Bucket: this.buckets.raw, Key: this.key(path) }),
    );
    return this.#record(path, VersionId, 0, at, { marker: true });
  }

  async #record(path: string, version: string, size: number, at: string, more: Partial<LedgerRow>): Promise<LedgerRow> {
    const sequencer = (++sequence).toString(16).toUpperCase().padStart(64, '0');
    const row: LedgerRow = {
      object: `${this.buckets.raw}/${this.key(path)}`,
      version,
      dataset: this.set.dataset,
      state: 'arrived',
      size,
      at,
      since: at,
      sequencer,
      ...more,
    };
    await this.ledger.record(row);
    return row;
  }

  /** Packs and binds versions; keys of the shard files. */
  async pack(rows: readonly LedgerRow[], limits: ShardLimits = defaultLimits, set = this.set): Promise<string[]> {
    const keys: string[] = [];
    for (const packed of pack(set, rows, limits)) {
      for (const file of packed.files) {
        await writeShard(this.buckets.work, file, this.s3);
        keys.push(WorkKeys.shard.key(file.header));
      }
      await this.ledger.bindAll(packed.rows, {
        shard: packed.shard,
        contract: set.hash,
        attempt: 1,
        parts: packed.parts,
      });
    }
    return keys;
  }

  /** The environment of a task, without its input. */
  get env(): Record<string, string> {
    const { raw, work, transformed, quarantine } = this.buckets;
    return {
      PATH: process.env['PATH'] ?? '',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      ENVIRONMENT: 'test',
      RAW_BUCKET: raw,
      WORK_BUCKET: work,
      TRANSFORMED_BUCKET: transformed,
      QUARANTINE_BUCKET: quarantine,
      LEDGER_TABLE: this.table,
      CATALOG_DATABASE: this.database,
      TASK_MEMORY_MIB: '2048',
      TASK_VCPU: '2',
      SCRATCH_GIB: '21',
    };
  }

  /** Runs the task on an input and waits for its end. */
  async run(input: { shard?: string; list?: string; object?: string }, options: TaskOptions = {}): Promise<Ended> {
    const scratch = await mkdtemp(join(tmpdir(), 'transformer-'));
    const attempt = options.attempt ?? 1;
    const child = spawn(process.execPath, [program], {
      env: {
        ...this.env,
        TMPDIR: scratch,
        SHARD_KEY: input.shard ?? '',
        SHARD_LIST_KEY: input.list ?? '',
        INPUT_KEY: input.object ?? '',
        RUN: `run-${attempt}`,
        ATTEMPT: String(attempt),
        RETRY: String(options.retry ?? 0),
        ...options.env,
      },
    });
    options.onStart?.(child);
    let log = '';
    const hear = (chunk: Buffer): void => {
      const text = chunk.toString();
      log += text;
      for (const line of text.split('\n')) options.onLine?.(line, child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const code = await new Promise<number | string>((resolve) =>
      child.once('close', (c, signal) => resolve(signal ?? c ?? -1)),
    );
    return {
      code,
      log: `${log}${(await readdir(scratch)).length && typeof code === 'number' ? '\nscratch is left behind' : ''}`,
    };
  }

  /** The result of the shard of a shard file. */
  async result(shardKey: string): Promise<ShardResult | undefined> {
    const ids = WorkKeys.shard.parse(shardKey);
    return ids && readResult(this.buckets.work, ids.dataset, ids.shard, this.s3);
  }

  async keys(bucket: keyof Place['buckets'], prefix = ''): Promise<string[]> {
    return (await listPrefix(this.s3, this.buckets[bucket], prefix)).map((o) => o.key);
  }

  async bytes(bucket: keyof Place['buckets'], key: string): Promise<Uint8Array> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.buckets[bucket], Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  async exists(bucket: keyof Place['buckets'], key: string): Promise<boolean> {
    return this.s3.send(new HeadObjectCommand({ Bucket: this.buckets[bucket], Key: key })).then(
      () => true,
      () => false,
    );
  }

  /** SHA-256 of all files of a table, by key. */
  async hashes(table: string): Promise<Record<string, string>> {
    const keys = await this.keys('transformed', `${table}/`);
    return Object.fromEntries(
      await Promise.all(
        keys.map(
          async (k) =>
            [
              k,
              createHash('sha256')
                .update(await this.bytes('transformed', k))
                .digest('hex'),
            ] as const,
        ),
      ),
    );
  }

  /** Rows of Parquet files, in the order of the files and rows. */
  async rows(
    bucket: keyof Place['buckets'],
    keys: readonly string[],
    select = '*',
    rest = '',
  ): Promise<Record<string, unknown>[]> {
    if (keys.length === 0) return [];
    const folder = await mkdtemp(join(tmpdir(), 'rows-'));
    const { writeFile, rm } = await import('node:fs/promises');
    const paths = await Promise.all(
      keys.map(async (key, i) => {
        const path = join(folder, `${String(i).padStart(5, '0')}.parquet`);
        await writeFile(path, await this.bytes(bucket, key));
        return path;
      }),
    );
    const duck = await openDuck({ threads: 1, memoryMiB: 256, folder });
    try {
      return await duck.rows(
        `SELECT ${select} FROM read_parquet([${paths.map(sqlText).join(', ')}], union_by_name = true) ${rest}`,
      );
    } finally {
      duck.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Rows of all files of an append or replace table. */
  async tableRows(table: string, select = '*', rest = ''): Promise<Record<string, unknown>[]> {
    return this.rows(
      'transformed',
      (await this.keys('transformed', `${table}/`)).filter((k) => k.endsWith('.parquet')),
      select,
      rest,
    );
  }

  get registry(): Registry {
    const { work, transformed, quarantine } = this.buckets;
    return {
      s3: this.s3,
      glue: this.glue,
      workBucket: work,
      transformedBucket: transformed,
      quarantineBucket: quarantine,
      database: this.database,
    };
  }

  /** What the register function does after a shard. */
  register(shard: string, list = ''): Promise<RegisterOutput> {
    return register(this.registry, { dataset: this.set.dataset, shard, list, attempt: 1, run: 'run-1' });
  }

  /** State of a version in the ledger. */
  async state(row: LedgerRow): Promise<string | undefined> {
    return (await this.ledger.get(row.object, row.version))?.state;
  }
}
