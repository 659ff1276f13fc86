/** Why an object, a record or a row is in quarantine. Codes are stable: people query them. */
export const objectReasons = {
  empty_object: 'the object has 0 bytes',
  header_missing: 'the header row is missing or is not the contract’s',
  header_duplicate: 'a column stands twice in the header',
  column_missing: 'a column that the contract requires is missing',
  column_unexpected: 'a column is not in the contract',
  wrong_format: 'the bytes are not of the contract’s format',
  wrong_encoding: 'the bytes are not of the contract’s encoding',
  truncated: 'the compressed or structured data ends too early',
  corrupt: 'the data fails its own checksum or structure',
  encrypted: 'the file is protected by a password',
  too_large: 'the object does not fit the task and its format cannot be cut',
  expands_too_far: 'the data grows beyond the allowed size or ratio when decompressed',
  too_many_bad_rows: 'more rows broke the contract than maxBadRows allows',
  unsupported_type: 'a column has a type that no table can hold',
  sheet_missing: 'a sheet that the contract requires is missing',
  select_failed: 'a table’s select failed on this object',
  object_missing: 'the version no longer exists in the raw bucket',
} as const;
export type ObjectReason = keyof typeof objectReasons;

export const recordReasons = {
  unterminated_quote: 'a quote is opened and never closed',
  malformed_record: 'the record cannot be taken apart',
  wrong_column_count: 'the record has more or fewer cells than the header',
  record_too_long: 'the record is longer than the limit',
  invalid_encoding: 'the record is not valid in the contract’s encoding',
  nul_byte: 'the record holds a NUL byte',
  not_an_object: 'the JSON value is not an object',
  duplicate_key: 'a key stands twice in the record',
  unknown_key: 'a key is not in the contract',
  nested_too_deep: 'the JSON value is nested deeper than the limit',
  invalid_molecule: 'the molecule cannot be read',
  empty_record: 'the record is empty',
  /** Rule codes of values: the `rule` column says which one, the `column` which column. */
  value: 'a value breaks its column’s rule',
} as const;
export type RecordReason = keyof typeof recordReasons;

/** Rules that a value can break. */
export const valueRules = [
  'type',
  'nullable',
  'allowed',
  'pattern',
  'min',
  'max',
  'finite',
  'scale',
  'zone',
  'key',
] as const;
export type ValueRule = (typeof valueRules)[number];

/** One row of the table of reasons. Values of sensitive columns are never in `value` or `message`. */
export interface ReasonRow {
  readonly source_key: string;
  readonly source_version: string;
  /** 1-based number of the record in the object (`_source_row`); null for a whole object. */
  readonly source_row: number | null;
  /** 0-based byte offset in the decompressed object; null where the format has none (XLSX, Parquet). */
  readonly byte_offset: number | null;
  readonly byte_length: number | null;
  /** Sheet or input the record is from. */
  readonly input: string;
  readonly reason: ObjectReason | RecordReason;
  readonly rule: ValueRule | null;
  readonly column: string | null;
  /** The offending value, or `***` for a sensitive column. */
  readonly value: string | null;
  readonly message: string;
  readonly shard: string;
  readonly run: string;
  /** Where the raw payload is: key, offset and length in the quarantine bucket; null for whole objects, which stay in raw. */
  readonly payload_key: string | null;
  readonly payload_offset: number | null;
  readonly payload_length: number | null;
}
