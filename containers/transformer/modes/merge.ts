/**
 * merge: a shard's delta is folded into the table's snapshot, and the catalog's table location moves to the new one if nobody
 * else moved it in between. Whoever is too late merges again on top of the other's, so both end in the table.
 */
import { CreateTableCommand, UpdateTableCommand, type Table as GlueTable } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Audit, tablesOf, type Contract, type Table } from '../../../protocol/contract.ts';
import { TransformedKeys, WorkKeys } from '../../../protocol/keys.ts';
import { boundShard, type ShardResult, type TableResult } from '../../../protocol/shard.ts';
import { listPrefix } from '../../../runtime/catalog/files.ts';
import { readSnapshot, SNAPSHOT_PART, type SnapshotIndex } from '../../../runtime/catalog/snapshots.ts';
import { getTable, inputOf, isGlueError } from '../../../runtime/catalog/tables.ts';
import { glueType } from '../../../runtime/catalog/types.ts';
import { exists } from '../../../runtime/shards.ts';
import type { TableFile } from '../engine/engine.ts';
import { eachOf, type Task } from '../task/context.ts';
import { withDuck } from '../../../runtime/duck.ts';
import type { Publication } from '../task/publication.ts';
import { hashFile, uploadFile } from '../../../runtime/upload.ts';
import { foldFiles, type Folding } from './fold-files.ts';
import { writeDelta } from './delta.ts';
import { removeOldSnapshots, snapshotId, snapshotPrefix, writeSnapshot } from './snapshot.ts';

/** The contract's keys are not those that the table was merged by. */
export class MergeKeysChangedError extends Error {
  override readonly name = 'MergeKeysChangedError';
}

/** Merges of one table by as many tasks at once that each may lose once to every other. */
const MAX_ROUNDS = 100;

interface Merge {
  readonly name: string;
  readonly table: Table;
  readonly dataset: string;
  /** The shards whose deltas must be in the table afterwards: one, or all parts of a cut object. */
  readonly shards: readonly string[];
  /** The one of them that the counts of this merge are kept with. */
  readonly counted: string;
  readonly scratch: string;
  readonly columns: TableFile['columns'];
  readonly description: string | undefined;
}

/** Keeps the shard's delta and folds it in. A part of a cut object waits for the others: the last one folds all. */
export async function mergeShard(
  task: Task,
  p: Publication,
  name: string,
  table: Table,
  file: TableFile,
): Promise<TableResult> {
  const { header } = p.shard;
  const scratch = join(p.scratch, `merge-${name}`);
  await mkdir(scratch, { recursive: true });
  const path = join(scratch, 'delta.parquet');
  await withDuck({ ...task.config, scratch: p.scratch }, (c) =>
    writeDelta(c, p.shard, p.transformed.results, file.path, path),
  );
  const { bytes, sha256 } = await hashFile(path);
  const key = WorkKeys.delta.key({ table: name, shard: header.shard });
  await uploadFile(task.s3, task.config.workBucket, key, path, { sha256, signal: task.signal });

  const shards =
    header.parts === undefined || header.replayOf !== undefined
      ? [header.shard]
      : await partsOf(task, name, header.shard);
  if (shards.length < (header.parts ?? 1) && header.replayOf === undefined) {
    const columns = file.columns.map((c) => ({ ...c }));
    return {
      table: name,
      mode: 'merge',
      key,
      rows: file.rows,
      bytes,
      sha256,
      columns,
      merge: { inserted: 0, updated: 0, deleted: 0, unchanged: 0 },
    };
  }
  const merge = {
    name,
    table,
    dataset: header.dataset,
    shards,
    counted: header.shard,
    scratch,
    columns: file.columns,
    description: table.description,
  };
  const index = await mergeInto(task, merge);
  const counts = index.folded.find((f) => f.shard === header.shard)?.merge;
  await rm(scratch, { recursive: true, force: true });
  return { table: name, mode: 'merge', ...index.file, ...(counts ? { merge: counts } : {}) };
}

/**
 * Folds a committed shard's deltas in again. It changes nothing unless the catalog was lost or set back after the commit, as
 * happens to an embedded AWS that was killed.
 */
