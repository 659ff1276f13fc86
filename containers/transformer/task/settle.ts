/**
 * What follows from a commit: ledger rows, and what hides or removes the rows of older versions. It depends on the result and
 * the ledger alone, and may run again at any time. Two tasks that meet on two versions of one key each write their ledger
 * row first and look at the other's after it, so at least one of them sees both.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tablesOf, type Contract } from '../../../protocol/contract.ts';
import { TransformedKeys } from '../../../protocol/keys.ts';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import type { MemberResult, ShardResult } from '../../../protocol/shard.ts';
import { prune, type Stale } from '../modes/replace.ts';
import type { Superseded } from '../../../runtime/catalog/own-tables.ts';
import { distinctSuperseded, writeSuperseded } from '../modes/superseded.ts';
import { eachOf, type Task } from './context.ts';
import { withDuck } from '../../../runtime/duck.ts';
import { partOf } from './members.ts';
import { uploadFile } from '../../../runtime/upload.ts';
import { neighbours } from './versions.ts';

interface Pair {
  readonly stale: LedgerRow;
  readonly by: LedgerRow;
}

export async function settle(task: Task, result: ShardResult, contract: Contract): Promise<void> {
  const tables = tablesOf(result.dataset, contract).map(({ name, table }) => ({ name, mode: table.mode }));
  const hasMerge = tables.some((t) => t.mode === 'merge');
  const members = result.members.filter((m) => m.state !== 'skipped');
  await eachOf(members, (m) => finishRow(task, result, m));
  const pairs = (await eachOf(members, (m) => pairsOf(task, m, hasMerge))).flat();
  if (pairs.length === 0) return;
  const scratch = join(task.config.scratch, `${result.shard}-settle`);
  try {
    if (tables.some((t) => t.mode === 'append')) await hide(task, result, pairs, scratch);
    const replaced = tables.filter((t) => t.mode === 'replace').map((t) => t.name);
    if (replaced.length)
      await prune(
        task,
        replaced,
        pairs.flatMap(({ stale }) => staleOf(stale)),
        scratch,
      );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function finishRow(task: Task, { shard, parts }: ShardResult, m: MemberResult): Promise<void> {
  if (m.state === 'skipped') return;
  const { state, rowsIn, rowsOut, rowsQuarantined, reason } = m;
  const part = parts === undefined ? undefined : partOf(shard);
  await task.ledger.finish(`${task.config.rawBucket}/${m.key}`, m.version, {
    state,
    shard,
    rowsIn,
    rowsOut,
    rowsQuarantined,
    reason: reason?.code,
    part,
    parts,
  });
}

/** Versions whose rows must go on account of this member: older ones, or itself when a newer one is done. */
async function pairsOf(task: Task, m: MemberResult, hasMerge: boolean): Promise<Pair[]> {
  if (m.state === 'quarantined') return [];
  const { own, older, newer } = await neighbours(task.ledger, task.s3, task.config.rawBucket, m);
  if (!own) return [];
  const latest = newer.findLast((r) => r.state === 'transformed' || r.state === 'deleted');
  const pairs: Pair[] = latest ? [{ stale: own, by: latest }] : [];
  if (m.state === 'superseded' || older.length === 0) return pairs;
  // Merge tables fold older versions in as well, so those that wait for their shard stay as they are.
  await task.ledger.supersedeOlder(
    own,
    hasMerge ? ['quarantined', 'unclassified'] : ['quarantined', 'unclassified', 'bound', 'claimed'],
  );
  return [...pairs, ...older.filter((r) => r.state !== 'deleted').map((stale) => ({ stale, by: own }))];
}

const keyOf = (task: Task, row: LedgerRow): string => row.object.slice(task.config.rawBucket.length + 1);

async function hide(task: Task, result: ShardResult, pairs: readonly Pair[], scratch: string): Promise<void> {
  const rows = distinctSuperseded(
    pairs.map(({ stale, by }): Superseded => ({
      source_key: keyOf(task, stale),
      source_version: stale.version,
      dataset: result.dataset,
      by_version: by.version,
      by_delete: by.marker === true,
      at: by.at,
    })),
  );
  const path = join(scratch, 'superseded.parquet');
  await withDuck({ ...task.config, scratch }, (c) => writeSuperseded(c, rows, path));
  await uploadFile(
    task.s3,
    task.config.transformedBucket,
    TransformedKeys.superseded.key({ shard: result.shard }),
    path,
  );
}

function staleOf(row: LedgerRow): Stale[] {
  if (!row.shard) return [];
  return [
    {
      dataset: row.dataset,
      shard: row.shard,
      key: row.object.slice(row.object.indexOf('/') + 1),
      version: row.version,
    },
  ];
}
