/** Types of one column in a contract, in DuckDB and in the Glue catalog. */
import type { Column } from '../../protocol/contract.ts';

const DECIMAL = /^decimal\((\d+),(\d+)\)$/i;

/** The DuckDB type of a contract's column. */
export function duckType(type: Column['type']): string {
  switch (type) {
    case 'text':
    case 'json':
      return 'VARCHAR';
    case 'timestamptz':
      return 'TIMESTAMP WITH TIME ZONE';
    default:
      return type.toUpperCase();
  }
}

/** Digits and digits after the point of a decimal type. */
export function decimalOf(type: string): { precision: number; scale: number } | undefined {
  const found = DECIMAL.exec(type);
  return found ? { precision: Number(found[1]), scale: Number(found[2]) } : undefined;
}

const kept: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  BOOLEAN: 'boolean',
  INTEGER: 'int',
  BIGINT: 'bigint',
  FLOAT: 'float',
  DOUBLE: 'double',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  BLOB: 'binary',
};

/** Types of DuckDB that Parquet's readers do not share, and the nearest that they do, without loss. */
const cast: Readonly<Record<string, string>> = {
  TINYINT: 'INTEGER',
  SMALLINT: 'INTEGER',
  UTINYINT: 'INTEGER',
  USMALLINT: 'INTEGER',
  UINTEGER: 'BIGINT',
  UBIGINT: 'DECIMAL(20,0)',
  HUGEINT: 'DECIMAL(38,0)',
  UHUGEINT: 'DECIMAL(38,0)',
  UUID: 'VARCHAR',
  JSON: 'VARCHAR',
  BIT: 'VARCHAR',
  TIME: 'VARCHAR',
  TIME_NS: 'VARCHAR',
  'TIME WITH TIME ZONE': 'VARCHAR',
  INTERVAL: 'VARCHAR',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
  '"NULL"': 'VARCHAR',
  NULL: 'VARCHAR',
};

/** The type that a result of this DuckDB type is stored as; undefined when no table can hold it. */
export function storedType(type: string): string | undefined {
  if (kept[type] || DECIMAL.test(type)) return type;
  if (type.startsWith('ENUM')) return 'VARCHAR';
  return cast[type];
}

/** Glue's name of a stored type. */
export const glueType = (stored: string): string => kept[stored] ?? stored.toLowerCase();
