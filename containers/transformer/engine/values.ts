/**
 * Texts to typed values, strictly: DuckDB's `try_cast` rounds, drops zones and takes words for numbers, so each type has
 * a pattern that the text must match as well, and what does not fit is told with the rule it breaks.
 */
import type { Column } from '../../../protocol/contract.ts';
import type { ValueRule } from '../../../protocol/reasons.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import { decimalOf, duckType } from '../../../runtime/sql/types.ts';

/** One column's way from text to value. Expressions read the column `text`. */
export interface TypedColumn {
  readonly column: Column;
  /** The text after trimming and null texts, from the raw column. */
  readonly text: string;
  /** The value; null where the text does not fit. */
  readonly value: string;
  /** True where the text, if not null, keeps every rule; undefined where there is none. Cheaper than the rules, which tell why not. */
  readonly fits: string | undefined;
  /** Rules over `text` and `value` names, in the order in which they are told. Each is true where it holds for a text that is not null. */
  readonly rules: readonly { readonly rule: ValueRule; readonly holds: string }[];
}

const full = (text: string, pattern: string): string => `regexp_full_match(${text}, ${sqlText(pattern)})`;
const escaped = (mark: string): string => `[${mark}]`;

const TIME = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]';
const ISO_DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const ZONE = '(Z|[+-][0-9]{2}(:?[0-9]{2})?)';
const NAN_OR_INFINITE = '(?i)[+-]?(nan|inf(inity)?)';

interface Conversion {
  readonly value: string;
  readonly fits?: string;
  readonly rules: { rule: ValueRule; holds: string }[];
}

/** Digits before and after the mark, as the column writes them. */
function digits(c: Column): { whole: string; mark: string; plain: (text: string) => string } {
  const mark = c.decimalMark ?? '.';
  const thousands = c.thousandsMark;
  const whole = thousands ? `([0-9]+|[0-9]{1,3}(${escaped(thousands)}[0-9]{3})+)` : '[0-9]+';
  const plain = (text: string) => {
    const joined = thousands ? `replace(${text}, ${sqlText(thousands)}, '')` : text;
    return mark === '.' ? joined : `replace(${joined}, ${sqlText(mark)}, '.')`;
  };
  return { whole, mark: escaped(mark), plain };
}

function number(c: Column, text: string, value: string): Conversion {
  const { whole, mark, plain } = digits(c);
  const cast = `TRY_CAST(${plain(text)} AS ${duckType(c.type)})`;
  const typed = (holds: string): { rule: ValueRule; holds: string } => ({
    rule: 'type',
    holds: `${value} IS NOT NULL AND ${holds}`,
  });
  if (c.type === 'double') {
    const shape = full(text, `[+-]?(${whole}(${mark}[0-9]*)?|${mark}[0-9]+)([eE][+-]?[0-9]+)?`);
    const finite: { rule: ValueRule; holds: string } = {
      rule: 'finite',
      holds: `NOT ${full(text, NAN_OR_INFINITE)} AND coalesce(isfinite(${value}), true)`,
    };
    return { value: cast, fits: `isfinite(${value}) AND ${shape}`, rules: [finite, typed(shape)] };
  }
  const decimal = decimalOf(c.type);
  if (!decimal) return { value: cast, ...only(typed(full(text, `[+-]?${whole}`))) };
  const shape = `[+-]?(${whole}(${mark}[0-9]*)?|${mark}[0-9]+)`;
  // Zeros after the last digit that the type holds change nothing.
  const few = decimal.scale > 0 ? `${mark}[0-9]{1,${decimal.scale}}0*` : `${mark}0+`;
  const exact = full(text, `[+-]?(${whole}(${mark}[0-9]{0,${decimal.scale}}0*)?|${few})`);
  return {
    value: cast,
    fits: `${value} IS NOT NULL AND ${exact}`,
    rules: [
      { rule: 'type', holds: full(text, shape) },
      { rule: 'scale', holds: exact },
      { rule: 'type', holds: `${value} IS NOT NULL` },
    ],
  };
}

const only = (rule: { rule: ValueRule; holds: string }) => ({ fits: rule.holds, rules: [rule] });

function date(c: Column, text: string, value: string): Conversion {
  if (c.format)
    return {
      value: `CAST(try_strptime(${text}, ${sqlText(c.format)}) AS DATE)`,
      ...only({ rule: 'type', holds: `${value} IS NOT NULL` }),
    };
  return {
    value: `TRY_CAST(${text} AS DATE)`,
    ...only({ rule: 'type', holds: `${value} IS NOT NULL AND ${full(text, ISO_DATE)}` }),
  };
}

/** DuckDB reads no `+0200`. Most texts end in `Z` or `+02:00` already, and are spared the pattern. */
const withColon = (text: string): string =>
  `CASE WHEN suffix(${text}, 'Z') OR suffix(${text}, ':00') THEN ${text} ` +
  `ELSE regexp_replace(${text}, '([+-][0-9]{2})([0-9]{2})$', '\\1:\\2') END`;

