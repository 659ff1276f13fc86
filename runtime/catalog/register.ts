/** Registers what shards have written: tables, partitions, views. Decides from results alone and may run again at any time. */
import type { GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ownTables } from '../../protocol/names.ts';
import { QuarantineKeys, TransformedKeys, WorkKeys } from '../../protocol/keys.ts';
import type { ShardResult, TableResult } from '../../protocol/shard.ts';
import type { RegisterInput, RegisterOutput } from '../../protocol/workflow.ts';
import { reasonColumns, supersededColumns } from './own-tables.ts';
import { ensurePartitions, placeLateFiles } from './partitions.ts';
import { ensureTable } from './tables.ts';
import { ensureView } from './views.ts';
import { inParallel } from '../many.ts';
import { readContract, readResult } from '../shards.ts';
import { tablesOf } from '../../protocol/contract.ts';

export interface Registry {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly workBucket: string;
  readonly transformedBucket: string;
  readonly quarantineBucket: string;
  readonly database: string;
}

/** The input names neither a shard file nor a list. */
export class RegisterInputError extends Error {
  override readonly name = 'RegisterInputError';
}

/** Results read at once: a list may have 1,000 shards. */
const READS_AT_ONCE = 32;

async function shardKeys({ s3, workBucket }: Registry, { shard, list }: RegisterInput): Promise<string[]> {
  if (shard) return [shard];
  if (!list) throw new RegisterInputError('the input names neither a shard nor a list');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: workBucket, Key: list }));
  return ((await Body?.transformToString()) ?? '').split('\n').filter((line) => line !== '');
}

export async function register(registry: Registry, input: RegisterInput): Promise<RegisterOutput> {
  const keys = await shardKeys(registry, input);
  const found = await inParallel(keys, READS_AT_ONCE, (key) => {
    const ids = WorkKeys.shard.parse(key);
    if (!ids) throw new RegisterInputError(`${key} is not the key of a shard file`);
    return readResult(registry.workBucket, ids.dataset, ids.shard, registry.s3);
  });
  const results = found.filter((r) => r !== undefined);
  const tables = await registerResults(registry, results);
  return { ...totals(input.dataset, results), tables, shardsLeft: keys.length - results.length };
}

/** Enters the tables and partitions of committed results; again is harmless. Returns the tables' names. */
export async function registerResults(registry: Registry, results: readonly ShardResult[]): Promise<string[]> {
  await registerOwn(registry, results);
  return registerTables(registry, results);
}

const sum = (
  results: readonly ShardResult[],
  of: 'objects' | 'rowsIn' | 'rowsOut' | 'rowsQuarantined' | 'objectsQuarantined',
): number => results.reduce((n, r) => n + r[of], 0);

function totals(dataset: string, results: readonly ShardResult[]): Omit<RegisterOutput, 'tables' | 'shardsLeft'> {
  const first = results.flatMap((r) => r.members).find((m) => m.state === 'quarantined');
  return {
    dataset,
    objects: sum(results, 'objects'),
    rowsIn: sum(results, 'rowsIn'),
    rowsOut: sum(results, 'rowsOut'),
    rowsQuarantined: sum(results, 'rowsQuarantined'),
    objectsQuarantined: sum(results, 'objectsQuarantined'),
    firstQuarantined: first?.key ?? '',
  };
}

/** Tables that Decant writes for every dataset: what is hidden, and what is in quarantine. */
async function registerOwn(
  { glue, database, transformedBucket, quarantineBucket }: Registry,
  results: readonly ShardResult[],
): Promise<void> {
  await ensureTable(glue, {
    database,
    name: ownTables.superseded,
    location: `s3://${transformedBucket}/${TransformedKeys.superseded.prefix()}`,
    columns: supersededColumns,
    description: 'Object versions that a newer version, or a delete, has taken the place of',
  });
  await ensureTable(glue, {
    database,
    name: ownTables.reasons,
    location: `s3://${quarantineBucket}/reasons/`,
    columns: reasonColumns,
    partitionKeys: ['dataset'],
    description: 'Why objects, records and rows are in quarantine',
  });
  const datasets = [...new Set(results.map((r) => r.dataset))];
  const target = { database, table: ownTables.reasons, bucket: quarantineBucket, columns: reasonColumns };
  await ensurePartitions(
    glue,
    target,
    datasets.map((d) => `dataset=${d}`),
    (p) => `s3://${quarantineBucket}/${QuarantineKeys.reasons.prefix({ dataset: p.slice('dataset='.length) })}`,
  );
}

/** Tables of the datasets, by name. A merge table was registered by the task that made its snapshot. */
async function registerTables(registry: Registry, results: readonly ShardResult[]): Promise<string[]> {
  const written = results.flatMap((result) => result.tables.map((table) => ({ result, table })));
  const names = [...new Set(written.map((w) => w.table.table))].sort();
  const descriptions = await describe(registry, results);
  for (const name of names) {
    const files = written.filter((w) => w.table.table === name && w.table.mode !== 'merge');
    for (const columns of distinctColumns(files.map((f) => f.table))) {
      await registerTable(registry, name, columns, files, descriptions.get(name));
    }
  }
  return names;
}

/** Shards of one list may differ in columns when the contract changed between them. */
function distinctColumns(tables: readonly TableResult[]): TableResult['columns'][] {
  return [...new Map(tables.map((t) => [JSON.stringify(t.columns), t.columns])).values()];
}

async function registerTable(
  { glue, s3, database, transformedBucket }: Registry,
  name: string,
  own: TableResult['columns'],
  files: readonly { result: ShardResult; table: TableResult }[],
  description: string | undefined,
): Promise<void> {
  const first = files[0];
  if (!first) return;
  const partitions = files.map((f) => f.result.partition).filter((p) => p !== undefined);
  const partitionKeys = partitions[0] === undefined ? [] : [partitions[0].slice(0, partitions[0].indexOf('='))];
  const columns = await ensureTable(glue, {
    database,
    name,
    location: `s3://${transformedBucket}/${name}/`,
    columns: own,
    partitionKeys,
    description,
    parameters: { 'decant.dataset': first.result.dataset, 'decant.mode': first.table.mode },
  });
  if (partitionKeys.length) {
    await ensurePartitions(glue, { database, table: name, bucket: transformedBucket, columns }, partitions);
    await placeLateFiles(
      { s3, glue },
      { bucket: transformedBucket, database, table: name },
      files.map((f) => f.table.key),
    );
  }
  if (first.table.mode === 'append') {
    await ensureView(glue, {
      database,
      table: name,
      columns: [...columns, ...partitionKeys.map((key) => ({ name: key, type: 'string' }))],
    });
  }
}

/** Descriptions of tables, from the contracts that the shards were worked on under. */
async function describe({ workBucket, s3 }: Registry, results: readonly ShardResult[]): Promise<Map<string, string>> {
  const hashes = [...new Set(results.map((r) => r.contract))];
  const contracts = await inParallel(hashes, READS_AT_ONCE, (hash) => readContract(workBucket, hash, s3));
  const tables = contracts.flatMap(({ dataset, contract }) => tablesOf(dataset, contract));
  return new Map(tables.flatMap(({ name, table }) => (table.description ? [[name, table.description] as const] : [])));
}
