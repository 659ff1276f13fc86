/** Contracts: what a dataset must look like, and the tables it becomes. */
import { z } from 'zod';

/** Rules over several fields are checked even where one field is wrong, so that a person sees all errors at once. */
export const holdsObject = ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null;

export const formats = ['csv', 'tsv', 'json', 'jsonl', 'xlsx', 'sdf', 'mol', 'smiles', 'parquet'] as const;
export const Format = z.enum(formats);
export type Format = z.infer<typeof Format>;

/** Formats that may be cut at record boundaries into parts (CSV only without quoted newlines and uncompressed). */
export const splittable: readonly Format[] = ['csv', 'tsv', 'jsonl', 'sdf', 'smiles', 'parquet'];

/** Names that Athena, Spark and DuckDB all take unquoted. */
export const TableName = z.string().regex(/^[a-z_][a-z0-9_]{0,127}$/, 'must match ^[a-z_][a-z0-9_]{0,127}$');

export const sensitivities = ['public', 'internal', 'confidential', 'personal'] as const;
export const Sensitivity = z.enum(sensitivities);
export type Sensitivity = z.infer<typeof Sensitivity>;
/** Values of these are masked wherever people read. */
export const isSensitive = (s: z.infer<typeof Sensitivity> | undefined): boolean =>
  s === 'confidential' || s === 'personal';

/**
 * Column types. `decimal(p,s)`: exact, p ≤ 38. `timestamp`: wall-clock time, a zone is refused;
 * `timestamptz`: an instant, a zone is required. `json`: any JSON value as text.
 */
export const ColumnType = z
  .string()
  .regex(
    /^(text|boolean|integer|bigint|double|date|timestamp|timestamptz|json|decimal\((3[0-8]|[12]?\d),(3[0-8]|[12]?\d)\))$/,
    'must be text, boolean, integer, bigint, double, date, timestamp, timestamptz, json or decimal(p,s)',
  );

export const Column = z.strictObject({
  name: TableName,
  /** Header, key or property name at the source. @default the name */
  from: z.string().optional(),
  type: ColumnType.default('text'),
  nullable: z.boolean().default(true),
  /** May be absent from the source altogether; its values are then null. */
  optional: z.boolean().default(false),
  allowed: z.array(z.string()).optional(),
  /** Regular expression (RE2) that the whole source text must match. */
  pattern: z.string().optional(),
  min: z.union([z.number(), z.string()]).optional(),
  max: z.union([z.number(), z.string()]).optional(),
  /** strptime format of dates and timestamps. @default ISO 8601 */
  format: z.string().optional(),
  /** Remove blanks at both ends before anything else. */
  trim: z.boolean().default(false),
  /** Texts that mean null, beside the empty unquoted cell. */
  nullTexts: z.array(z.string()).optional(),
  /** Decimal mark of numbers. @default '.' */
  decimalMark: z.enum(['.', ',']).optional(),
  thousandsMark: z.enum([',', '.', "'", ' ']).optional(),
  unit: z.string().optional(),
  sensitivity: Sensitivity.optional(),
  description: z.string().optional(),
});
export type Column = z.infer<typeof Column>;

export const FormatOptions = z.strictObject({
  /** csv: one character. @default ',' for csv, TAB for tsv */
  delimiter: z.string().length(1).optional(),
  quote: z.string().max(1).optional(),
  escape: z.string().max(1).optional(),
  encoding: z.enum(['utf-8', 'utf-16', 'latin-1', 'windows-1252']).optional(),
  /** csv, tsv: first record holds the names. smiles: first line is a heading. */
  header: z.boolean().optional(),
  /** csv: quoted cells may hold line breaks. `false` lets a huge file be cut. */
  quotedNewlines: z.boolean().optional(),
  compression: z.enum(['auto', 'none', 'gzip', 'zstd']).optional(),
  /** json: JSON Pointer to the array of records, for example /data/rows. */
  records: z.string().optional(),
  /** csv, json, sdf: what to do with a column, key or property that the contract does not list. @default refuse */
  unlisted: z.enum(['refuse', 'ignore', 'collect']).optional(),
  /** Bytes of one record at most. */
  maxRecordBytes: z.int().positive().optional(),
  /** Decompressed bytes at most, and how often the compressed size. */
  maxExpandedBytes: z.int().positive().optional(),
  maxExpansionRatio: z.number().positive().optional(),
});
export type FormatOptions = z.infer<typeof FormatOptions>;

