/** What every reader of a format hands to the engine: the same accounting for all. */
import type { Column, FormatOptions } from '../../../protocol/contract.ts';
import type { ObjectReason, RecordReason } from '../../../protocol/reasons.ts';

/** A raw object on the scratch disk, as it came from S3 (still compressed, still encoded). */
export interface RawObject {
  readonly key: string;
  readonly version: string;
  /** Scratch path of the bytes. For a part: of bytes [max(0, start − 1), end) of the object, or more of its end. */
  readonly path: string;
  readonly size: number;
  /** Only for a part of a cut object: its index, from 0, and whether bytes before or after it exist. */
  readonly part?: { readonly index: number; readonly start: number; readonly end: number; readonly objectSize: number };
  /** For a part: streams the object's bytes from an absolute offset, to complete the record that crosses `end`. */
  readonly readOn?: (from: number) => AsyncIterable<Uint8Array>;
}

/** One record that cannot become a row, found while staging. */
export interface Reject {
  /** 1-based record number within the input. */
  readonly record: number;
  /** 0-based offset in the decompressed object; null where the format has none. */
  readonly offset: number | null;
  readonly length: number | null;
  readonly reason: RecordReason;
  readonly message: string;
  /** Raw payload of the record, when it is not a byte range of the decoded scratch file. */
  readonly payload?: Uint8Array;
}

/**
 * One input, staged on scratch. `relation` is a DuckDB table expression that yields `_row BIGINT` (1-based record
 * number) and one VARCHAR column per contract column, by contract name, for every record that is not rejected.
 * records = rows of `relation` + rejects, always.
 */
export interface StagedInput {
  readonly name: string;
  readonly relation: string;
  readonly records: number;
  readonly rejects: readonly Reject[];
  /** Reads the raw bytes of given records (ascending numbers) for quarantine. */
  payload(records: readonly number[]): Promise<{ record: number; offset: number | null; bytes: Uint8Array }[]>;
  /** Notes for the result, such as `{ line_endings_mended: 1 }`. */
  readonly notes: Readonly<Record<string, number>>;
  /** Where `relation` is quick but may fail, or yield fewer rows than `records`: stages the input again so that it cannot. */
  readonly exact?: () => Promise<StagedInput>;
}

export interface StageRequest {
  readonly object: RawObject;
  readonly options: FormatOptions;
  readonly inputs: readonly { name: string; sheet: string | undefined; columns: readonly Column[] }[];
  /** Private folder on the scratch disk; the caller removes it. */
  readonly scratch: string;
  /** Bytes that may be written below `scratch`. */
  readonly scratchBytes: number;
}

/** A reader stages all inputs of one object, or throws ObjectError. */
export type Reader = (request: StageRequest) => Promise<StagedInput[]>;

/** The whole object goes to quarantine. */
export class ObjectError extends Error {
  override readonly name = 'ObjectError';
  readonly code: ObjectReason;
  constructor(code: ObjectReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
