/** Puts the schema's complaints into words: the value received, what is allowed, the remedy. */
import type { z } from 'zod';
import { Estate } from '../protocol/estate.ts';
import type { EstateText, Path } from './estate-text.ts';
import { keysAt, schemasAt } from './schema-walk.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;
export interface Complaint {
  readonly path: Path;
  readonly message: string;
}

const kinds: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};
const kindOf = (expected: string): string => kinds[expected] ?? expected;

/** Type names of other systems, and what they are called here. */
const otherTypes: Record<string, string> = {
  string: 'text',
  str: 'text',
  varchar: 'text',
  char: 'text',
  int: 'integer',
  int32: 'integer',
  smallint: 'integer',
  int64: 'bigint',
  long: 'bigint',
  float: 'double',
  real: 'double',
  number: 'double or decimal(p,s)',
  numeric: 'decimal(p,s)',
  decimal: 'decimal(p,s)',
  bool: 'boolean',
  datetime: 'timestamp or timestamptz',
};
const types = ['text', 'boolean', 'integer', 'bigint', 'double', 'date', 'timestamp', 'timestamptz', 'json'];

/** Everything that the schema has against the value of a text. */
export function complaints(text: EstateText): Complaint[] {
  const parsed = Estate.safeParse(text.value);
  return parsed.success ? [] : parsed.error.issues.flatMap((i) => inWords(i, [], text));
}

function inWords(issue: Issue, base: Path, text: EstateText): Complaint[] {
  const path = [...base, ...issue.path];
  const say = (message: string): Complaint[] => [{ path, message }];
  const value = valueAt(text.value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const allowed = keysAt(Estate, path);
        return {
          path: [...path, key],
          message: `is not a key here; ${allowed.join(', ')}.${didYouMean(key, allowed)}`,
        };
      });
    case 'invalid_type':
      return say(wrongKind(issue.expected, value, text.written(path)));
    case 'invalid_value':
      return say(notAllowed(path, value, issue.values.map(String)));
    case 'invalid_union':
      return wrongChoice(issue, path, value, text);
    case 'invalid_key':
      // The schema stops at a bad key; what is below it is checked all the same.
      return [...say(keyRule(issue.issues)), ...belowKey(path, value, text)];
    case 'invalid_format':
      return say(`${show(value)} ${path.at(-1) === 'type' ? typeRule(value) : formatRule(issue)}`);
    case 'too_small':
      return say(`${show(value)} is too ${typeof value === 'number' ? 'small' : 'short'}; at least ${issue.minimum}`);
    case 'too_big':
      return say(`${show(value)} is too ${typeof value === 'number' ? 'large' : 'long'}; at most ${issue.maximum}`);
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return say(issue.message);
  }
}

function wrongKind(expected: string, value: unknown, written: string | undefined): string {
  const wanted = kindOf(expected);
  if (value === undefined) return `is missing; ${wanted} is wanted`;
  if (value === null) return `is empty; ${wanted} is wanted`;
  if (expected === 'string' && written !== undefined) {
    const is = typeof value === 'boolean' ? 'true or false' : 'a number';
    return `${written} is ${is} here; text is wanted: put it in quotes, '${written}'`;
  }
  return `${show(value)} is not ${wanted}`;
}

const nouns = new Set(['format', 'kind', 'mode', 'delivery', 'sensitivity', 'encoding', 'compression', 'partition']);
function notAllowed(path: Path, value: unknown, allowed: readonly string[]): string {
  const noun = String(path.at(-1));
  if (value === undefined) return `is missing; ${allowed.join(', ')}`;
  const what = nouns.has(noun) ? `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}` : `allowed for ${noun}`;
  return `${show(value)} is not ${what}; ${allowed.join(', ')}.${didYouMean(typeof value === 'string' ? value : '', allowed)}`;
}

function wrongChoice(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  value: unknown,
  text: EstateText,
): Complaint[] {
  // A choice that fails deeper, or at a key, is the one that was meant.
  const meant = issue.errors.find((e) => e.every((i) => i.path.length > 0 || i.code === 'unrecognized_keys'));
  if (meant && typeof value === 'object') return meant.flatMap((i) => inWords(i, path, text));
  const values = issue.errors.flat().flatMap((i) => (i.code === 'invalid_value' ? i.values.map(String) : []));
  const kindsWanted = issue.errors.flat().flatMap((i) => (i.code === 'invalid_type' ? [kindOf(i.expected)] : []));
  if (value !== undefined && values.length) return [{ path, message: notAllowed(path, value, values) }];
  return [
    {
      path,
      message: `${value === undefined ? 'is missing;' : `${show(value)} is not allowed;`} ${[...values, ...kindsWanted].join(' or ')}`,
    },
  ];
}

function belowKey(path: Path, value: unknown, text: EstateText): Complaint[] {
  return schemasAt(Estate, path).flatMap((s) => {
    const parsed = (s as z.ZodType).safeParse(value);
    return parsed.success ? [] : parsed.error.issues.flatMap((i) => inWords(i, path, text));
  });
}

const keyRule = (issues: readonly { message: string }[]): string =>
  `is not a name; it ${issues[0]?.message ?? 'is not allowed'}`;

const formatRule = (issue: Issue): string =>
  issue.message.startsWith('Invalid ') ? `is no ${issue.message.slice(8)}` : issue.message;

function typeRule(value: unknown): string {
  const other = otherTypes[show(value).replaceAll('"', '').toLowerCase().replace(/\(.*/, '')];
  const hint = other ? ` Did you mean ${other}?` : didYouMean(typeof value === 'string' ? value : '', types);
  return `is not a type; ${types.join(', ')}, decimal(p,s) with p from 1 to 38.${hint}`;
}

/** A value as a person would write it, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (v, name) => (v === null || typeof v !== 'object' ? undefined : (v as Record<PropertyKey, unknown>)[name]),
    value,
  );
}
