/** The daily look: what runs of the last day embedded, against the bundle's card. */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LEAST_MOLECULES, type Bins, type Distribution } from '../../protocol/drift.ts';
import type { EmbedSummary } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { rowsOf, withDuck, type DuckOptions } from '../duck.ts';
import { sqlText } from '../sql/text.ts';
import { stabilityIndex } from './bins.ts';

/** Files read of one table, evenly spread over the day: enough molecules for ten bins, whatever was delivered. */
const MOST_FILES = 100;

export interface LookOptions {
  readonly s3: S3Client;
  readonly workBucket: string;
  readonly transformedBucket: string;
  readonly bundleHash: string;
  readonly distribution: Distribution;
  readonly duck: DuckOptions;
  /** Only runs that ended after it. */
  readonly since: Date;
}

export interface Look {
  readonly runs: number;
  readonly datasets: readonly DatasetLook[];
  /** Molecules in the files that were read, and files left out for their number. */
  readonly molecules: number;
  readonly filesLeftOut: number;
  /** Population stability index of token counts; null for too few molecules. */
  readonly tokenShift: number | null;
  /** By endpoint. */
  readonly predictionShifts: Readonly<Record<string, number>>;
}
export interface DatasetLook {
  readonly dataset: string;
  readonly values: number;
  /** Of the values that are not null. */
  readonly invalidShare: number;
  readonly outOfDomainShare: number;
}

/** Summaries of the bundle's runs that ended since, of all datasets. */
export async function summariesSince(options: Omit<LookOptions, 'duck' | 'distribution'>): Promise<EmbedSummary[]> {
  const { s3, workBucket: Bucket, bundleHash, since } = options;
  const found: EmbedSummary[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: WorkKeys.embedSummary.prefix() })) {
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      if (!WorkKeys.embedSummary.parse(Key) || !LastModified || LastModified < since) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const summary = JSON.parse((await Body?.transformToString()) ?? '') as EmbedSummary;
      if (summary.bundle === bundleHash) found.push(summary);
    }
  }
  return found;
}

export async function look(options: LookOptions): Promise<Look> {
  const summaries = await summariesSince(options);
  const datasets = [...new Set(summaries.map((s) => s.dataset))].sort();
  const files = (table: string): string[] => summaries.flatMap((s) => s.files[table] ?? []).sort();
  const tokens = await histogram(options, files('embeddings'), [['tokens', 'tokens', options.distribution.tokens]]);
  const { predictions } = options.distribution;
  const wanted = Object.entries(predictions).map(([endpoint, bins]) => [endpoint, 'value', bins] as const);
  const values = await histogram(options, files('predictions'), wanted);
  const shift = (counts: readonly number[], { shares }: Bins): number | null => {
    const sum = counts.reduce((a, b) => a + b, 0);
    return sum < LEAST_MOLECULES
      ? null
      : stabilityIndex(
          shares,
          counts.map((n) => n / sum),
        );
  };
  const shifts = Object.entries(predictions).flatMap(([endpoint, bins]) => {
    const index = shift(values.counts[endpoint] ?? [], bins);
    return index === null ? [] : [[endpoint, index] as const];
  });
  return {
    runs: summaries.length,
    datasets: datasets.map((d) =>
      shares(
        d,
        summaries.filter((s) => s.dataset === d),
      ),
    ),
    molecules: (tokens.counts['tokens'] ?? []).reduce((a, b) => a + b, 0),
    filesLeftOut: tokens.leftOut + values.leftOut,
    tokenShift: shift(tokens.counts['tokens'] ?? [], options.distribution.tokens),
    predictionShifts: Object.fromEntries(shifts),
  };
}

function shares(dataset: string, runs: readonly EmbedSummary[]): DatasetLook {
  const sum = (of: (s: EmbedSummary) => number): number => runs.reduce((n, s) => n + of(s), 0);
  const values = sum((s) => s.values);
  const cells = values - sum((s) => s.nulls);
  return {
    dataset,
    values,
    invalidShare: sum((s) => s.quarantined) / Math.max(1, cells),
    outOfDomainShare:
      sum((s) => s.outOfDomain) /
      Math.max(
        1,
        sum((s) => s.embedded),
      ),
  };
}

/** Counts by bin of some columns of Parquet files, one file at a time. Names other than the column's own are endpoints. */
async function histogram(
  { s3, duck, transformedBucket }: LookOptions,
  files: readonly string[],
  wanted: readonly (readonly [name: string, column: string, bins: Bins])[],
): Promise<{ counts: Record<string, number[]>; leftOut: number }> {
  const step = Math.max(1, Math.ceil(files.length / MOST_FILES));
  const chosen = files.filter((_, i) => i % step === 0);
  const counts: Record<string, number[]> = {};
  await mkdir(duck.scratch, { recursive: true });
  const path = join(duck.scratch, 'look.parquet');
  for (const file of chosen) {
    const Key = file.replace(/^s3a?:\/\/[^/]+\//, '');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: transformedBucket, Key }));
    await pipeline(Body as Readable, createWriteStream(path));
    await withDuck(duck, async (c) => {
      for (const [name, column, { edges }] of wanted) {
        const bin = `len(list_filter([${edges.map((e) => `${e}::double`).join(', ')}], x -> ${column} >= x))`;
        const where = name === column ? '' : `where endpoint = ${sqlText(name)}`;
        const rows = await rowsOf(
          c,
          `select ${bin} as bin, count(*) as n from read_parquet(${sqlText(path)}) ${where} group by 1`,
        );
        const sums = (counts[name] ??= Array.from({ length: edges.length + 1 }, () => 0));
        for (const row of rows) sums[Number(row['bin'])] = (sums[Number(row['bin'])] ?? 0) + Number(row['n']);
      }
    });
  }
  await rm(path, { force: true });
  return { counts, leftOut: files.length - chosen.length };
}
