/**
 * Replay: what is in quarantine, again under the current contract. Whole objects go back to `arrived` and are packed anew;
 * quarantined rows of transformed objects become a shard `<id>-r<n>` of the same members.
 */
import { WorkKeys } from '../protocol/keys.ts';
import { UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import type { Shard, ShardResult } from '../protocol/shard.ts';
import { matchDataset, type CompiledDataset } from './contracts.ts';
import { Executions } from './executions.ts';
import { listKeys } from './listing.ts';
import { grouped, inParallel } from './many.ts';
import { keyOf } from './pack.ts';
import { Packer, type Failure } from './packer.ts';
import { ensureContract, readResult, readShard, shardKey, writeShard } from './shards.ts';
import type { Workplace } from './workplace.ts';

/** Rows packed at a time. */
const CHUNK = 10_000;
/** Results read at once: each holds up to 1,000 members. */
const RESULTS_AT_ONCE = 8;

export interface ReplayReport {
  /** Whole objects packed again. */
  readonly objects: number;
  /** Replay shards started, whose members have quarantined rows. */
  readonly shards: readonly string[];
  /** Quarantined rows that these shards try again. */
  readonly rows: number;
  /** Those of the rows that were quarantined under the very contract that they are tried under. */
  readonly sameContract: number;
  readonly failures: readonly Failure[];
}

/** What can be replayed: whole objects in quarantine, rows of transformed ones, and objects of no contract. */
export const replayKinds = ['objects', 'rows', 'unclassified'] as const;
export type ReplayKind = (typeof replayKinds)[number];

export interface ReplayOptions {
  /** @default all */
  readonly kinds?: readonly ReplayKind[] | undefined;
  /** Only objects for which this holds. @default all */
  readonly only?: (key: string) => boolean;
  readonly dryRun?: boolean | undefined;
}

/** Replays a dataset: quarantined objects, unclassified ones that its contract now takes, and quarantined rows. */
export async function replay(
  work: Workplace,
  set: CompiledDataset,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const kinds = options.kinds ?? replayKinds;
  const whole = await replayObjects(work, set, options, kinds);
  const rows = kinds.includes('rows') ? await replayRows(work, set, options) : { shards: [], rows: 0, sameContract: 0 };
  return { ...whole, ...rows };
}

/** Quarantined or unclassified objects, packed again under the contract that now matches their key. */
async function replayObjects(
  work: Workplace,
  set: CompiledDataset,
  { only = () => true, dryRun }: ReplayOptions,
  kinds: readonly ReplayKind[],
) {
  const packer = new Packer(work);
  const failures: Failure[] = [];
  let objects = 0;
  const flush = async (rows: LedgerRow[]): Promise<void> => {
    objects += rows.length;
    if (!dryRun) failures.push(...(await packer.packAndStart(rows)).failures);
  };
  const held: LedgerRow[] = [];
  for (const [kind, dataset, state] of [
    ['objects', set.dataset, 'quarantined'],
    ['unclassified', UNCLASSIFIED, 'unclassified'],
  ] as const) {
    if (!kinds.includes(kind)) continue;
    for await (const row of work.ledger.open(dataset, state)) {
      if (!only(keyOf(row)) || matchDataset(keyOf(row), work.compiled)?.dataset !== set.dataset) continue;
      if (!dryRun && !(await work.ledger.reopen(row, set.dataset))) continue;
      held.push(reopened(row, set.dataset));
      if (held.length >= CHUNK) await flush(held.splice(0));
    }
  }
  if (held.length > 0) await flush(held);
  return { objects, failures };
}

const reopened = (row: LedgerRow, dataset: string): LedgerRow => ({
  object: row.object,
  version: row.version,
  dataset,
  state: 'arrived',
  size: row.size,
  at: row.at,
  since: row.since,
  ...(row.etag === undefined ? {} : { etag: row.etag }),
  ...(row.sequencer === undefined ? {} : { sequencer: row.sequencer }),
  ...(row.marker ? { marker: true } : {}),
  ...(row.shard === undefined ? {} : { before: row.shard }),
});

const replayNumber = (shard: string): number => Number(/-r(\d+)$/.exec(shard)?.[1] ?? 0);
const withoutReplay = (shard: string): string => shard.replace(/-r\d+$/, '');

async function replayRows(work: Workplace, set: CompiledDataset, { only = () => true, dryRun }: ReplayOptions) {
  const executions = new Executions(work.sfn, work.ingestMachine);
  const started: string[] = [];
  let rows = 0;
  let sameContract = 0;
  const each = async (ids: string[]): Promise<void> => {
    const newest = ids.reduce((a, b) => (replayNumber(b) > replayNumber(a) ? b : a));
    const result = await readResult(work.workBucket, set.dataset, newest, work.s3);
    const broken = (result?.members ?? []).filter(
      (m) => m.state === 'transformed' && m.rowsQuarantined > 0 && only(m.key),
    );
    if (!result || broken.length === 0) return;
    // A version that a newer one has replaced, or a delete marker, is no longer asked for.
    const versions = broken.map((m) => ({ object: `${work.rawBucket}/${m.key}`, version: m.version }));
    const ledger = await work.ledger.getMany(versions);
    const again = broken.filter((m) => ledger.get(`${work.rawBucket}/${m.key}\0${m.version}`)?.state === 'transformed');
    if (again.length === 0) return;
    const asked = again.reduce((sum, m) => sum + m.rowsQuarantined, 0);
    rows += asked;
    if (result.contract === set.hash) sameContract += asked;
    const shard = await replayShard(work, set, result, again);
    started.push(shard.header.shard);
    if (dryRun) return;
    await ensureContract(
      work.workBucket,
      { dataset: set.dataset, source: set.source, contract: set.contract },
      work.s3,
    );
    await writeShard(work.workBucket, shard, work.s3);
    // A replay that is not committed is written under its first contract; it is tried again, as a later attempt.
    const { header } = await readShard(work.workBucket, shardKey(shard.header), work.s3);
    for (let attempt = 1; ; attempt++) {
      const run = { dataset: set.dataset, shard: header.shard, contract: header.contract, attempt };
      const status = await executions.status(run);
      if (status === 'RUNNING' || (status === undefined && (await executions.start(run)))) return;
    }
  };
  const byShard = grouped(await resultIds(work, set.dataset), withoutReplay);
  await inParallel([...byShard.values()], RESULTS_AT_ONCE, each);
  return { shards: started.sort(), rows, sameContract };
}

/** Ids of all committed shards: a listing holds keys only, 100,000 of them for the largest datasets. */
async function resultIds(work: Workplace, dataset: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of listKeys(work.s3, work.workBucket, WorkKeys.result.prefix({ dataset }))) {
    for (const { key } of page) {
      const id = WorkKeys.result.parse(key)?.shard;
      if (id !== undefined) ids.push(id);
    }
  }
  return ids;
}

/** The members with quarantined rows, as the first shard lists them: a part keeps its range. */
async function replayShard(
  work: Workplace,
  set: CompiledDataset,
  result: ShardResult,
  again: ShardResult['members'],
): Promise<Shard> {
  const base = withoutReplay(result.shard);
  const first = await readShard(work.workBucket, shardKey({ dataset: set.dataset, shard: base }), work.s3);
  const wanted = new Set(again.map((m) => `${m.key}\0${m.version}`));
  const members = first.members.filter((m) => wanted.has(`${m.key}\0${m.version}`));
  const header = {
    ...first.header,
    shard: `${base}-r${replayNumber(result.shard) + 1}`,
    contract: set.hash,
    objects: members.length,
    bytes: members.reduce((sum, m) => sum + (m.range ? m.range.end - m.range.start : m.size), 0),
    replayOf: result.shard,
  };
  return { header, members };
}
