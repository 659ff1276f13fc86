/** Binds the selects of contracts against their declared columns, in an engine that reaches nothing outside itself. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { inputsOf, tablesOf, type Contract } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import type { Complaint } from './estate-words.ts';
import { didYouMean } from './suggest.ts';

const SELECT_ALL = /^\s*select\s+\*\s+from\s+input\s*;?\s*$/i;

/** Complaints about selects that do not bind, and about keys that they do not yield. No engine is loaded without a select. */
export async function selectComplaints(estate: Estate): Promise<Complaint[]> {
  const found: Complaint[] = [];
  for (const [dataset, { contract }] of Object.entries(estate.datasets)) {
    const selects = tablesOf(dataset, contract).filter((t) => !SELECT_ALL.test(t.table.select));
    if (!selects.length) continue;
    await withInputs(contract, async (connection) => {
      for (const { name, table } of selects) {
        const path = ['datasets', dataset, 'contract', 'tables', name];
        const bound = await bind(connection, table.select);
        if (typeof bound === 'string') found.push({ path: [...path, 'select'], message: bound });
        else found.push(...missingKeys(table.keys, bound).map((c) => ({ ...c, path: [...path, ...c.path] })));
      }
    });
  }
  return found;
}

function missingKeys(keys: readonly string[], columns: readonly string[]): Complaint[] {
  return keys.flatMap((key, i) =>
    columns.includes(key)
      ? []
      : [
          {
            path: ['keys', i],
            message: `"${key}" is not a column of the select; ${columns.join(', ')}.${didYouMean(key, columns)}`,
          },
        ],
  );
}

/** Column names of a select, or what is wrong with it. */
async function bind(connection: DuckDBConnection, select: string): Promise<string[] | string> {
  const { StatementType } = await import('@duckdb/node-api');
  try {
    const statements = await connection.extractStatements(select);
    if (statements.count !== 1) return `holds ${statements.count} statements; one select is allowed`;
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT)
      return 'is not a select; one select over the inputs is allowed';
    return Array.from({ length: prepared.columnCount }, (_, i) => prepared.columnName(i));
  } catch (error) {
    return `does not bind: ${(error as Error).message.split('\n').slice(0, 2).join(' ')}`;
  }
}

/** Runs an action in a database that has the contract's inputs as empty tables, and the lineage columns in each. */
async function withInputs(contract: Contract, action: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', enable_external_access: 'false' });
  const connection = await instance.connect();
  try {
    for (const { name, columns } of inputsOf(contract)) {
      const fields = columns.map((c) => `"${c.name}" ${engineType(c.type)}`);
      const lineage = ['_source_key VARCHAR', '_source_version VARCHAR', '_source_row BIGINT', '_run VARCHAR'];
      await connection.run(`create table "${name}" (${[...fields, ...lineage].join(', ')})`);
    }
    await connection.run('set lock_configuration = true');
    await action(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const engineType = (type: string): string => (type === 'text' || type === 'json' ? 'VARCHAR' : type);