export const Audit = z.strictObject({
  created: TableName.default('inserted_at'),
  updated: TableName.default('updated_at'),
  deleted: TableName.default('deleted_at'),
  createdBy: TableName.optional(),
  updatedBy: TableName.optional(),
});

export const Table = z
  .strictObject({
    /** One DuckDB `select` over the inputs (`input`, or the sheets' names). @default all columns of the input */
    select: z.string().default('select * from input'),
    /** Columns of the result that identify a row; required for merge. */
    keys: z.array(TableName).default([]),
    mode: z.enum(['append', 'replace', 'merge']).default('append'),
    /** merge: `full` deliveries mark absent keys as deleted, `delta` never deletes. */
    delivery: z.enum(['delta', 'full']).default('delta'),
    /** Names of the merge columns. */
    audit: Audit.optional(),
    /** Columns of the result that hold SMILES, to be embedded; `[]` for none. @default those named smiles, canonical_smiles or isomeric_smiles */
    molecules: z.array(TableName).optional(),
    description: z.string().optional(),
  })
  .refine((t) => t.mode !== 'merge' || t.keys?.length > 0, {
    path: ['keys'],
    message: 'a merge table needs keys',
    when: holdsObject,
  })
  .refine((t) => t.delivery !== 'full' || t.mode === 'merge', {
    path: ['delivery'],
    message: 'delivery is for merge tables only',
    when: holdsObject,
  });
export type Table = z.infer<typeof Table>;

export const Contract = z
  .strictObject({
    /** Glob on the path below `<source>/<dataset>/` in the raw bucket, or several. */
    objects: z.union([z.string(), z.array(z.string()).min(1)]).default('**'),
    format: Format,
    options: FormatOptions.default({}),
    /** Columns of the one input, in any order. For formats with sheets see `sheets`. */
    columns: z.array(Column).min(1).optional(),
    /** xlsx: input name → its sheet and columns. */
    sheets: z
      .record(TableName, z.strictObject({ sheet: z.string().optional(), columns: z.array(Column).min(1) }))
      .optional(),
    /** Rows of one object that may be quarantined before the whole object is. */
    maxBadRows: z.int().nonnegative().default(100),
    /** `delivery_date`, `none`, or `{ prefix: n }`: the n-th folder of the path, as `name=value`. */
    partition: z
      .union([z.enum(['delivery_date', 'none']), z.strictObject({ prefix: z.int().min(1), name: TableName })])
      .default('delivery_date'),
    /** Sensitivity of columns that state none. */
    sensitivity: Sensitivity.default('internal'),
    tables: z.record(TableName, Table).optional(),
  })
  .refine((c) => (c.columns === undefined) !== (c.sheets === undefined), {
    path: ['columns'],
    message: 'give columns, or sheets for a workbook of several',
    when: holdsObject,
  })
  .refine((c) => !c.sheets || c.format === 'xlsx', {
    path: ['sheets'],
    message: 'sheets are for xlsx only',
    when: holdsObject,
  });
export type Contract = z.infer<typeof Contract>;

/** Inputs that a contract's selects see: name → sheet (workbooks) and columns. */
export function inputsOf(c: Contract): { name: string; sheet: string | undefined; columns: readonly Column[] }[] {
  if (c.sheets)
    return Object.entries(c.sheets).map(([name, s]) => ({ name, sheet: s.sheet ?? name, columns: s.columns }));
  return [{ name: 'input', sheet: undefined, columns: c.columns ?? [] }];
}

/** Tables of a contract in the one fixed order (by name) in which they are merged. */
export function tablesOf(dataset: string, c: Contract): { name: string; table: Table }[] {
  const tables = c.tables ?? { [dataset.replaceAll('-', '_')]: Table.parse({}) };
  return Object.entries(tables)
    .map(([name, table]) => ({ name, table }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The strictest class of what a dataset holds: the key that its tables and quarantine payloads are written with follows from it. */
export function classOf(c: Contract): Sensitivity {
  const named = inputsOf(c).flatMap(({ columns }) => columns.map((column) => column.sensitivity ?? c.sensitivity));
  return sensitivities.findLast((s) => s === c.sensitivity || named.includes(s)) ?? c.sensitivity;
}

/** A contract as stored under `contracts/<hash>.json`: everything that decides what rows come out. */
export interface StoredContract {
  readonly dataset: string;
  readonly source: string;
  readonly contract: Contract;
}
