/** Plans one run: which files of which tables hold molecules that nobody has looked at. */
import type { GlueClient, Table as GlueTable } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { classOf, tablesOf, type Table } from '../../protocol/contract.ts';
import { embedJobName, moleculeColumns, type EmbedPlan, type EmbedPlanned } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import type { CompiledContracts } from '../contracts.ts';
import { listPrefix, parseLocation, type Listed } from '../catalog/files.ts';
import { listPartitions } from '../catalog/list-partitions.ts';
import { getTable } from '../catalog/tables.ts';
import { inParallel } from '../many.ts';
import { Mark, markOf, newFiles, type TableMark } from './mark.ts';
import { readJson, writeJson } from './texts.ts';

/** The contract names a molecule column that its table does not have. */
export class MoleculeColumnMissingError extends Error {
  override readonly name = 'MoleculeColumnMissingError';
}
/** The event is about a dataset that the deployed contracts do not have. */
export class UnknownDatasetError extends Error {
  override readonly name = 'UnknownDatasetError';
}

export interface PlanPlace {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly estate: string;
  readonly environment: string;
  readonly workBucket: string;
  readonly transformedBucket: string;
  readonly database: string;
  readonly bundleHash: string;
  readonly dtype: string;
  readonly compiled: CompiledContracts;
}

export interface PlanInput {
  readonly dataset: string;
  readonly run: string;
  readonly whole: boolean;
}

const LISTINGS_AT_ONCE = 16;

/** Columns of a table that hold SMILES. Throws MoleculeColumnMissingError. */
export function columnsOf(name: string, table: Table, registered: GlueTable): string[] {
  const has = (registered.StorageDescriptor?.Columns ?? []).map((c) => c.Name ?? '');
  if (!table.molecules) return moleculeColumns.filter((c) => has.includes(c));
  const missing = table.molecules.find((c) => !has.includes(c));
  if (missing !== undefined) {
    throw new MoleculeColumnMissingError(
      `table ${name} has no column ${missing}, which its contract names under molecules; it has ${has.join(', ')}`,
    );
  }
  return [...table.molecules];
}

/** Files that a query of the table reads now: of a merge table its snapshot, of others what their partitions point at. */
async function currentFiles(place: PlanPlace, name: string, registered: GlueTable): Promise<Listed[]> {
  const own = registered.StorageDescriptor?.Location ?? `s3://${place.transformedBucket}/${name}/`;
  const locations = registered.PartitionKeys?.length
    ? (await listPartitions(place.glue, place.database, name)).map((p) => p.location)
    : [own];
  const lists = await inParallel(locations, LISTINGS_AT_ONCE, (location) => {
    const { bucket, prefix } = parseLocation(location);
    return listPrefix(place.s3, bucket, prefix);
  });
  return lists.flat().filter((f) => f.key.endsWith('.parquet'));
}

/** Writes the plan and what will be embedded after it; answers what the workflow goes on with. */
export async function planRun(place: PlanPlace, { dataset, run, whole }: PlanInput): Promise<EmbedPlanned> {
  const { s3, glue, workBucket, database, bundleHash, dtype } = place;
  const stored = place.compiled.datasets.find((d) => d.dataset === dataset);
  if (!stored) throw new UnknownDatasetError(`dataset ${dataset} is not among the deployed contracts`);
  const markKey = WorkKeys.embedMark.key({ dataset, bundle: bundleHash, dtype });
  const known = await readJson(s3, workBucket, markKey, (v) => Mark.parse(v));
  const listed = new Date();
  const tables: { table: string; columns: string[]; files: string[] }[] = [];
  const next: Record<string, TableMark> = {};
  for (const { name, table } of tablesOf(dataset, stored.contract)) {
    const registered = await getTable(glue, database, name);
    if (!registered) continue; // Nothing of it has arrived.
    const columns = columnsOf(name, table, registered);
    if (columns.length === 0) continue;
    const files = await currentFiles(place, name, registered);
    const fresh = newFiles(files, columns, whole ? undefined : known?.value.tables[name]);
    next[name] = markOf(files, columns, listed);
    if (fresh.length)
      tables.push({ table: name, columns, files: fresh.map((f) => `s3://${place.transformedBucket}/${f.key}`) });
  }
  const planKey = WorkKeys.embedPlan.key({ dataset, run });
  await writeJson(s3, workBucket, planKey, { dataset, tables } satisfies EmbedPlan);
  await writeJson(s3, workBucket, WorkKeys.embedNext.key({ dataset, run }), { tables: next } satisfies Mark);
  const sensitivity = classOf(stored.contract);
  const uri = (key: string): string => `s3://${workBucket}/${key}`;
  return {
    dataset,
    run,
    files: tables.reduce((n, t) => n + t.files.length, 0),
    tables: tables.map((t) => t.table),
    sensitivity,
    job: embedJobName(place.estate, place.environment, sensitivity),
    plan: uri(planKey),
    summary: uri(WorkKeys.embedSummary.key({ dataset, run })),
    bundle: uri(WorkKeys.bundle.prefix({ hash: bundleHash })),
  };
}

/** What the run has embedded is embedded from now on. */
export async function remember(place: PlanPlace, { dataset, run }: { dataset: string; run: string }): Promise<void> {
  const { s3, workBucket, bundleHash, dtype } = place;
  const next = await readJson(s3, workBucket, WorkKeys.embedNext.key({ dataset, run }), (v) => Mark.parse(v));
  if (!next) throw new Error(`run ${run} of dataset ${dataset} has no plan`);
  await writeJson(s3, workBucket, WorkKeys.embedMark.key({ dataset, bundle: bundleHash, dtype }), next.value);
}
