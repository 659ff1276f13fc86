/** What a contract makes of its inputs: worked out once per shard. */
import { inputsOf, tablesOf, type Column } from '../../../protocol/contract.ts';
import { bare, bindSelect, createInputs } from '../../../runtime/sql/check-select.ts';
import type { Duck } from '../../../runtime/sql/duckdb.ts';
import { knownFunctions } from '../../../runtime/sql/functions.ts';
import { sqlName } from '../../../runtime/sql/text.ts';
import type { EngineOptions, TableFile } from './options.ts';
import { typedQuery, type TypedQuery } from './typed-query.ts';

export interface InputPlan {
  readonly name: string;
  readonly sheet: string | undefined;
  readonly columns: readonly Column[];
  readonly query: TypedQuery;
}

export interface TablePlan {
  readonly name: string;
  readonly merge: boolean;
  /** Every column of the one input, unchanged: needs no select. */
  readonly identity: boolean;
  /** Each row comes from one row of the input, in its order. */
  readonly rowWise: boolean;
  /** The select over the filled inputs, its columns cast to what is stored, `_source_row` last. */
  readonly select: string;
  /** Names of the contract's columns, without those that the engine adds. */
  readonly columns: readonly string[];
  readonly described: TableFile['columns'];
}

export interface Plan {
  readonly inputs: readonly InputPlan[];
  readonly tables: readonly TablePlan[];
  /** One table that is its one input: rows go straight from the object to the table. */
  readonly direct: boolean;
}

const isIdentity = (select: string): boolean => /^select\s+\*\s+from\s+input$/i.test(bare(select).trim());

/** `unit` and words of a contract's column, for the catalog. */
const comment = (c: Column): string | undefined =>
  [c.description, c.unit && `[${c.unit}]`].filter(Boolean).join(' ') || undefined;

const added = (merge: boolean): TableFile['columns'] => [
  { name: '_source_key', type: 'string', comment: 'object that the row is from' },
  { name: '_source_version', type: 'string', comment: 'version of the object' },
  { name: '_source_row', type: 'bigint', comment: 'number of the record in the object' },
  { name: '_run', type: 'string', comment: 'run that wrote the row' },
  ...(merge
    ? [
        { name: '_seq', type: 'string', comment: 'orders versions' },
        { name: '_at', type: 'timestamp', comment: 'when the version was created' },
      ]
    : []),
];

/**
 * Checks the contract's selects and describes its tables; leaves an empty typed table per input behind.
 * @throws SelectRefused
 */
export async function planOf(
  { contract, dataset }: Pick<EngineOptions, 'contract' | 'dataset'>,
  duck: Duck,
): Promise<Plan> {
  const inputs = inputsOf(contract).map((i) => ({ ...i, query: typedQuery(i.columns) }));
  await createInputs(duck, inputs);
  const functions = await knownFunctions(duck);
  const comments = new Map(inputs.flatMap((i) => i.columns.map((c) => [c.name, comment(c)] as const)));
  const only = inputs.length === 1 ? inputs[0] : undefined;
  const tables: TablePlan[] = [];
  for (const { name, table } of tablesOf(dataset, contract)) {
    const { columns, rowWise, sourceRow } = await bindSelect(duck, table.select, inputs, functions);
    const merge = table.mode === 'merge';
    const list = columns.map((c) =>
      c.computed === c.stored ? sqlName(c.name) : `CAST(${sqlName(c.name)} AS ${c.stored}) AS ${sqlName(c.name)}`,
    );
    const all = [...list, sourceRow ? '_source_row' : 'CAST(NULL AS BIGINT) AS _source_row'];
    // What threads may hand on in any order is put in one.
    const select = `SELECT ${all.join(', ')} FROM (${bare(table.select)}\n)${rowWise ? '' : ' ORDER BY ALL'}`;
    const described = columns.map((c) => {
      const words = comments.get(c.name);
      return { name: c.name, type: c.glue, ...(words ? { comment: words } : {}) };
    });
    tables.push({
      name,
      merge,
      identity: only !== undefined && isIdentity(table.select),
      rowWise,
      select,
      columns: columns.map((c) => c.name),
      described: [...described, ...added(merge)],
    });
  }
  return { inputs, tables, direct: tables.length === 1 && tables[0]?.identity === true };
}
