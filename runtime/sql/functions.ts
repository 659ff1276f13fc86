/** Functions that a contract's select may call: DuckDB's own, less those that look outside or differ from run to run. */
import type { Duck } from './duckdb.ts';

/** Pure by DuckDB's book, but they tell about the machine, the settings or the time, or run SQL of their own. */
const refused = new Set([
  'age_now',
  'ago',
  'col_description',
  'create_sort_key',
  'current_catalog',
  'current_localtime',
  'current_localtimestamp',
  'current_role',
  'current_setting',
  'current_user',
  'get_block_size',
  'getenv',
  'getvariable',
  'icu_sort_key',
  'json_deserialize_sql',
  'json_execute_serialized_sql',
  'json_serialize_plan',
  'json_serialize_sql',
  'parse_duckdb_log_message',
  'regexp_split_to_table',
  'session_user',
  'user',
  'version',
  'which_secret',
]);

/** Names that need no parentheses to be calls. */
export const bareCalls = new Set([
  'current_catalog',
  'current_date',
  'current_localtime',
  'current_localtimestamp',
  'current_role',
  'current_schema',
  'current_time',
  'current_timestamp',
  'current_user',
  'localtime',
  'localtimestamp',
  'session_user',
  'user',
]);

/** Functions in `from`: they make rows out of their arguments alone. */
export const tableFunctions = new Set(['unnest', 'range', 'generate_series']);

export interface Functions {
  readonly allowed: ReadonlySet<string>;
  readonly aggregates: ReadonlySet<string>;
}

/** Asks DuckDB which functions give the same result for the same arguments. */
export async function knownFunctions(duck: Duck): Promise<Functions> {
  const rows = await duck.rows(`
    SELECT function_name AS name, bool_or(function_type = 'aggregate') AS aggregate,
           bool_and(CASE function_type WHEN 'macro' THEN schema_name = 'main' ELSE stability = 'CONSISTENT' END) AS pure
    FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') GROUP BY ALL`);
  const names = (keep: (row: Record<string, unknown>) => boolean) =>
    new Set(rows.filter(keep).map((r) => String(r['name'])));
  return {
    // unnest is known to the binder only.
    allowed: names(
      (r) => r['pure'] === true && !refused.has(String(r['name'])) && !String(r['name']).startsWith('pg_'),
    ).add('unnest'),
    aggregates: names((r) => r['aggregate'] === true),
  };
}
