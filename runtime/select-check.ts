/** Binds the selects of contracts against their declared columns, in the transformer's own sandbox. */
import { inputsOf, tablesOf, type Contract, type Table } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import type { Complaint } from './estate-words.ts';
import { didYouMean } from './suggest.ts';

/** Needs no engine: it yields the columns as they are declared. */
const SELECT_ALL = /^\s*select\s+\*\s+from\s+input\s*;?\s*$/i;

/** Complaints about selects that are refused, and about keys that they do not yield. No engine is loaded without a select. */
export async function selectComplaints(estate: Estate): Promise<Complaint[]> {
  const found: Complaint[] = [];
  for (const [dataset, { contract }] of Object.entries(estate.datasets)) {
    const tables = tablesOf(dataset, contract).filter((t) => !SELECT_ALL.test(t.table.select));
    const path = ['datasets', dataset, 'contract', 'tables'];
    if (tables.length)
      found.push(...(await bindTables(contract, tables)).map((c) => ({ ...c, path: [...path, ...c.path] })));
  }
  return found;
}

async function bindTables(contract: Contract, tables: readonly { name: string; table: Table }[]): Promise<Complaint[]> {
  const { bindSelect, createInputs, SelectRefused } = await import('./sql/check-select.ts');
  const { knownFunctions } = await import('./sql/functions.ts');
  const { openDuck } = await import('./sql/duckdb.ts');
  const duck = await openDuck({ threads: 1, memoryMiB: 256 });
  try {
    const inputs = inputsOf(contract);
    await createInputs(duck, inputs);
    const functions = await knownFunctions(duck);
    const found: Complaint[] = [];
    for (const { name, table } of tables) {
      try {
        const { columns } = await bindSelect(duck, table.select, inputs, functions);
        found.push(
          ...missingKeys(
            name,
            table.keys,
            columns.map((c) => c.name),
          ),
        );
      } catch (error) {
        if (!(error instanceof SelectRefused)) throw error;
        found.push({ path: [name, 'select'], message: `is refused: ${error.message.replaceAll('\n', ' ')}` });
      }
    }
    return found;
  } finally {
    duck.close();
  }
}

function missingKeys(table: string, keys: readonly string[], columns: readonly string[]): Complaint[] {
  return keys.flatMap((key, i) =>
    columns.includes(key)
      ? []
      : [
          {
            path: [table, 'keys', i],
            message: `"${key}" is not a column of the select; ${columns.join(', ')}.${didYouMean(key, columns)}`,
          },
        ],
  );
}
