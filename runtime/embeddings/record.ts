/** Takes up what the job of a run has written: checks its sums, and enters its tables into the catalog. */
import type { ColumnSpec } from '../catalog/types.ts';
import { z } from 'zod';
import { embeddingColumns, embeddingPartitions, type TableColumn } from '../../protocol/embedding-tables.ts';
import type { EmbedRecorded, EmbedSummary } from '../../protocol/embeddings.ts';
import { EmbeddedKeys, WorkKeys } from '../../protocol/keys.ts';
import { embeddingTables } from '../../protocol/names.ts';
import type { Sensitivity } from '../../protocol/contract.ts';
import { ensurePartitions } from '../catalog/partitions.ts';
import { ensureTable } from '../catalog/tables.ts';
import type { PlanPlace } from './plan.ts';
import { readJson } from './texts.ts';

/** Values in are not values out: the job has lost or doubled some. */
export class SumsDisagreeError extends Error {
  override readonly name = 'SumsDisagreeError';
}
/** The job ended without a summary, or with one of another run. */
export class SummaryMissingError extends Error {
  override readonly name = 'SummaryMissingError';
}

const count = z.int().nonnegative();
export const Summary = z.object({
  dataset: z.string(),
  run: z.string(),
  bundle: z.string(),
  dtype: z.string(),
  values: count,
  nulls: count,
  embedded: count,
  known: count,
  repeated: count,
  quarantined: count,
  files: z.record(z.string(), z.array(z.string())),
  codes: z.record(z.string(), count),
  outOfDomain: count,
}) satisfies z.ZodType<EmbedSummary>;

/** Throws SumsDisagreeError unless every value is accounted for once. */
export function checkSums({ values, nulls, embedded, known, repeated, quarantined }: EmbedSummary): void {
  const out = nulls + embedded + known + repeated + quarantined;
  if (values !== out) {
    throw new SumsDisagreeError(
      `${values} values went in and ${out} came out: ${embedded} embedded, ${known} known, ${repeated} repeated, ${quarantined} quarantined, ${nulls} null`,
    );
  }
}

/** Types as Glue names them. */
const glueTypes: Readonly<Record<TableColumn['type'], string>> = {
  text: 'string',
  integer: 'int',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  'float[]': 'array<float>',
  'text[]': 'array<string>',
  binary: 'binary',
};

export const catalogColumns = (table: keyof typeof embeddingColumns): ColumnSpec[] =>
  embeddingColumns[table].map(({ name, type, description }) => ({ name, type: glueTypes[type], comment: description }));

const descriptions: Readonly<Record<keyof typeof embeddingColumns, string>> = {
  molecules: 'One row a distinct text of a molecule column, and the verdict on it',
  embeddings: 'One row a molecule: its vector',
  predictions: 'One row a molecule and endpoint: the predicted value',
};

/** Enters the three tables and the partition of a class; again is harmless. */
export async function registerEmbedded(
  {
    glue,
    database,
    transformedBucket,
    bundleHash,
  }: Pick<PlanPlace, 'glue' | 'database' | 'transformedBucket' | 'bundleHash'>,
  sensitivity: Sensitivity,
): Promise<void> {
  for (const name of Object.values(embeddingTables)) {
    const columns = await ensureTable(glue, {
      database,
      name,
      location: `s3://${transformedBucket}/${name}/`,
      columns: catalogColumns(name),
      partitionKeys: embeddingPartitions,
      description: descriptions[name],
    });
    await ensurePartitions(
      glue,
      { database, table: name, bucket: transformedBucket, columns },
      [`bundle=${bundleHash}/sensitivity=${sensitivity}`],
      () => `s3://${transformedBucket}/${EmbeddedKeys.file.prefix({ table: name, bundle: bundleHash, sensitivity })}`,
    );
  }
}

/** Throws SummaryMissingError or SumsDisagreeError; then nothing is entered. */
export async function recordRun(
  place: PlanPlace,
  { dataset, run, sensitivity }: { dataset: string; run: string; sensitivity: Sensitivity },
): Promise<EmbedRecorded> {
  const key = WorkKeys.embedSummary.key({ dataset, run });
  const found = await readJson(place.s3, place.workBucket, key, (v) => Summary.parse(v));
  if (!found) throw new SummaryMissingError(`the job of run ${run} ended well without ${key}`);
  const { value: summary } = found;
  if (summary.run !== run || summary.bundle !== place.bundleHash) {
    throw new SummaryMissingError(
      `${key} is of run ${summary.run} and bundle ${summary.bundle}, not of ${run} and ${place.bundleHash}`,
    );
  }
  checkSums(summary);
  await registerEmbedded(place, sensitivity);
  const { bundle, values, embedded, known, quarantined, outOfDomain } = summary;
  return { dataset, bundle, values, embedded, known, quarantined, outOfDomain };
}