export async function mergeAgain(task: Task, result: ShardResult, contract: Contract, scratch: string): Promise<void> {
  for (const { name, table } of tablesOf(result.dataset, contract)) {
    const written = result.tables.find((t) => t.table === name && t.mode === 'merge');
    if (!written || table.mode !== 'merge') continue;
    const shards =
      result.parts === undefined || result.replayOf !== undefined
        ? [result.shard]
        : await partsOf(task, name, result.shard);
    if (shards.length < (result.parts ?? 1) && result.replayOf === undefined) continue;
    await mergeInto(task, {
      name,
      table,
      dataset: result.dataset,
      shards,
      counted: result.shard,
      scratch: join(scratch, `merge-${name}`),
      columns: written.columns,
      description: table.description,
    });
  }
}

/** Deltas of all parts of the object that are there. Each part writes its own before it looks, so the last one sees all. */
async function partsOf(task: Task, table: string, shard: string): Promise<string[]> {
  const found = await listPrefix(
    task.s3,
    task.config.workBucket,
    `${WorkKeys.delta.prefix({ table })}${boundShard(shard)}-p`,
  );
  return found.map((o) => WorkKeys.delta.parse(o.key)?.shard ?? '').filter((s) => /-p\d+$/.test(s));
}

/** Folds the wanted deltas, and every committed one that the table lacks, into a new snapshot; returns the one that is current then. */
export async function mergeInto(task: Task, merge: Merge): Promise<SnapshotIndex> {
  const { catalogDatabase: database, transformedBucket } = task.config;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    task.signal.throwIfAborted();
    const glueTable = await getTable(task.glue, database, merge.name);
    const location = glueTable?.StorageDescriptor?.Location;
    const base = location ? await readSnapshot(task.s3, merge.name, location) : undefined;
    if (base && base.keys.join() !== merge.table.keys.join()) {
      throw new MergeKeysChangedError(
        `table ${merge.name} is merged by ${base.keys.join(', ')} and would be by ${merge.table.keys.join(', ')}; give the table a new name and replay the dataset`,
      );
    }
    const deltas = await deltasFor(task, merge, base);
    if (base && deltas.missing.length === 0 && deltas.changed.length === 0) return base;
    const next = await makeSnapshot(task, merge, base, deltas);
    if (await point(task, merge, next, glueTable)) {
      const counts = next.folded.find((f) => f.shard === merge.counted)?.merge;
      task.log('info', 'merged', { table: merge.name, snapshot: next.snapshot, rows: next.file.rows, ...counts });
      const removed = await removeOldSnapshots(task.s3, transformedBucket, merge.name, next);
      if (removed.length) task.log('info', 'removed old snapshots', { table: merge.name, snapshots: removed.length });
      return next;
    }
  }
  throw new Error(`table ${merge.name} was merged by others ${MAX_ROUNDS} times while this task tried`);
}

interface Deltas {
  /** Not in the snapshot. */
  readonly missing: readonly string[];
  /** In the snapshot with other bytes: its shard was worked on again by another release. */
  readonly changed: readonly string[];
  readonly sha256: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

/** Which deltas a new snapshot must take in. Uncommitted ones of other shards are left to their own tasks. */
async function deltasFor(task: Task, merge: Merge, base: SnapshotIndex | undefined): Promise<Deltas> {
  const { workBucket } = task.config;
  const listed = await listPrefix(task.s3, workBucket, WorkKeys.delta.prefix({ table: merge.name }));
  const all = listed.map((o) => WorkKeys.delta.parse(o.key)?.shard).filter((s) => s !== undefined);
  const folded = new Map((base?.folded ?? []).map((f) => [f.shard, f.sha256]));
  const others = all.filter((s) => !folded.has(s) && !merge.shards.includes(s));
  const committed = await eachOf(others, (shard) =>
    exists(workBucket, WorkKeys.result.key({ dataset: merge.dataset, shard }), task.s3),
  );
  const wanted = [...merge.shards, ...others.filter((_, i) => committed[i])].sort();
  const fetched = await eachOf(wanted, (shard) => fetchDelta(task, merge, shard), 4);
  const files = new Map(wanted.map((s, i) => [s, fetched[i]?.path ?? '']));
  const sha256 = new Map(wanted.map((s, i) => [s, fetched[i]?.sha256 ?? '']));
  return {
    missing: wanted.filter((s) => !folded.has(s)),
    changed: wanted.filter((s) => folded.has(s) && folded.get(s) !== sha256.get(s)),
    sha256,
    files,
  };
}

async function fetchDelta(task: Task, merge: Merge, shard: string): Promise<{ path: string; sha256: string }> {
  const path = join(merge.scratch, `delta-${shard}.parquet`);
  await fetchTo(task, task.config.workBucket, WorkKeys.delta.key({ table: merge.name, shard }), path);
  return { path, sha256: (await hashFile(path)).sha256 };
}

async function fetchTo(task: Task, bucket: string, key: string, path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const { Body } = await task.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: task.signal });
  await pipeline(Body as Readable, createWriteStream(path));
}

