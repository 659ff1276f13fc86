/** Everything that a shard writes before its commit, under final keys. A later attempt writes the same bytes again. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '../../../protocol/contract.ts';
import { tablesOf } from '../../../protocol/contract.ts';
import { QuarantineKeys, TransformedKeys } from '../../../protocol/keys.ts';
import type { ShardHeader, TableResult } from '../../../protocol/shard.ts';
import type { TableFile } from '../engine/engine.ts';
import { mergeShard } from '../modes/merge.ts';
import type { Task } from './context.ts';
import { withDuck } from '../../../runtime/duck.ts';
import type { Transformed } from './members.ts';
import { joinReasons } from './reasons.ts';
import type { Publication } from './publication.ts';
import { uploadFile } from '../../../runtime/upload.ts';

/** Key of a shard's file of an append or replace table. */
export const tableKey = (table: string, { partition, shard }: Pick<ShardHeader, 'partition' | 'shard'>): string =>
  partition === undefined
    ? TransformedKeys.unpartitioned.key({ table, shard })
    : TransformedKeys.partitioned.key({ table, partition, shard });

/** Uploads payloads, reasons and tables, merges included, in the one fixed order of tables. */
export async function publish(task: Task, p: Publication): Promise<TableResult[]> {
  await uploadQuarantine(task, p);
  const results: TableResult[] = [];
  for (const { name, table } of tablesOf(p.shard.header.dataset, p.contract)) {
    const file = p.output.tables.find((f) => f.table === name);
    if (!file) throw new Error(`the engine made no file of table ${name}`);
    // A task that lost its claim must not overwrite what the next one has published and others have pruned.
    await task.ledger.assertHeld(p.claim);
    results.push(
      table.mode === 'merge'
        ? await mergeShard(task, p, name, table, file)
        : await uploadTable(task, p, name, table, file),
    );
  }
  return results;
}

async function uploadTable(
  task: Task,
  { shard }: Publication,
  name: string,
  table: Table,
  file: TableFile,
): Promise<TableResult> {
  const key = tableKey(name, shard.header);
  await uploadFile(task.s3, task.config.transformedBucket, key, file.path, {
    sha256: file.sha256,
    signal: task.signal,
  });
  const { rows, bytes, sha256, columns } = file;
  return { table: name, mode: table.mode, key, rows, bytes, sha256, columns: columns.map((c) => ({ ...c })) };
}

async function uploadQuarantine(
  task: Task,
  { shard, claim, scratch, output, transformed }: Publication,
): Promise<void> {
  const { s3, config, signal } = task;
  for (const { path, key } of transformed.payloads) {
    if ((await stat(path)).size > 0)
      await uploadFile(s3, config.quarantineBucket, key, path, { contentType: 'application/octet-stream', signal });
  }
  const path = await reasonsFile(task, transformed, output.reasons?.path, shard.header.shard, claim.run, scratch);
  if (!path) return;
  const { dataset, shard: id } = shard.header;
  await uploadFile(s3, config.quarantineBucket, QuarantineKeys.reasons.key({ dataset, shard: id }), path, { signal });
}

async function reasonsFile(
  task: Task,
  { refused }: Transformed,
  engine: string | undefined,
  shard: string,
  run: string,
  scratch: string,
): Promise<string | undefined> {
  if (refused.length === 0) return engine;
  const path = join(scratch, 'reasons.parquet');
  await withDuck({ ...task.config, scratch }, (c) => joinReasons(c, engine, refused, shard, run, path));
  return path;
}
