/** A DuckDB that reaches nothing but what it is given: no network, no extensions, no files outside one folder, settings locked. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sqlText } from './text.ts';

export interface DuckOptions {
  readonly threads: number;
  readonly memoryMiB: number;
  /** The one folder that may be read and written; spilled data goes below it. Without it no file at all. */
  readonly folder?: string;
  /** Bytes that may be spilled. */
  readonly spillBytes?: number;
}

export interface Duck {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  /** Rows of a query as objects. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

const MiB = 1024 ** 2;

/** Opens an instance of its own. The library is loaded on first use, since it costs a third of a second of CPU. */
export async function openDuck({ threads, memoryMiB, folder, spillBytes = 0 }: DuckOptions): Promise<Duck> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryMiB}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(folder ? { temp_directory: `${folder}/spill` } : {}),
  });
  const connection = await instance.connect();
  const settings = [
    "SET TimeZone = 'UTC'",
    'SET preserve_insertion_order = true',
    ...(folder
      ? [
          // Given when the instance is made, this limit is shown and not kept (DuckDB 1.5).
          `SET max_temp_directory_size = '${Math.max(1, Math.floor(spillBytes / MiB))}MiB'`,
          `SET allowed_directories = [${sqlText(`${folder}/`)}]`,
        ]
      : []),
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
  for (const statement of settings) await connection.run(statement);
  return {
    instance,
    connection,
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
