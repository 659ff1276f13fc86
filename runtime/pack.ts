/** Packing: which object versions become which shards. Pure and deterministic: the same members give the same shards. */
import { createHash } from 'node:crypto';
import type { Contract } from '../protocol/contract.ts';
import { RawKeys } from '../protocol/keys.ts';
import { compareVersions, type LedgerRow } from '../protocol/ledger.ts';
import { SHARD_MAX_BYTES, SHARD_MAX_OBJECTS, type Member, type Shard, type ShardHeader } from '../protocol/shard.ts';
import { isCuttable, type CompiledDataset } from './contracts.ts';
import { grouped } from './many.ts';

export interface ShardLimits {
  readonly maxObjects: number;
  /** Raw bytes; a larger object is cut where its contract allows, else it is a shard of its own. */
  readonly maxBytes: number;
}

export const defaultLimits: ShardLimits = { maxObjects: SHARD_MAX_OBJECTS, maxBytes: SHARD_MAX_BYTES };

/** One shard, or all parts of a cut object, and the rows to bind to it. */
export interface Packed {
  /** What the rows are bound to: a shard's id, without part. */
  readonly shard: string;
  readonly files: readonly Shard[];
  readonly rows: readonly LedgerRow[];
  readonly parts: number | undefined;
}

/** Hive's name for a folder value that is missing or empty. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';
/** Characters that Hive escapes in partition folders, since they part names, values and folders. */
// eslint-disable-next-line no-control-regex -- control characters are among those that Hive escapes
const unsafe = /[\u0000-\u001f\u007f"#%'*/:=?\\{}[\]^]/g;

/** `name=value` of a member; undefined for unpartitioned tables. */
export function partitionOf(contract: Contract, key: string, at: string): string | undefined {
  const { partition } = contract;
  if (partition === 'none') return undefined;
  if (partition === 'delivery_date') return `delivery_date=${at.slice(0, 10)}`;
  const folders = (RawKeys.object.parse(key)?.path ?? '').split('/').slice(0, -1);
  const value = folders[partition.prefix - 1] || NO_VALUE;
  const escaped = value.replace(unsafe, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return `${partition.name}=${escaped}`;
}

/** Raw key of a ledger row's object. */
export const keyOf = (row: Pick<LedgerRow, 'object'>): string => row.object.slice(row.object.indexOf('/') + 1);

const toMember = (row: LedgerRow): Member => ({
  key: keyOf(row),
  version: row.version,
  size: row.size,
  ...(row.etag === undefined ? {} : { etag: row.etag }),
  ...(row.sequencer === undefined ? {} : { sequencer: row.sequencer }),
  at: row.at,
  ...(row.marker ? { deleted: true as const } : {}),
});

/** By code unit, so that every machine sorts alike. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byMember = (a: LedgerRow, b: LedgerRow): number => byText(a.object, b.object) || compareVersions(a, b);

/** First 24 hex digits of a SHA-256 over dataset, contract and members. A row opened for replay counts as another member. */
export function shardIdOf(dataset: string, contractHash: string, rows: readonly LedgerRow[]): string {
  const lines = rows
    .map((r) => [keyOf(r), r.version, ...(r.before === undefined ? [] : [r.before])].join('\0'))
    .sort(byText);
  return createHash('sha256')
    .update([dataset, contractHash, ...lines].join('\n'))
    .digest('hex')
    .slice(0, 24);
}

/**
 * Spreads rows over as few bins as the limits allow, largest first into the emptiest. Bins of even size finish together;
 * one left with a few bytes would cost a task start for nothing.
 */
export function spread(rows: readonly LedgerRow[], limits: ShardLimits): LedgerRow[][] {
  const bytes = rows.reduce((sum, r) => sum + r.size, 0);
  const largestFirst = [...rows].sort((a, b) => b.size - a.size || byMember(a, b));
  let count = Math.max(
    Math.ceil(bytes / limits.maxBytes),
    Math.ceil(rows.length / limits.maxObjects),
    rows.length ? 1 : 0,
  );
  for (; ; count++) {
    const bins = tryBins(largestFirst, count, limits);
    if (bins) return bins;
  }
}

/** undefined when a row finds no bin with room. One bin per row always fits. */
function tryBins(rows: readonly LedgerRow[], count: number, limits: ShardLimits): LedgerRow[][] | undefined {
  const bins = Array.from({ length: count }, () => ({ bytes: 0, rows: [] as LedgerRow[] }));
  for (const row of rows) {
    let best: (typeof bins)[number] | undefined;
    for (const bin of bins) {
      const room =
        bin.rows.length < limits.maxObjects && (bin.rows.length === 0 || bin.bytes + row.size <= limits.maxBytes);
      if (room && (!best || bin.bytes < best.bytes || (bin.bytes === best.bytes && bin.rows.length < best.rows.length)))
        best = bin;
    }
    if (!best) return undefined;
    best.rows.push(row);
    best.bytes += row.size;
  }
  return bins.filter((b) => b.rows.length > 0).map((b) => b.rows);
}

function header(
  set: CompiledDataset,
  shard: string,
  partition: string | undefined,
  bytes: number,
  objects: number,
): ShardHeader {
  const { dataset, source, hash } = set;
  return { shard, dataset, source, contract: hash, ...(partition === undefined ? {} : { partition }), objects, bytes };
}

function whole(set: CompiledDataset, partition: string | undefined, rows: LedgerRow[]): Packed {
  const sorted = [...rows].sort(byMember);
  const shard = shardIdOf(set.dataset, set.hash, sorted);
  const bytes = sorted.reduce((sum, r) => sum + r.size, 0);
  const file = { header: header(set, shard, partition, bytes, sorted.length), members: sorted.map(toMember) };
  return { shard, files: [file], rows: sorted, parts: undefined };
}

/** Parts of even size; record boundaries are the reader's business. */
function cut(set: CompiledDataset, partition: string | undefined, row: LedgerRow, maxBytes: number): Packed {
  const shard = shardIdOf(set.dataset, set.hash, [row]);
  const parts = Math.ceil(row.size / maxBytes);
  const edge = (i: number): number => Math.floor((row.size / parts) * i);
  const files = Array.from({ length: parts }, (_, i): Shard => {
    const start = edge(i);
    const end = i === parts - 1 ? row.size : edge(i + 1);
    const head = { ...header(set, `${shard}-p${i}`, partition, end - start, 1), parts };
    return { header: head, members: [{ ...toMember(row), range: { start, end } }] };
  });
  return { shard, files, rows: [row], parts };
}

/** Packs rows of one dataset. Rows of one shard share their partition; order of the rows given does not matter. */
export function pack(set: CompiledDataset, rows: readonly LedgerRow[], limits: ShardLimits = defaultLimits): Packed[] {
  const placed = rows.map((row) => ({ row, partition: partitionOf(set.contract, keyOf(row), row.at) }));
  placed.sort((a, b) => byMember(a.row, b.row));
  const tooLarge = ({ row }: { row: LedgerRow }): boolean =>
    row.size > limits.maxBytes && isCuttable(set.contract, keyOf(row));
  const parts = placed.filter(tooLarge).map(({ row, partition }) => cut(set, partition, row, limits.maxBytes));
  const groups = grouped(
    placed.filter((p) => !tooLarge(p)),
    (p) => p.partition,
  );
  const shards = [...groups].flatMap(([partition, members]) =>
    spread(
      members.map((m) => m.row),
      limits,
    ).map((bin) => whole(set, partition, bin)),
  );
  return [...parts, ...shards];
}
