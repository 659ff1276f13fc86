/** The header row against the contract: read_csv maps columns by position, so names are matched here, before. */
import type { Column, FormatOptions } from '../../../../protocol/contract.ts';
import { ObjectError } from '../staged.ts';

/** Columns in file order; `column` is undefined for those that the contract does not list. */
export interface FileColumn {
  readonly source: string;
  readonly column: Column | undefined;
}

/** `from` of the column that collects what the contract does not list. */
const REST = '*';
const sourceOf = (c: Column): string => c.from ?? c.name;
const quoted = (names: readonly string[]): string => names.map((n) => (n ? `"${n}"` : 'one without a name')).join(', ');

/** The column that unlisted cells go to as one JSON object. */
export const restColumn = (columns: readonly Column[]): Column | undefined => columns.find((c) => c.from === REST);

/** Columns of a file without a header: the contract's, in its order. */
export const positional = (columns: readonly Column[]): FileColumn[] =>
  columns.map((column) => ({ source: column.name, column }));

const hints: readonly [string, string][] = [
  [',', 'a comma'],
  [';', 'a semicolon'],
  ['\t', 'a tab'],
  ['|', 'a bar'],
];

/** Says which delimiter the line seems to have, when another one would give names of the contract. */
function delimiterHint(line: string, columns: readonly Column[], delimiter: number): string {
  const names = new Set(columns.map(sourceOf));
  const hits = (by: string) => line.split(by).filter((n) => names.has(n.replace(/^"(.*)"$/, '$1'))).length;
  const best = hints.map(([by, name]) => ({ name, hits: hits(by) })).sort((a, b) => b.hits - a.hits)[0];
  return best && best.hits > 1 && hits(String.fromCharCode(delimiter)) < best.hits
    ? `; the delimiter seems to be ${best.name}`
    : '';
}

/**
 * Maps header cells to columns.
 * @throws ObjectError `header_duplicate`, `header_missing`, `column_missing`, `column_unexpected`
 */
export function matchHeader(
  cells: readonly string[],
  line: string,
  columns: readonly Column[],
  unlisted: FormatOptions['unlisted'],
  delimiter: number,
): FileColumn[] {
  const wanted = new Map(columns.filter((c) => c.from !== REST).map((c) => [sourceOf(c), c]));
  const matched = cells.map((source) => ({ source, column: wanted.get(source) }));
  if (!matched.some((m) => m.column)) {
    const expected = quoted([...wanted.keys()].slice(0, 5));
    throw new ObjectError(
      'header_missing',
      `the first record names no column of the contract, such as ${expected}${delimiterHint(line, columns, delimiter)}`,
    );
  }
  const seen = new Set<string>();
  for (const cell of cells) {
    const folded = cell.toLowerCase();
    if (seen.has(folded)) throw new ObjectError('header_duplicate', `the header names ${quoted([cell])} twice`);
    seen.add(folded);
  }
  const present = new Set(cells);
  const missing = [...wanted].filter(([source, c]) => !present.has(source) && !c.optional).map(([source]) => source);
  if (missing.length)
    throw new ObjectError(
      'column_missing',
      `the header lacks ${quoted(missing)}${delimiterHint(line, columns, delimiter)}`,
    );
  const strangers = matched.filter((m) => !m.column).map((m) => m.source);
  if (strangers.length && (unlisted ?? 'refuse') === 'refuse') {
    throw new ObjectError(
      'column_unexpected',
      `the contract does not list ${quoted(strangers)}; list it, or set options.unlisted to ignore`,
    );
  }
  return matched;
}
