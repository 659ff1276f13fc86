/** Brings the published schema up to date, one step at a time, whoever else tries to at the same moment. */
import { escapeIdentifier, type ClientBase } from 'pg';
import type { Database } from '../../protocol/publish.ts';
import { UserError } from '../errors.ts';
import { migrationHash, migrations, type Migration } from './migrations.ts';

/** A step that was applied is not the one that this version knows. */
export class MigrationChangedError extends Error {
  override readonly name = 'MigrationChangedError';
}

/** Any number, the same for all who migrate. */
const LOCK = 4_220_011;

/**
 * Applies the steps that are missing, each in one transaction, and sees that the reader can read and nothing else.
 * Throws MigrationChangedError, or a UserError that says what an administrator has to do.
 */
export async function migrate(client: ClientBase, { schema, reader }: Database, steps = migrations): Promise<number> {
  const name = escapeIdentifier(schema);
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await client.query(`create schema if not exists ${name}`);
    await client.query(
      `create table if not exists ${name}.migrations
         (version integer primary key, title text not null, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ version: number; sha256: string }>(
      `select version, sha256 from ${name}.migrations order by version`,
    );
    const applied = new Map(rows.map((r) => [r.version, r.sha256]));
    refuseOthers(applied, steps, schema);
    const missing = steps.filter((s) => !applied.has(s.version));
    for (const step of missing) await apply(client, name, step);
    await grantReader(client, name, reader);
    return missing.length;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}

function refuseOthers(applied: ReadonlyMap<number, string>, steps: readonly Migration[], schema: string): void {
  for (const [version, sha256] of applied) {
    const step = steps.find((s) => s.version === version);
    if (!step)
      throw new MigrationChangedError(
        `schema ${schema} is at step ${version}, which this version does not know: it was made by a newer one; use that one`,
      );
    if (migrationHash(step) !== sha256)
      throw new MigrationChangedError(
        `step ${version} of schema ${schema} was applied as ${sha256}, and is now another`,
      );
  }
}

async function apply(client: ClientBase, schema: string, step: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(step.sql.replaceAll('$schema', () => schema));
    await client.query(`insert into ${schema}.migrations (version, title, sha256) values ($1, $2, $3)`, [
      step.version,
      step.title,
      migrationHash(step),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function grantReader(client: ClientBase, schema: string, reader: string): Promise<void> {
  const role = escapeIdentifier(reader);
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [reader]);
  if (!rowCount) {
    await client.query(`create role ${role} nologin`).catch((error: unknown) => {
      throw new UserError(
        `role ${reader} does not exist, and the user of the secret may not make it; have an administrator run: create role ${role} nologin;`,
        { exitCode: 1, cause: error },
      );
    });
  }
  await client.query(`grant usage on schema ${schema} to ${role}`);
  await client.query(`revoke all on all tables in schema ${schema} from ${role}`);
  await client.query(`grant select on all tables in schema ${schema} to ${role}`);
}
