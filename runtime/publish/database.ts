/** Rows into PostgreSQL: schema steps, a role that can only read, and upserts that an older file never wins. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database, PublishedTable } from '../../protocol/publish.ts';
import { migrate } from './migrate.ts';

/** What identifies a row. Molecules of two classes are two rows, as they are in the lake. */
const keys: Readonly<Record<PublishedTable, readonly string[]>> = {
  embeddings: ['molecule_key', 'sensitivity'],
  predictions: ['molecule_key', 'endpoint', 'sensitivity'],
};

export interface Loaded {
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  /** Same values as before, or newer ones than the file's. */
  readonly unchanged: number;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const CONNECT_MS = 15_000;

/** Connection settings. A server whose certificate cannot be verified is refused unless the estate says `tls: off`. */
export const connection = (d: Database, { username, password }: Credentials): ClientConfig => ({
  host: d.host,
  port: d.port,
  database: d.database,
  user: username,
  password,
  ssl: d.tls === 'off' ? false : { rejectUnauthorized: true, ...(d.certificate ? { ca: d.certificate } : {}) },
  application_name: 'decant',
  connectionTimeoutMillis: CONNECT_MS,
});

export class PublishedDatabase {
  readonly #client: Client;
  readonly #schema: string;

  private constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = escapeIdentifier(schema);
  }

  /** Connects and brings the schema up to date. */
  static async open(database: Database, credentials: Credentials): Promise<PublishedDatabase> {
    const client = new Client(connection(database, credentials));
    await client.connect();
    try {
      await migrate(client, database);
      return new PublishedDatabase(client, database.schema);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /**
   * Loads a CSV file with a heading; every value that is not null is quoted. One transaction: all rows or none. A row replaces one
   * that differs and is not newer by `computed_at`.
   */
  async load(table: PublishedTable, csv: string, columns: readonly string[]): Promise<Loaded> {
    const names = columns.map(escapeIdentifier).join(', ');
    const target = `${this.#schema}.${escapeIdentifier(table)}`;
    const key = keys[table].map(escapeIdentifier).join(', ');
    const values = columns.filter((c) => !keys[table].includes(c) && c !== 'run' && c !== 'computed_at');
    const tuple = (of: string): string => `(${values.map((c) => `${of}.${escapeIdentifier(c)}`).join(', ')})`;
    const set = [...values, 'run', 'computed_at'].map(
      (c) => `${escapeIdentifier(c)} = excluded.${escapeIdentifier(c)}`,
    );
    await this.#client.query('begin');
    try {
      await this.#client.query(`create temporary table incoming (like ${target}) on commit drop`);
      const into = this.#client.query(copyFrom(`copy incoming (${names}) from stdin (format csv, header true)`));
      await pipeline(createReadStream(csv), into);
      const { rows } = await this.#client.query<{ rows: string; inserted: string; updated: string }>(
        `with written as (
           insert into ${target} as t (${names})
           select distinct on (${key}) ${names} from incoming order by ${key}, computed_at desc, run desc
           on conflict (${key}) do update set ${set.join(', ')}
           where excluded.computed_at >= t.computed_at and ${tuple('t')} is distinct from ${tuple('excluded')}
           returning xmax = 0 as fresh)
         select (select count(*) from incoming) as rows, count(*) filter (where fresh) as inserted,
                count(*) filter (where not fresh) as updated from written`,
      );
      await this.#client.query('commit');
      const [count, inserted, updated] = [rows[0]?.rows, rows[0]?.inserted, rows[0]?.updated].map(Number) as [
        number,
        number,
        number,
      ];
      return { rows: count, inserted, updated, unchanged: count - inserted - updated };
    } catch (error) {
      await this.#client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
