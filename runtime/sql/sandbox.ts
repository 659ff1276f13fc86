/**
 * What a contract's SQL may be: one `select` over its inputs. DuckDB's own parser takes it apart; every node must be on a
 * list of what is allowed, so that what DuckDB learns tomorrow is refused until somebody has looked at it.
 */
import type { Duck } from './duckdb.ts';
import { bareCalls, tableFunctions, type Functions } from './functions.ts';
import { sqlText } from './text.ts';

/** SQL that a contract may not hold; the message is for the person who wrote it. */
export class SelectRefused extends Error {
  override readonly name = 'SelectRefused';
}

type Node = Readonly<Record<string, unknown>>;

const expressions = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'TYPE',
  'WINDOW',
]);

const nodes = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'CTE_NODE',
  'BASE_TABLE',
  'EMPTY',
  'EXPRESSION_LIST',
  'JOIN',
  'SUBQUERY',
  'TABLE_FUNCTION',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
]);

const CTE_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Calls `visit` for every object of the tree, outer ones first. */
function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const v of value) walk(v, visit);
  else if (isNode(value)) {
    visit(value);
    for (const [key, v] of Object.entries(value)) {
      // Constants and types hold data, not syntax.
      if (key !== 'value' || !('is_null' in (isNode(v) ? v : {}))) walk(v, visit);
    }
  }
}

/** Names that `with` gives to its queries. */
function commonTables(tree: unknown): Set<string> {
  const names = new Set<string>();
  walk(tree, (node) => {
    const map = isNode(node['cte_map']) ? node['cte_map']['map'] : undefined;
    for (const entry of Array.isArray(map) ? (map as unknown[]) : []) if (isNode(entry)) names.add(text(entry['key']));
    if (node['type'] === 'CTE_NODE') names.add(text(node['cte_name']));
  });
  for (const name of names)
    if (!CTE_NAME.test(name))
      throw new SelectRefused(`"${name}" is no name for a query of \`with\`: use letters, digits and _`);
  return names;
}

function checkFunction(node: Node, { allowed }: Functions): void {
  const name = text(node['function_name']).toLowerCase();
  if (!['', 'main'].includes(text(node['schema'])))
    throw new SelectRefused(`${text(node['schema'])}.${name} is not allowed: call functions by their name alone`);
  const now = name === 'age' && Array.isArray(node['children']) && node['children'].length === 1;
  if (!allowed.has(name) || now) {
    throw new SelectRefused(
      `the function ${name} is not allowed in a select: it is unknown, looks outside the inputs, or gives another result on another run`,
    );
  }
}

function checkTable(node: Node, tables: ReadonlySet<string>, inputs: readonly string[]): void {
  const name = text(node['table_name']);
  const qualified =
    text(node['schema_name']) !== '' || text(node['catalog_name']) !== '' || (node['at_clause'] ?? null) !== null;
  if (qualified || !tables.has(name.toLowerCase())) {
    throw new SelectRefused(
      `"${name}" is not an input of this contract: a select reads ${inputs.join(', ')} only, and no file, URL or system table`,
    );
  }
}

function checkTableFunction(node: Node): void {
  const call = node['function'];
  const name = isNode(call) ? text(call['function_name']).toLowerCase() : '';
  if (!tableFunctions.has(name))
    throw new SelectRefused(`${name || 'a table function'} is not allowed in \`from\`: a select reads its inputs only`);
}

/** A select that was found harmless. */
export interface SafeSelect {
  readonly sql: string;
  /** Each row of the result comes from one row of the input, in its order: the result is the same however many threads work on it. */
  readonly rowWise: boolean;
}

/** The one statement of a text, as DuckDB's parser sees it. */
async function parse(sql: string, duck: Duck): Promise<Node> {
  const [row] = await duck.rows(`SELECT json_serialize_sql(${sqlText(sql)}) AS tree`);
  const tree: unknown = JSON.parse(text(row?.['tree']));
  if (!isNode(tree) || tree['error'] !== false) {
    const message = isNode(tree) ? text(tree['error_message']) : '';
    throw new SelectRefused(
      /^Only SELECT/.test(message)
        ? 'only one select is allowed: no COPY, ATTACH, INSTALL, LOAD, SET, PRAGMA, PIVOT or any other statement'
        : message,
    );
  }
  const statements = tree['statements'];
  const [first, ...others] = Array.isArray(statements) ? (statements as unknown[]) : [];
  if (others.length || !isNode(first)) throw new SelectRefused('only one select is allowed, not several statements');
  return first;
}

/**
 * Checks a select against the sandbox. It is not run, nor are its names bound.
 * @throws SelectRefused
 */
export async function sandbox(
  sql: string,
  inputs: readonly string[],
  functions: Functions,
  duck: Duck,
): Promise<SafeSelect> {
  const statement = await parse(sql, duck);
  const tables = new Set([...inputs, ...commonTables(statement)].map((n) => n.toLowerCase()));
  const fromFunctions = new Set<unknown>();
  let plain = true;
  walk(statement, (node) => {
    const kind = text(node['class']);
    const type = text(node['type']);
    if (kind) {
      if (!expressions.has(kind)) throw new SelectRefused(`${kind.toLowerCase()} is not allowed in a select`);
      if (kind === 'SUBQUERY' || kind === 'WINDOW') plain = false;
      if (kind === 'COLUMN_REF') checkColumn(node);
      if ((kind === 'FUNCTION' && !fromFunctions.has(node)) || (kind === 'WINDOW' && node['function_name']))
        checkFunction(node, functions);
      if (
        kind === 'FUNCTION' &&
        (functions.aggregates.has(text(node['function_name'])) || text(node['function_name']) === 'unnest')
      )
        plain = false;
    } else if (type && !('type_info' in node)) {
      if (!nodes.has(type))
        throw new SelectRefused(`${type.toLowerCase().replaceAll('_', ' ')} is not allowed in a select`);
      if (type === 'BASE_TABLE') checkTable(node, tables, inputs);
      if (type === 'TABLE_FUNCTION') {
        checkTableFunction(node);
        fromFunctions.add(node['function']);
      }
      if ((node['sample'] ?? null) !== null)
        throw new SelectRefused('a sample is not allowed in a select: it gives another result on another run');
    }
  });
  return { sql, rowWise: plain && isRowWise(statement['node']) };
}

function checkColumn(node: Node): void {
  const names = Array.isArray(node['column_names']) ? (node['column_names'] as unknown[]) : [];
  const name = text(names[0]).toLowerCase();
  if (names.length === 1 && bareCalls.has(name))
    throw new SelectRefused(`${name} is not allowed in a select: it gives another result on another run`);
}

const empty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

function isRowWise(node: unknown): boolean {
  if (!isNode(node) || node['type'] !== 'SELECT_NODE') return false;
  const from = node['from_table'];
  return (
    isNode(from) &&
    from['type'] === 'BASE_TABLE' &&
    ['modifiers', 'group_expressions', 'group_sets', 'having', 'qualify'].every((key) => empty(node[key])) &&
    node['aggregate_handling'] === 'STANDARD_HANDLING'
  );
}
