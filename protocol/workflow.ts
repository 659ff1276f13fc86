/** Payloads of the ingest and backfill workflows. Ids and keys only: an operator reads them. */

/** Input of the ingest workflow: one shard, or the shards of one list in turn. */
export interface IngestInput {
  readonly dataset: string;
  /** Key of a shard file in the work bucket; empty when `list` is given. */
  readonly shard: string;
  /** Key of a list in the work bucket; empty when `shard` is given. */
  readonly list: string;
  readonly attempt: number;
}

/** Input of the backfill workflow. */
export interface BackfillInput {
  readonly dataset: string;
  /** Key of the list index in the work bucket. */
  readonly listIndex: string;
  readonly attempt: number;
}

/** What the register function is given, and what it answers: small, and telling. */
export interface RegisterInput extends IngestInput {
  readonly run: string;
}
export interface RegisterOutput {
  readonly dataset: string;
  readonly tables: readonly string[];
  readonly objects: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
  readonly objectsQuarantined: number;
  /** First quarantined object's key; empty when there is none. */
  readonly firstQuarantined: string;
  /** Shards of the list that have no result yet: the workflow runs the task again. */
  readonly shardsLeft: number;
}

/** Execution name: attempts never mix contracts, and a name never starts twice. */
export const executionName = (shard: string, contractHash: string, attempt: number): string =>
  `${shard}-${contractHash.slice(0, 8)}-${attempt}`;

/** The event that a finished dataset emits on the default bus. */
export const UpdatedEvent = { source: 'decant', detailType: 'decant.dataset.updated' } as const;

/** Argument with which the transformer's image reconciles instead. */
export const RECONCILE_COMMAND = 'reconcile';

/** Exit codes of the transformer. Anything but 0 fails the task; the result file tells about quarantined objects. */
export const TransformerExit = {
  done: 0,
  failed: 1,
  misuse: 2,
  /** Stopped by SIGTERM before the commit: run again. */
  stopped: 143,
  /** Another task holds an unexpired claim on the shard. */
  claimed: 75,
} as const;
