/** The table of reasons, read from the quarantine bucket itself: what is in quarantine now, without a query service. */
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EmbedReasonKeys, QuarantineKeys } from '../../protocol/keys.ts';
import type { Places } from '../../protocol/places.ts';
import type { ReasonRow } from '../../protocol/reasons.ts';
import { dynamoClient, s3Client } from '../aws.ts';
import { rowsOf, withDuck } from '../duck.ts';
import { inParallel } from '../many.ts';
import { listPage } from '../put/remote.ts';
import { sqlText } from '../sql/text.ts';
import { openRows } from '../status/open.ts';
import { resultSums } from '../status/results.ts';

const FETCHES = 16;
/** Whole objects in quarantine that are told apart from those that are settled. */
const OPEN_ROWS = 100_000;

export interface QuarantineRequest {
  readonly places: Places;
  /** Folder for what may be kept between calls: reasons of committed shards never change. */
  readonly cacheDir: string;
  readonly dataset?: string | undefined;
}

export interface ReasonGroup {
  readonly dataset: string;
  readonly reason: string;
  readonly rule: string | null;
  readonly column: string | null;
  /** Rows in quarantine; 0 where the reason is one of whole objects. */
  readonly rows: number;
  readonly objects: number;
  readonly firstKey: string;
  readonly shard: string;
}

export type QuarantinedRow = ReasonRow & { readonly dataset: string };

/** Reasons grouped by dataset, reason, rule and column; most rows first. */
export const quarantineGroups = (request: QuarantineRequest): Promise<ReasonGroup[]> =>
  withReasons(request, async (c) => {
    const rows = await rowsOf(
      c,
      `SELECT dataset, reason, rule, "column", count(source_row) AS rows,
        count(DISTINCT (source_key, source_version)) AS objects, min(source_key) AS "firstKey", min(shard) AS shard
      FROM reasons GROUP BY ALL ORDER BY dataset, rows DESC, objects DESC, reason, "column"`,
    );
    return rows as unknown as ReasonGroup[];
  });

/** Reasons of one shard, or of one object by its key. */
export const quarantineRows = (request: QuarantineRequest, id: string, limit: number): Promise<QuarantinedRow[]> =>
  withReasons(request, async (c) => {
    const rows = await rowsOf(
      c,
      `SELECT * FROM reasons WHERE shard = ${sqlText(id)} OR starts_with(shard, ${sqlText(`${id}-`)}) OR source_key = ${sqlText(id)}
      ORDER BY source_key, source_version, source_row LIMIT ${limit}`,
    );
    return rows as unknown as QuarantinedRow[];
  });

/** Writes all reasons to a file, and returns their number and the payload files that they point at. */
export const exportReasons = (
  request: QuarantineRequest,
  path: string,
  format: 'csv' | 'jsonl' | 'parquet',
): Promise<{ rows: number; payloads: string[] }> =>
  withReasons(request, async (c) => {
    const how = { csv: 'FORMAT csv, HEADER', jsonl: 'FORMAT json', parquet: 'FORMAT parquet, COMPRESSION zstd' }[
      format
    ];
    // DuckDB reaches files in the cache folder only.
    const made = join(request.cacheDir, `export-${process.pid}.${format}`);
    await c.run(
      `COPY (SELECT * FROM reasons ORDER BY dataset, source_key, source_version, source_row) TO ${sqlText(made)} (${how})`,
    );
    await copyFile(made, path);
    await rm(made);
    const [count] = await rowsOf(c, 'SELECT count(*) AS n FROM reasons');
    const keys = await rowsOf(
      c,
      'SELECT DISTINCT payload_key AS key FROM reasons WHERE payload_key IS NOT NULL ORDER BY key',
    );
    return { rows: Number(count?.['n'] ?? 0), payloads: keys.map((k) => String(k['key'])) };
  });

