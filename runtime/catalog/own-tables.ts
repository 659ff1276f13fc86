/** Columns of the tables that Decant writes beside the contracts' own; writers and the catalog share them. */
import type { ReasonRow } from '../../protocol/reasons.ts';
import type { ColumnSpec } from './types.ts';

/** One object version that readers of the current state must not see. */
export interface Superseded {
  readonly source_key: string;
  readonly source_version: string;
  readonly dataset: string;
  /** The version, or delete marker, that took its place. */
  readonly by_version: string;
  readonly by_delete: boolean;
  /** When that one was created. */
  readonly at: string;
}

const specs = <T>(types: Record<keyof T & string, string>): ColumnSpec[] =>
  Object.entries<string>(types).map(([name, type]) => ({ name, type }));

/** `superseded_objects`. */
export const supersededColumns = specs<Superseded>({
  source_key: 'VARCHAR',
  source_version: 'VARCHAR',
  dataset: 'VARCHAR',
  by_version: 'VARCHAR',
  by_delete: 'BOOLEAN',
  at: 'TIMESTAMP WITH TIME ZONE',
});

/** `quarantine_reasons`, in the order of its files. */
export const reasonColumns = specs<ReasonRow>({
  source_key: 'VARCHAR',
  source_version: 'VARCHAR',
  source_row: 'BIGINT',
  byte_offset: 'BIGINT',
  byte_length: 'BIGINT',
  input: 'VARCHAR',
  reason: 'VARCHAR',
  rule: 'VARCHAR',
  column: 'VARCHAR',
  value: 'VARCHAR',
  message: 'VARCHAR',
  shard: 'VARCHAR',
  run: 'VARCHAR',
  payload_key: 'VARCHAR',
  payload_offset: 'BIGINT',
  payload_length: 'BIGINT',
});
