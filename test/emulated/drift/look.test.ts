/** The daily look, over summaries and files in a real S3. */
import { beforeEach, expect, jest, test } from '@jest/globals';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Distribution } from '../../../protocol/drift.ts';
import type { EmbedSummary } from '../../../protocol/embeddings.ts';
import { WorkKeys } from '../../../protocol/keys.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { look, type Look } from '../../../runtime/drift/look.ts';
import { openDuck } from '../../../runtime/sql/duckdb.ts';
import { sqlText } from '../../../runtime/sql/text.ts';

jest.setTimeout(60_000);

const bundleHash = 'cd'.repeat(32);
const s3 = s3Client();
const distribution = Distribution.parse({
  sample: 2000,
  invalidShare: 0,
  outOfDomainShare: 0.05,
  tokens: { edges: [20, 40], shares: [0.3, 0.4, 0.3] },
  predictions: { MolWt: { edges: [300], shares: [0.5, 0.5] } },
});
let bucket: string;

async function parquet(key: string, select: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drift-'));
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder });
  await duck.rows(`COPY (${select}) TO ${sqlText(`${folder}/f.parquet`)} (FORMAT parquet)`);
  duck.close();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(`${folder}/f.parquet`) }));
  return `s3://${bucket}/${key}`;
}

/** A run of so many molecules; `tokens` and `weight` are SQL over `i`, the molecule's number. */
async function run(name: string, molecules: number, tokens: string, weight: string, more: Partial<EmbedSummary> = {}) {
  const from = `from range(${molecules}) t(i)`;
  const embeddings = await parquet(`embeddings/${name}.parquet`, `select (${tokens})::integer as tokens ${from}`);
  const predictions = await parquet(
    `predictions/${name}.parquet`,
    `select 'MolWt' as endpoint, (${weight})::double as value ${from} union all select 'qed', 0.5 ${from}`,
  );
  const summary: EmbedSummary = {
    ...{ dataset: 'assays', run: name, bundle: bundleHash, dtype: 'fp32', values: molecules, nulls: 0 },
    ...{ embedded: molecules, known: 0, repeated: 0, quarantined: 0, codes: {}, outOfDomain: 0 },
    files: { embeddings: [embeddings], predictions: [predictions] },
    ...more,
  };
  const Key = WorkKeys.embedSummary.key({ dataset: summary.dataset, run: name });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(summary) }));
}

const seen = async (since = new Date(0)): Promise<Look> =>
  look({
    ...{ s3, workBucket: bucket, transformedBucket: bucket, bundleHash, distribution, since },
    duck: { memoryMiB: 1024, threads: 1, scratchBytes: 2 ** 30, scratch: await mkdtemp(join(tmpdir(), 'look-')) },
  });

beforeEach(async () => {
  bucket = `drift-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

test('molecules like those of the card show no shift', async () => {
  await run('same', 1000, 'case when i % 10 < 3 then 10 when i % 10 < 7 then 30 else 50 end', 'i % 2 * 600');

  const { tokenShift, predictionShifts, molecules } = await seen();

  expect(molecules).toBe(1000);
  expect(tokenShift).toBeCloseTo(0, 9);
  expect(predictionShifts).toEqual({ MolWt: expect.closeTo(0, 9) });
});

test('longer and heavier molecules show in the index of each', async () => {
  await run('long', 1000, '50', '900');

  const { tokenShift, predictionShifts } = await seen();

  expect(tokenShift).toBeGreaterThan(1);
  expect(predictionShifts['MolWt']).toBeGreaterThan(1);
});

test('a value at an edge lies in the bin above it', async () => {
  await run('edge', 1000, 'case when i % 10 < 3 then 19 when i % 10 < 7 then 20 else 40 end', 'i % 2 * 300');

  const { tokenShift } = await seen();

  expect(tokenShift).toBeCloseTo(0, 9);
});

test('shares are those of a dataset over its runs, nulls aside', async () => {
  await run('one', 10, '30', '1', { values: 20, nulls: 5, embedded: 10, quarantined: 3, outOfDomain: 1 });
  await run('two', 10, '30', '1', { values: 15, nulls: 0, embedded: 10, quarantined: 0, outOfDomain: 4 });

  const { datasets, runs } = await seen();

  expect(runs).toBe(2);
  expect(datasets).toEqual([{ dataset: 'assays', values: 35, invalidShare: 0.1, outOfDomainShare: 0.25 }]);
});

test('a day of few molecules says nothing about shifts', async () => {
  await run('few', 199, '50', '900');

  const { tokenShift, predictionShifts } = await seen();

  expect(tokenShift).toBeNull();
  expect(predictionShifts).toEqual({});
});

test('runs of other bundles and of earlier days are left out', async () => {
  await run('other', 1000, '50', '900', { bundle: 'ef'.repeat(32) });
  await run('early', 1000, '50', '900');

  const { runs } = await seen(new Date(Date.now() + 60_000));

  expect(runs).toBe(0);
});
