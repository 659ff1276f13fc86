/**
 * The ledger: one DynamoDB row per object version, one claim row per shard.
 * Row: partition key `object` = `<bucket>/<key>`, sort key `version`.
 * Claim: partition key `object` = `shard/<shard id>`, sort key `version` = `claim`.
 */

/** States of an object version. Unfinished ones are in the sparse index `open`. */
export const ledgerStates = [
  'arrived',
  'bound',
  'claimed',
  'transformed',
  'quarantined',
  'unclassified',
  'superseded',
  'deleted',
] as const;
export type LedgerState = (typeof ledgerStates)[number];

export const openStates = ['arrived', 'bound', 'claimed', 'quarantined', 'unclassified'] as const;
export const isOpen = (state: LedgerState): boolean => (openStates as readonly string[]).includes(state);

/** Attribute names; the table, the index and every expression use these. */
export const Ledger = {
  partitionKey: 'object',
  sortKey: 'version',
  /** Sparse index of unfinished rows: partition key `open` = `dataset#state#NN`, sort key `since`. */
  openIndex: 'open',
  openPartitionKey: 'open',
  openSortKey: 'since',
  claimPrefix: 'shard/',
  claimSortKey: 'claim',
  /** Write shards of the open index, so that no partition is hot: 00 to 63. */
  openShards: 64,
} as const;

/** Dataset name in the ledger of objects that no contract knows. */
export const UNCLASSIFIED = '-';

export interface LedgerRow {
  /** `<bucket>/<key>`. */
  readonly object: string;
  readonly version: string;
  readonly dataset: string;
  readonly state: LedgerState;
  readonly size: number;
  readonly etag?: string;
  /** Padded S3 sequencer; absent when the row came from a listing. */
  readonly sequencer?: string;
  /** When S3 created the version, ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** When the row came into its present state, ISO 8601 UTC. Sort key of the open index. */
  readonly since: string;
  readonly open?: string;
  /** A delete marker. */
  readonly marker?: boolean;
  /** Id of the shard that the version is bound to, without part or replay. */
  readonly shard?: string;
  /** Hash of the contract it was packed under. */
  readonly contract?: string;
  /** Execution attempt of the shard; a redrive adds one. */
  readonly attempt?: number;
  /** Backfill list whose task works on the shard. Such rows are in lanes of the open index of their own. */
  readonly list?: string;
  /** Shard that the version was in before it was opened for replay; makes the next shard's id another one. */
  readonly before?: string;
  /** Replays (`r1`, …) whose rows are counted in rowsOut and rowsQuarantined. */
  readonly replays?: readonly string[];
  readonly parts?: number;
  readonly partsDone?: readonly string[];
  readonly rowsIn?: number;
  readonly rowsOut?: number;
  readonly rowsQuarantined?: number;
  readonly reason?: string;
}

/** Who works on a shard. `fence` grows with every attempt and retry; the larger one wins. */
export interface Claim {
  readonly shard: string;
  readonly fence: number;
  readonly owner: string;
  /** Epoch seconds after which another may take the claim. */
  readonly expires: number;
  /** Execution name of the first attempt: the `_run` of every row that the shard writes. */
  readonly run: string;
}

/** Seconds that a claim holds without renewal: three missed renewals at 60 s, with room for a slow clock. */
export const CLAIM_SECONDS = 240;

/** Orders two versions of one key: by sequencer where both have one, else by time, then version. */
export function compareVersions(
  a: Pick<LedgerRow, 'sequencer' | 'at' | 'version'>,
  b: Pick<LedgerRow, 'sequencer' | 'at' | 'version'>,
): number {
  if (a.sequencer && b.sequencer && a.sequencer !== b.sequencer)
    return padSequencer(a.sequencer) < padSequencer(b.sequencer) ? -1 : 1;
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.version === b.version ? 0 : a.version < b.version ? -1 : 1;
}

/** Sequencers are hexadecimal of varying length, compared right-aligned (S3 user guide, notification content structure). */
export const padSequencer = (sequencer: string): string => sequencer.toUpperCase().padStart(64, '0');

/**
 * An object without content whose key ends with a slash stands for a folder of the source: DataSync writes one for each, and so do other
 * tools. It holds no data: it stays in the raw bucket, is in no ledger, and nothing waits for it. `path` may be a key or bucket/key.
 */
export const isFolderMarker = (path: string, size: number): boolean => size === 0 && path.endsWith('/');
