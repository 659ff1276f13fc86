/** One measured job of the transform bench, in a process of its own: the job as JSON in the first argument. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Engine } from '../../containers/transformer/engine/engine.ts';
import { dialectOf } from '../../containers/transformer/formats/csv/dialect.ts';
import { fastScan } from '../../containers/transformer/formats/csv/fast-scan.ts';
import type { Contract } from '../../protocol/contract.ts';

export type Job =
  | {
      readonly kind: 'engine';
      readonly path: string;
      readonly contract: Contract;
      readonly threads: number;
      readonly memoryMiB: number;
    }
  /** SQL on a bare engine; `$OUT` is a scratch file. */
  | { readonly kind: 'sql'; readonly sql: string; readonly threads: number }
  | { readonly kind: 'sha256'; readonly path: string }
  /** Our own count of a CSV's records. */
  | { readonly kind: 'scan'; readonly path: string; readonly columns: number };

async function engine(job: Extract<Job, { kind: 'engine' }>, scratch: string): Promise<object> {
  const opened = await Engine.open({
    dataset: 'bench',
    contract: job.contract,
    shard: '0'.repeat(24),
    run: 'bench',
    scratch,
    scratchBytes: 60e9,
    memoryMiB: job.memoryMiB,
    threads: job.threads,
  });
  const outcome = await opened.add({
    key: 'lab/bench/file',
    version: '1',
    path: job.path,
    size: statSync(job.path).size,
    member: 0,
    payloadKey: 'payloads/bench/x/0.bin',
    order: '',
    at: '2026-11-21T00:00:00.000Z',
  });
  const { tables } = await opened.finish();
  await opened.close();
  return {
    rows: outcome.rowsOut,
    quarantined: outcome.rowsQuarantined,
    why: outcome.quarantined,
    bytes: tables[0]?.bytes,
  };
}

async function sql(job: Extract<Job, { kind: 'sql' }>, scratch: string): Promise<object> {
  const db = await DuckDBInstance.create(':memory:', { threads: String(job.threads) });
  const connection = await db.connect();
  await connection.run("set timezone = 'UTC'");
  await connection.run(job.sql.replaceAll('$OUT', join(scratch, 'out.parquet')));
  return {};
}

async function sha256(job: Extract<Job, { kind: 'sha256' }>): Promise<object> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(job.path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex') };
}

async function scan(job: Extract<Job, { kind: 'scan' }>): Promise<object> {
  const scanned = await fastScan(job.path, { dialect: dialectOf('csv', {}), from: 0, columns: job.columns });
  return { healthy: scanned !== undefined };
}

function runOne(job: Job, scratch: string): Promise<object> {
  switch (job.kind) {
    case 'engine':
      return engine(job, scratch);
    case 'sql':
      return sql(job, scratch);
    case 'sha256':
      return sha256(job);
    case 'scan':
      return scan(job);
  }
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const scratch = mkdtempSync(join(tmpdir(), 'decant-bench-'));
try {
  const said = await runOne(job, scratch);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ ...said, cpuSec: (userCPUTime + systemCPUTime) / 1e6, rssKiB: maxRSS }));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