async function makeSnapshot(
  task: Task,
  merge: Merge,
  base: SnapshotIndex | undefined,
  deltas: Deltas,
): Promise<SnapshotIndex> {
  const { transformedBucket } = task.config;
  const out = join(merge.scratch, 'snapshot.parquet');
  const basePath = base ? join(merge.scratch, 'base.parquet') : undefined;
  if (base && basePath) await fetchTo(task, transformedBucket, base.file.key, basePath);
  const folding: Folding = {
    keys: merge.table.keys,
    audit: merge.table.audit ?? Audit.parse({}),
    full: merge.table.delivery === 'full',
    base: base && basePath ? { path: basePath, newest: base.newest } : undefined,
    fresh: deltas.missing.map((s) => deltas.files.get(s) ?? ''),
    again: deltas.changed.length > 0,
    table: merge.name,
    // Asked for only when a delta is older than what the snapshot holds.
    earlier: () =>
      eachOf(
        base?.folded ?? [],
        async (f) => deltas.files.get(f.shard) ?? (await fetchDelta(task, merge, f.shard)).path,
        4,
      ),
  };
  const made = await withDuck({ ...task.config, scratch: merge.scratch }, (c) => foldFiles(c, folding, out));
  const comments = new Map(merge.columns.map((c) => [c.name, c.comment]));
  const columns = made.columns.map((c) => ({
    name: c.name,
    type: glueType(c.type),
    ...(comments.get(c.name) ? { comment: comments.get(c.name) } : {}),
  }));
  const now = (shard: string) => ({ shard, sha256: deltas.sha256.get(shard) ?? '' });
  const kept = (base?.folded ?? []).map((f) => (deltas.changed.includes(f.shard) ? { ...f, ...now(f.shard) } : f));
  // Counts belong to the shard that was merged; what others left behind comes in with none of its own.
  const folded = [
    ...kept,
    ...deltas.missing.map((s) => ({ ...now(s), ...(merge.counted === s ? { merge: made.counts } : {}) })),
  ];
  const snapshot = snapshotId(folded, columns);
  const key = TransformedKeys.snapshot.key({ table: merge.name, snapshot, part: SNAPSHOT_PART });
  const { bytes, sha256 } = await hashFile(out);
  await uploadFile(task.s3, transformedBucket, key, out, { sha256, signal: task.signal });
  const retired = base ? [...base.retired, { snapshot: base.snapshot, at: new Date().toISOString() }] : [];
  const index: SnapshotIndex = {
    snapshot,
    keys: [...merge.table.keys],
    folded,
    newest: made.newest,
    file: { key, rows: made.rows, bytes, sha256, columns },
    retired: retired.slice(-RETIRED_KEPT),
  };
  await writeSnapshot(task.s3, transformedBucket, merge.name, index);
  return index;
}

/** Older entries are long deleted. */
const RETIRED_KEPT = 1000;

/** Moves the table to the snapshot if it is still as it was read; false when another was faster. */
async function point(task: Task, merge: Merge, index: SnapshotIndex, before: GlueTable | undefined): Promise<boolean> {
  const { catalogDatabase, transformedBucket } = task.config;
  const input = inputOf({
    database: catalogDatabase,
    name: merge.name,
    location: `s3://${transformedBucket}/${snapshotPrefix(merge.name, index.snapshot)}`,
    columns: index.file.columns,
    description: merge.description,
    parameters: { 'decant.dataset': merge.dataset, 'decant.mode': 'merge', 'decant.keys': merge.table.keys.join(',') },
  });
  try {
    if (before) {
      await task.glue.send(
        new UpdateTableCommand({
          DatabaseName: catalogDatabase,
          TableInput: input,
          VersionId: before.VersionId,
          SkipArchive: true,
        }),
      );
    } else {
      await task.glue.send(new CreateTableCommand({ DatabaseName: catalogDatabase, TableInput: input }));
    }
    return true;
  } catch (error) {
    const late = ['ConcurrentModificationException', 'AlreadyExistsException', 'EntityNotFoundException'];
    if (late.some((name) => isGlueError(error, name))) return false;
    throw error;
  }
}