/** Runs `f` with a view `reasons` of what is in quarantine now, with its dataset. */
async function withReasons<T>(request: QuarantineRequest, f: (c: DuckDBConnection) => Promise<T>): Promise<T> {
  const { places, cacheDir, dataset } = request;
  const s3 = s3Client();
  const results = await resultSums(s3, places.workBucket, join(cacheDir, places.workBucket, 'results.jsonl'), dataset);
  const current = latestShards(results.map((r) => r.shard));
  const files = (await listReasons(s3, places.quarantineBucket, dataset)).filter(
    (file) => current.has(file.shard) || EmbedReasonKeys.file.parse(file.key) !== undefined,
  );
  const dir = join(cacheDir, places.quarantineBucket);
  await mkdir(dir, { recursive: true });
  await inParallel(files, FETCHES, (file) => fetchOnce(s3, places.quarantineBucket, file.key, join(dir, file.local)));
  const open = (await openRows(dynamoClient(), places.ledgerTable, OPEN_ROWS)).rows.filter(
    (r) => r.state === 'quarantined',
  );
  return withDuck({ memoryMiB: 2048, threads: 2, scratch: cacheDir, scratchBytes: 10 * 1024 ** 3 }, async (c) => {
    await c.run('CREATE TEMP TABLE quarantined (object VARCHAR, version VARCHAR, shard VARCHAR)');
    const appender = await c.createAppender('quarantined');
    for (const row of open) {
      appender.appendVarchar(row.object.slice(row.object.indexOf('/') + 1));
      appender.appendVarchar(row.version);
      appender.appendVarchar(row.shard);
      appender.endRow();
    }
    appender.closeSync();
    const sources = files.map(
      (file) => `SELECT ${sqlText(file.dataset)} AS dataset, * FROM read_parquet(${sqlText(join(dir, file.local))})`,
    );
    await c.run(
      `CREATE TEMP TABLE reasons AS SELECT * FROM (${sources.length > 0 ? sources.join(' UNION ALL BY NAME ') : nothing}) r
      WHERE source_row IS NOT NULL OR EXISTS (FROM quarantined q WHERE q.object = r.source_key AND q.version = r.source_version
          AND starts_with(r.shard, q.shard))
      -- A file that was looked at again has the reasons of both runs; a run's name ends with its moment.
      QUALIFY NOT starts_with(shard, 'embed-') OR shard = max(shard) OVER (PARTITION BY dataset, source_key, source_version, source_row, "column")`,
    );
    return f(c);
  });
}

const texts = [
  'dataset',
  'source_key',
  'source_version',
  'input',
  'reason',
  'rule',
  'column',
  'value',
  'message',
  'shard',
  'run',
  'payload_key',
];
const numbers = ['source_row', 'byte_offset', 'byte_length', 'payload_offset', 'payload_length'];
const nothing = `SELECT ${[...texts.map((n) => `''::VARCHAR AS "${n}"`), ...numbers.map((n) => `0::BIGINT AS "${n}"`)].join(', ')} WHERE false`;

/** Of each shard its last replay, or itself: an earlier one's reasons have been tried again since. Uncommitted ones are not among them. */
export function latestShards(shards: readonly string[]): Set<string> {
  const latest = new Map<string, { shard: string; n: number }>();
  for (const shard of shards) {
    const n = Number(/-r(\d+)$/.exec(shard)?.[1] ?? 0);
    const base = shard.replace(/-r\d+$/, '');
    if (n >= (latest.get(base)?.n ?? 0)) latest.set(base, { shard, n });
  }
  return new Set([...latest.values()].map((l) => l.shard));
}

interface ReasonsFile {
  readonly key: string;
  readonly dataset: string;
  readonly shard: string;
  /** Name in the cache: another ETag is another file. */
  readonly local: string;
}

async function listReasons(s3: S3Client, bucket: string, dataset: string | undefined): Promise<ReasonsFile[]> {
  const list = listPage(s3, bucket);
  const prefix = QuarantineKeys.reasons.prefix(dataset === undefined ? {} : { dataset });
  const files: ReasonsFile[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await list(prefix, after);
    for (const { key, etag } of page.objects) {
      const fields = QuarantineKeys.reasons.parse(key);
      if (fields) files.push({ key, ...fields, local: `${fields.shard}-${etag.replaceAll(/\W/g, '')}.parquet` });
    }
    after = page.objects.at(-1)?.key;
    more = page.more && after !== undefined;
  }
  return files;
}

/** Downloads an object unless the file is there. */
export async function fetchOnce(s3: S3Client, bucket: string, key: string, path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await pipeline(Body as Readable, createWriteStream(`${path}.part`));
  await rename(`${path}.part`, path);
}

/** Raw bytes of one quarantined record. */
export async function readPayload(bucket: string, row: ReasonRow, most: number): Promise<Buffer | undefined> {
  if (row.payload_key === null || row.payload_length === null || row.payload_length === 0) return undefined;
  const from = row.payload_offset ?? 0;
  const to = from + Math.min(row.payload_length, most) - 1;
  const { Body } = await s3Client().send(
    new GetObjectCommand({ Bucket: bucket, Key: row.payload_key, Range: `bytes=${from}-${to}` }),
  );
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
