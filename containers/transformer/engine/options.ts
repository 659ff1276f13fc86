/** What the engine is opened with, and what it answers. */
import type { Contract } from '../../../protocol/contract.ts';
import type { ObjectReason } from '../../../protocol/reasons.ts';
import type { RawObject } from '../formats/staged.ts';

export interface EngineOptions {
  readonly dataset: string;
  readonly contract: Contract;
  readonly shard: string;
  readonly run: string;
  /** Folder on the scratch disk; everything the engine writes lies below it. */
  readonly scratch: string;
  readonly scratchBytes: number;
  /** Of the whole task. */
  readonly memoryMiB: number;
  readonly threads: number;
}

/** One object for the engine. */
export interface EngineObject extends RawObject {
  /** Index of the member in its shard. */
  readonly member: number;
  /** Key in the quarantine bucket that the raw payloads will have. */
  readonly payloadKey: string;
  /** Text that orders the version among all; `_seq` of merge tables. */
  readonly order: string;
  /** When the version was created, ISO 8601; `_at` of merge tables. */
  readonly at: string;
}

export interface AddOptions {
  /** Emit just these records of each input (as `_source_row` names them), and count only them. */
  readonly only?: ReadonlyMap<string, ReadonlySet<number>>;
}

export interface MemberOutcome {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
  /** Why the whole object is in quarantine; no row of it is in any table then. */
  readonly quarantined?: { readonly code: ObjectReason; readonly message: string };
  readonly notes: Readonly<Record<string, number>>;
  /** File of the raw payloads, for the object's payload key. */
  readonly payload?: { readonly path: string };
}

export interface TableFile {
  readonly table: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Types as Glue and Athena name them. */
  readonly columns: readonly { name: string; type: string; comment?: string }[];
}

export interface EngineFiles {
  readonly tables: readonly TableFile[];
  /** Table of reasons; undefined when nothing is in quarantine. */
  readonly reasons: { readonly path: string; readonly rows: number } | undefined;
}

/** Records of part i of a cut object are numbered from i times this. */
export const PART_ROWS = 10 ** 12;
