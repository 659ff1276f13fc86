/** Shard files, lists and results: what the packer writes, the transformer reads, and operators count. */
import { z } from 'zod';

/** Raw bytes of a shard at most; one object above it is cut where its format allows. */
export const SHARD_MAX_BYTES = 2 * 1024 ** 3;
/** Objects of a shard at most. */
export const SHARD_MAX_OBJECTS = 1000;

/** `<24 hex>`, with `-p<i>` for part i of a cut object and `-r<n>` for the n-th replay of its quarantined rows. */
export const shardId = z.string().regex(/^[0-9a-f]{24}(-p\d{1,5})?(-r\d{1,4})?$/);
/** The id that a ledger row is bound to: a shard's id without part and replay. */
export const boundShard = (id: string): string => id.slice(0, 24);

/** One object version of a shard. */
export const Member = z.strictObject({
  key: z.string().min(1),
  /** S3 version id. */
  version: z.string().min(1),
  size: z.int().nonnegative(),
  etag: z.string().optional(),
  /** S3's sequencer, padded; orders versions of one key. Absent when the object came from a listing. */
  sequencer: z.string().optional(),
  /** When the version was created, ISO 8601 UTC. */
  at: z.iso.datetime(),
  /** A delete marker: no bytes to read; rows of older versions are superseded. */
  deleted: z.literal(true).optional(),
  /** Bytes [start, end) of a cut object. A record belongs to the part in which its first byte lies. */
  range: z.strictObject({ start: z.int().nonnegative(), end: z.int().positive() }).optional(),
});
export type Member = z.infer<typeof Member>;

/** First line of a shard file. */
export const ShardHeader = z.strictObject({
  shard: shardId,
  dataset: z.string(),
  source: z.string(),
  /** Content hash of the contract, under `contracts/` in the work bucket. */
  contract: z.string().regex(/^[0-9a-f]{64}$/),
  /** `name=value`, constant for the shard; absent for unpartitioned tables. */
  partition: z.string().optional(),
  objects: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** Parts of the cut object that this shard holds one of. */
  parts: z.int().positive().optional(),
  /** Emit only rows that this shard's earlier results quarantined. */
  replayOf: shardId.optional(),
});
export type ShardHeader = z.infer<typeof ShardHeader>;

/** A shard file: the header, then one member a line, as JSON Lines. */
export interface Shard {
  readonly header: ShardHeader;
  readonly members: readonly Member[];
}

/** What became of one member. `superseded`: a newer version of the key was there first; no row was written. */
export const memberState = z.enum(['transformed', 'quarantined', 'superseded', 'deleted', 'skipped']);
export const MemberResult = z.strictObject({
  key: z.string(),
  version: z.string(),
  state: memberState,
  bytes: z.int().nonnegative(),
  /** SHA-256 of the raw bytes, hex; absent for parts and for members that were not read. */
  sha256: z.string().optional(),
  rowsIn: z.int().nonnegative(),
  /** Rows accepted into the tables' inputs: rowsIn = rowsOut + rowsQuarantined, always. */
  rowsOut: z.int().nonnegative(),
  rowsQuarantined: z.int().nonnegative(),
  /** Why a whole object is in quarantine. */
  reason: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** What was mended on the way without changing a value, such as line endings; note → count. */
  notes: z.record(z.string(), z.int()).optional(),
});
export type MemberResult = z.infer<typeof MemberResult>;

export const TableResult = z.strictObject({
  table: z.string(),
  mode: z.enum(['append', 'replace', 'merge']),
  /** Key in the transformed bucket; for merge tables the snapshot's. */
  key: z.string(),
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string(), comment: z.string().optional() })),
  /** Merge only. */
  merge: z
    .strictObject({
      inserted: z.int(),
      updated: z.int(),
      deleted: z.int(),
      unchanged: z.int(),
      /** Rows that another row of the same delivery with the same key took the place of. */
      duplicates: z.int().optional(),
    })
    .optional(),
});
export type TableResult = z.infer<typeof TableResult>;

/** `results/<dataset>/<shard>.json`, written last: its presence is the commit. */
export const ShardResult = z.strictObject({
  shard: shardId,
  dataset: z.string(),
  source: z.string(),
  contract: z.string(),
  partition: z.string().optional(),
  parts: z.int().positive().optional(),
  replayOf: shardId.optional(),
  /** The first attempt's execution name; also the `_run` of every row. */
  run: z.string(),
  attempt: z.int().positive(),
  members: z.array(MemberResult),
  tables: z.array(TableResult),
  objects: z.int().nonnegative(),
  rowsIn: z.int().nonnegative(),
  rowsOut: z.int().nonnegative(),
  rowsQuarantined: z.int().nonnegative(),
  objectsQuarantined: z.int().nonnegative(),
  bytesIn: z.int().nonnegative(),
  bytesOut: z.int().nonnegative(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
});
export type ShardResult = z.infer<typeof ShardResult>;
