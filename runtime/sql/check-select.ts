/** A contract's select against its inputs: what columns come out, or why it cannot be. */
import { TableName, type Column } from '../../protocol/contract.ts';
import { openDuck, type Duck } from './duckdb.ts';
import { knownFunctions, type Functions } from './functions.ts';
import { sandbox, SelectRefused } from './sandbox.ts';
import { sqlName } from './text.ts';
import { duckType, glueType, storedType } from './types.ts';

export { SelectRefused } from './sandbox.ts';

export interface SelectInput {
  readonly name: string;
  readonly columns: readonly Pick<Column, 'name' | 'type'>[];
}

export interface SelectColumn {
  readonly name: string;
  /** What DuckDB computes, and what the column is stored as: they differ for types that Parquet's readers do not share. */
  readonly computed: string;
  readonly stored: string;
  readonly glue: string;
}

export interface CheckedSelect {
  readonly columns: readonly SelectColumn[];
  readonly rowWise: boolean;
  /** The result hands the record number on. */
  readonly sourceRow: boolean;
}

/** The select without the semicolon at its end, so that it can stand in brackets. */
export const bare = (sql: string): string => sql.replace(/[\s;]+$/, '');

/** Columns that the engine adds; a select may hand `_source_row` on. */
export const sourceColumns = ['_source_key', '_source_version', '_source_row', '_run'] as const;
const reserved = new Set(['_source_key', '_source_version', '_run', '_seq', '_at']);

/** Creates an empty typed table per input, with the record number that every input has. */
export async function createInputs(duck: Duck, inputs: readonly SelectInput[]): Promise<void> {
  for (const { name, columns } of inputs) {
    const list = columns.map((c) => `${sqlName(c.name)} ${duckType(c.type)}`);
    await duck.connection.run(
      `CREATE OR REPLACE TABLE ${sqlName(name)} (${[...list, '_source_row BIGINT'].join(', ')})`,
    );
  }
}

/** DuckDB's words without the class in front and the caret below. */
const said = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^[A-Z]\w*( \w+)? Error: /, '')
    .replace(/\n\nLINE [^]*$/, '');

/**
 * Checks one select on an open DuckDB that has the inputs.
 * @throws SelectRefused
 */
export async function bindSelect(
  duck: Duck,
  sql: string,
  inputs: readonly SelectInput[],
  functions: Functions,
): Promise<CheckedSelect> {
  const { rowWise } = await sandbox(
    sql,
    inputs.map((i) => i.name),
    functions,
    duck,
  );
  let described: Record<string, unknown>[];
  try {
    described = await duck.rows(`DESCRIBE ${bare(sql)}`);
  } catch (error) {
    throw new SelectRefused(said(error), { cause: error });
  }
  const seen = new Set<string>();
  const columns = described
    .map((row) => ({ name: String(row['column_name']), computed: String(row['column_type']) }))
    // The engine takes it where it is; a join of two inputs yields it twice.
    .filter(({ name }) => name !== '_source_row')
    .map(({ name, computed }): SelectColumn => {
      if (!TableName.safeParse(name).success)
        throw new SelectRefused(
          `the column ${JSON.stringify(name)} needs a name of lower-case letters, digits and _: write \`… as name\``,
        );
      if (seen.has(name)) throw new SelectRefused(`the column ${name} stands twice in the result`);
      if (reserved.has(name)) throw new SelectRefused(`the name ${name} is taken: every table gets this column`);
      seen.add(name);
      const stored = storedType(computed);
      if (!stored)
        throw new SelectRefused(
          `the column ${name} has type ${computed}, which no table can hold: cast it, for example with to_json(${name})::text`,
        );
      return { name, computed, stored, glue: glueType(stored) };
    });
  return { columns, rowWise, sourceRow: described.some((row) => row['column_name'] === '_source_row') };
}

/**
 * Checks a select against inputs given as contract columns, without data.
 * @throws SelectRefused, in words for the person who wrote the contract
 */
export async function checkSelect(sql: string, inputs: readonly SelectInput[]): Promise<CheckedSelect> {
  const duck = await openDuck({ threads: 1, memoryMiB: 256 });
  try {
    await createInputs(duck, inputs);
    return await bindSelect(duck, sql, inputs, await knownFunctions(duck));
  } finally {
    duck.close();
  }
}
