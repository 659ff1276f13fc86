/** Columns of a Parquet file as exact text. */
import { sqlName } from '../shared/sql.ts';
import { ObjectError } from '../staged.ts';

const NESTED = /^(STRUCT|MAP|UNION)\(|\[\d*\]$/;
const PLAIN =
  /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*|VARCHAR|DATE|TIME|TIMESTAMP(_S|_MS)?|UUID|JSON|ENUM\(.*)$/;

/** SQL of a column's text. Throws ObjectError `unsupported_type`. */
export function columnText(name: string, type: string): string {
  const column = sqlName(name);
  if (NESTED.test(type)) return `to_json(${column})::VARCHAR`;
  if (type === 'TIMESTAMP WITH TIME ZONE') return `(${column} AT TIME ZONE 'UTC')::VARCHAR || '+00:00'`;
  // Nanoseconds that are whole microseconds fit a timestamp; others keep their digits, for the column's rule to see.
  if (type === 'TIMESTAMP_NS') return `regexp_replace(${column}::VARCHAR, '([.][0-9]{6})000$', '\\1')`;
  if (PLAIN.test(type)) return `${column}::VARCHAR`;
  throw new ObjectError('unsupported_type', `column "${name}" has the type ${type}, which no table can hold`);
}
