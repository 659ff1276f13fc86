/** Column types: DuckDB's names as Glue's, which are Hive's and what Athena and Spark read. */

export interface ColumnSpec {
  readonly name: string;
  /** As DuckDB or as Glue writes it. */
  readonly type: string;
  readonly comment?: string | undefined;
}

/** A type that no Glue table can hold. */
export class UnsupportedTypeError extends Error {
  override readonly name = 'UnsupportedTypeError';
}

const plain: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  STRING: 'string',
  TEXT: 'string',
  JSON: 'string',
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  SMALLINT: 'smallint',
  INTEGER: 'int',
  INT: 'int',
  BIGINT: 'bigint',
  FLOAT: 'float',
  DOUBLE: 'double',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  TIMESTAMPTZ: 'timestamp',
  BLOB: 'binary',
  BINARY: 'binary',
};

/** Throws UnsupportedTypeError with the remedy. */
export function glueType(type: string): string {
  const upper = type.trim().toUpperCase();
  const simple = plain[upper];
  if (simple) return simple;
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(upper);
  if (decimal) return `decimal(${decimal[1]},${decimal[2]})`;
  // Of the tables of embeddings; a contract's own tables hold no lists.
  const list = /^ARRAY<(FLOAT|STRING)>$/.exec(upper);
  if (list) return `array<${list[1]?.toLowerCase()}>`;
  throw new UnsupportedTypeError(
    `type ${type} cannot be kept in a table; cast it to a text, number, date or timestamp in the select`,
  );
}

/** Type names of a Presto view, from Glue's. */
export const prestoType = (glue: string): string =>
  glue === 'string'
    ? 'varchar'
    : glue === 'int'
      ? 'integer'
      : glue === 'float'
        ? 'real'
        : glue === 'binary'
          ? 'varbinary'
          : glue;
