/** Glue tables, made from the Parquet's own schema. What CloudFormation does not own is owned here. */
import {
  CreateTableCommand,
  GetTableCommand,
  GlueServiceException,
  UpdateTableCommand,
  type GlueClient,
  type Table,
  type TableInput,
} from '@aws-sdk/client-glue';
import { glueType, type ColumnSpec } from './types.ts';

/** A column has another type than the table: nothing is changed, and the remedy is in the message. */
export class ColumnTypeChangedError extends Error {
  override readonly name = 'ColumnTypeChangedError';
}

export interface TableSpec {
  readonly database: string;
  readonly name: string;
  /** `s3://bucket/prefix/`. */
  readonly location: string;
  readonly columns: readonly ColumnSpec[];
  /** Names of the partition columns, all text. */
  readonly partitionKeys?: readonly string[];
  readonly description?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Storage of Parquet as Athena and Spark expect it. */
export const parquetStorage = (location: string, columns: TableSpec['columns']) => ({
  Location: location,
  Columns: columns.map((c) => ({
    Name: c.name,
    Type: glueType(c.type),
    ...(c.comment ? { Comment: c.comment.slice(0, 255) } : {}),
  })),
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
  Compressed: false,
});

export const isGlueError = (error: unknown, name: string): boolean =>
  error instanceof GlueServiceException && error.name === name;

/** A table as it is; undefined when there is none. */
export async function getTable(glue: GlueClient, database: string, name: string): Promise<Table | undefined> {
  try {
    return (await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }))).Table;
  } catch (error) {
    if (isGlueError(error, 'EntityNotFoundException')) return undefined;
    throw error;
  }
}

/** The table's columns with those of a new file added at the end. Throws ColumnTypeChangedError. */
export function mergedColumns(
  table: string,
  existing: readonly ColumnSpec[],
  incoming: readonly ColumnSpec[],
): ColumnSpec[] {
  const known = new Map(existing.map((c) => [c.name, c]));
  for (const c of incoming) {
    const old = known.get(c.name);
    if (old && glueType(old.type) !== glueType(c.type)) {
      throw new ColumnTypeChangedError(
        `table ${table}: column ${c.name} is ${glueType(old.type)} and would become ${glueType(c.type)}; give the column a new name, or the table a new name and replay the dataset`,
      );
    }
  }
  const comments = new Map(incoming.map((c) => [c.name, c.comment]));
  return [
    ...existing.map((c) => ({ ...c, comment: comments.get(c.name) ?? c.comment })),
    ...incoming.filter((c) => !known.has(c.name)),
  ];
}

const specsOf = (table: Table): ColumnSpec[] =>
  (table.StorageDescriptor?.Columns ?? []).map((c) => ({ name: c.Name ?? '', type: c.Type ?? '', comment: c.Comment }));

export function inputOf(spec: TableSpec, columns: readonly ColumnSpec[] = spec.columns): TableInput {
  return {
    Name: spec.name,
    ...(spec.description ? { Description: spec.description.slice(0, 2048) } : {}),
    TableType: 'EXTERNAL_TABLE',
    PartitionKeys: (spec.partitionKeys ?? []).map((Name) => ({ Name, Type: 'string' })),
    StorageDescriptor: parquetStorage(spec.location, columns),
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', 'parquet.compression': 'ZSTD', ...spec.parameters },
  };
}

/** Rounds of reading and writing a table that others write too: each round of ours that fails is one of theirs that ended. */
const MAX_ROUNDS = 50;

/**
 * Creates the table or brings it up to the spec: new columns are added, the location stays where it is. Returns the columns.
 * Throws ColumnTypeChangedError.
 */
export async function ensureTable(glue: GlueClient, spec: TableSpec): Promise<ColumnSpec[]> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const table = await getTable(glue, spec.database, spec.name);
    try {
      if (!table) {
        await glue.send(new CreateTableCommand({ DatabaseName: spec.database, TableInput: inputOf(spec) }));
        return [...spec.columns];
      }
      const existing = specsOf(table);
      const columns = mergedColumns(spec.name, existing, spec.columns);
      const input = inputOf({ ...spec, location: table.StorageDescriptor?.Location ?? spec.location }, columns);
      if (sameTable(table, input)) return columns;
      await glue.send(
        new UpdateTableCommand({
          DatabaseName: spec.database,
          TableInput: input,
          SkipArchive: true,
          ...(table.VersionId ? { VersionId: table.VersionId } : {}),
        }),
      );
      return columns;
    } catch (error) {
      // Another task was faster: look again at what it made.
      if (!isGlueError(error, 'ConcurrentModificationException') && !isGlueError(error, 'AlreadyExistsException'))
        throw error;
    }
  }
  throw new Error(`table ${spec.name} was changed by others ${MAX_ROUNDS} times in a row`);
}

function sameTable(table: Table, input: TableInput): boolean {
  const pick = (t: Table | TableInput) =>
    JSON.stringify([
      (t.StorageDescriptor?.Columns ?? []).map((c) => [c.Name, c.Type, c.Comment ?? '']),
      (t.PartitionKeys ?? []).map((c) => c.Name),
      t.Description ?? '',
      Object.entries(t.Parameters ?? {})
        .filter(([k]) => k in (input.Parameters ?? {}))
        .sort(),
    ]);
  return pick(table) === pick({ ...input, Parameters: { ...input.Parameters } });
}