function timestamp(c: Column, text: string, value: string): Conversion {
  const zoned = c.type === 'timestamptz';
  if (c.format) {
    const known: { rule: ValueRule; holds: string } = { rule: 'type', holds: `${value} IS NOT NULL` };
    const strptime = `CAST(try_strptime(${text}, ${sqlText(c.format)}) AS ${duckType(c.type)})`;
    // A format that reads no zone makes no instant, and one that does makes no wall-clock time.
    if (/%[zZ]/.test(c.format) !== zoned)
      return { value: `CAST(NULL AS ${duckType(c.type)})`, ...only({ rule: 'zone', holds: 'false' }) };
    return { value: strptime, ...only(known) };
  }
  const zone = zoned ? ZONE : '';
  const whole = `${ISO_DATE}[T ]${TIME}([.][0-9]{1,6})?)?`;
  const otherZone = zoned ? whole : `${whole} ?${ZONE}`;
  const type: { rule: ValueRule; holds: string } = {
    rule: 'type',
    holds: `${value} IS NOT NULL AND ${full(text, whole + zone)}`,
  };
  return {
    fits: type.holds,
    value: `TRY_CAST(${zoned ? withColon(text) : text} AS ${duckType(c.type)})`,
    rules: [
      { rule: 'zone', holds: `NOT ${full(text, otherZone)}` },
      { rule: 'scale', holds: `NOT ${full(text, `${ISO_DATE}[T ]${TIME}[.][0-9]{7,})${zone}`)}` },
      type,
    ],
  };
}

const TRUE = "('true', 't', 'yes', 'y', '1')";
const FALSE = "('false', 'f', 'no', 'n', '0')";

function convert(c: Column, text: string, value: string): Conversion {
  switch (c.type) {
    case 'text':
      return { value: text, rules: [] };
    case 'json':
      return { value: text, ...only({ rule: 'type', holds: `json_valid(${text})` }) };
    case 'boolean':
      return {
        value: `CASE WHEN lower(${text}) IN ${TRUE} THEN true WHEN lower(${text}) IN ${FALSE} THEN false END`,
        ...only({ rule: 'type', holds: `${value} IS NOT NULL` }),
      };
    case 'date':
      return date(c, text, value);
    case 'timestamp':
    case 'timestamptz':
      return timestamp(c, text, value);
    default:
      return number(c, text, value);
  }
}

function textOf(c: Column, raw: string): string {
  // Blanks: what Unicode calls space, and the control characters that look like it.
  const trimmed = c.trim ? `regexp_replace(${raw}, '^[\\s\\p{Z}]+|[\\s\\p{Z}]+$', '', 'g')` : raw;
  if (!c.nullTexts?.length) return trimmed;
  return `CASE WHEN ${trimmed} IN (${c.nullTexts.map(sqlText).join(', ')}) THEN NULL ELSE ${trimmed} END`;
}

const bound = (v: number | string, c: Column): string => `CAST(${sqlText(String(v))} AS ${duckType(c.type)})`;

/** The SQL of one column. `raw`, `text` and `value` are names of columns in the layers of a query; see typed-query.ts. */
export function typedColumn(column: Column, names: { raw: string; text: string; value: string }): TypedColumn {
  const { text, value } = names;
  const { value: converted, fits, rules: typing } = convert(column, text, value);
  const more: { rule: ValueRule; holds: string }[] = [];
  if (column.allowed)
    more.push({ rule: 'allowed', holds: `${text} IN (${column.allowed.map(sqlText).join(', ') || 'NULL'})` });
  if (column.pattern !== undefined) more.push({ rule: 'pattern', holds: full(text, column.pattern) });
  if (column.min !== undefined) more.push({ rule: 'min', holds: `${value} >= ${bound(column.min, column)}` });
  if (column.max !== undefined) more.push({ rule: 'max', holds: `${value} <= ${bound(column.max, column)}` });
  const all = [...(fits ? [fits] : []), ...more.map((r) => r.holds)];
  const every = all.length ? all.map((holds) => `(${holds})`).join(' AND ') : undefined;
  return { column, text: textOf(column, names.raw), value: converted, fits: every, rules: [...typing, ...more] };
}

/** True where the column's value keeps every rule; undefined where it has none. */
export function holds({ column, fits }: TypedColumn, text: string): string | undefined {
  if (column.nullable) return fits ? `(${text} IS NULL OR (${fits}))` : undefined;
  return `(${text} IS NOT NULL${fits ? ` AND ${fits}` : ''})`;
}

/** The first rule that the column's value breaks, as a text; null where it keeps all. */
export function brokenRule({ column, rules }: TypedColumn, text: string): string {
  const branches = rules.map((r) => `WHEN (${r.holds}) IS NOT TRUE THEN '${r.rule}'`);
  const onNull = column.nullable ? 'NULL' : "'nullable'";
  return `CASE WHEN ${text} IS NULL THEN ${onNull} ${branches.join(' ')} END`;
}

/** Says the rule in words that hold no value. */
export function ruleMessage(column: Column, rule: ValueRule): string {
  const name = `column ${sqlName(column.name)}`;
  switch (rule) {
    case 'type':
      return `${name} holds no ${column.type}${column.format ? ` of format ${column.format}` : ''}`;
    case 'nullable':
      return `${name} is empty, and may not be`;
    case 'allowed':
      return `${name} holds none of the allowed values`;
    case 'pattern':
      return `${name} does not match ${column.pattern ?? ''}`;
    case 'min':
      return `${name} is below ${column.min ?? ''}`;
    case 'max':
      return `${name} is above ${column.max ?? ''}`;
    case 'finite':
      return `${name} is not a finite number`;
    case 'scale':
      return `${name} has more digits after the point than ${column.type} holds`;
    case 'zone':
      return column.type === 'timestamptz'
        ? `${name} lacks a time zone`
        : `${name} has a time zone; a timestamp has none: say timestamptz`;
    case 'key':
      return `${name} is no key`;
  }
}
