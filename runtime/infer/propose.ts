/** From what was gathered to columns of a contract, with what a person should look at. */
import type { GatheredColumn, GatheredInput } from './gather.ts';
import { possible, type ColumnProfile, type Kind } from './column-profile.ts';
import { safeName, uniqueNames } from './names.ts';

export interface ProposedColumn {
  readonly name: string;
  readonly from?: string;
  readonly type: string;
  readonly nullable?: false;
  readonly optional?: true;
  readonly trim?: true;
  readonly nullTexts?: readonly string[];
  readonly sensitivity?: 'personal';
  /** Shown as a comment. Never a value of the data. */
  readonly comments: readonly string[];
}

const PERSONAL =
  /(^|_)(e_?mails?|phones?|telephone|mobile|cell|fax|first_name|last_name|full_name|middle_name|surname|given_name|family_name|person|patient|ssn|social_security|address|street|birth|birthday|birthdate|date_of_birth|dob|passport|iban|driver_licen[cs]e|zip|zip_code|postcode|postal_code)($|_)/;
const UNIT = /^(.*\S)\s*[([]\s*([^()[\]]{1,15})\s*[)\]]\s*$/;

/** Columns of one input. `whole`: all files were read to their end. */
export function proposeColumns(input: GatheredInput, whole: boolean): ProposedColumn[] {
  const columns = [...input.columns.values()];
  const names = uniqueNames(columns.map((c) => safeName(c.from)));
  return columns.map((c, i) => proposeColumn(c, names[i] ?? safeName(c.from), input, whole));
}

function proposeColumn(column: GatheredColumn, name: string, input: GatheredInput, whole: boolean): ProposedColumn {
  const p = column.profile;
  const comments: string[] = [];
  const type = column.declared ?? typeOf(p, name, comments);
  const absent = column.missing > 0 || column.files.size < input.files.size;
  if (column.files.size < input.files.size) comments.push(`only in ${column.files.size} of ${input.files.size} files`);
  const text = type === 'text';
  const nothing = text ? [] : [...p.nothing.keys()];
  if (text && p.nothing.size)
    comments.push(`${sum(p.nothing)} values such as NA or "-" stand for nothing? then add nullTexts`);
  if (text && p.blanks) comments.push(`${p.blanks} values have blanks at an end; trim: true removes them`);
  const [, before, unit] = UNIT.exec(column.from) ?? [];
  if (unit && unit !== before) comments.push(`unit in the heading: ${unit.replace(/\s+/g, ' ')}`);
  const personal = PERSONAL.test(name) || p.emails + p.ssns + p.phones > Math.max(0, p.values * 0.5);
  if (personal) comments.push('likely personal data');
  if (p.values === 0 && column.declared === undefined) comments.push('always empty');
  return {
    name,
    ...(name === column.from ? {} : { from: column.from }),
    type,
    ...(whole && !absent && column.declared === undefined && p.nulls === 0 && p.values > 0 && nothing.length === 0
      ? { nullable: false as const }
      : {}),
    ...(absent ? { optional: true as const } : {}),
    ...(!text && p.blanks ? { trim: true as const } : {}),
    ...(nothing.length ? { nullTexts: nothing.map((t) => (p.blanks ? t.trim() : t)) } : {}),
    ...(personal ? { sensitivity: 'personal' as const } : {}),
    comments,
  };
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

function typeOf(p: ColumnProfile, name: string, comments: string[]): string {
  if (p.nested) return 'json';
  const real = p.values - sum(p.nothing);
  if (real === 0) return 'text';
  const has = (kind: Kind) => p.misfits(kind) === 0;
  if (has('boolean')) return 'boolean';
  if (has('integer')) return idLike(name) ? 'bigint' : 'integer';
  if (has('bigint')) return 'bigint';
  if (has('wide')) return `decimal(38,0)`;
  if (has('double')) return fraction(p, name, comments);
  if (has('date')) return 'date';
  if (has('timestamp')) return 'timestamp';
  if (has('timestamptz')) return 'timestamptz';
  if (p.leadingZeros) comments.push('leading zeros: text, so that they stay');
  if (p.localDates === real) comments.push(localDate(p));
  const near = real > 1 ? possible.find((kind) => (p.misfits(kind) ?? real) <= Math.max(1, real / 50)) : undefined;
  if (near)
    comments.push(
      `${near === 'wide' ? 'decimal(38,0)' : near} fits all but ${p.misfits(near)} of ${real} values: as a type it would quarantine those`,
    );
  return 'text';
}

/** Exact where it is money, or where a float would lose digits; numbers with exponents are floats. */
function fraction(p: ColumnProfile, name: string, comments: string[]): string {
  const exact = p.inexact > 0 || /(^|_)(price|amount|cost|total|balance|salary|fee)($|_)/.test(name);
  if (!exact || p.exponents) return 'double';
  if (p.whole + p.scale > 38) {
    comments.push('numbers of more than 38 digits: text, so that none is rounded');
    return 'text';
  }
  return `decimal(${Math.min(38, p.whole + p.scale + (p.whole < 10 ? 10 - p.whole : 0))},${p.scale})`;
}

/** Counters and numbers of things outgrow 32 bits. */
const idLike = (name: string): boolean => /(^|_)(id|key|no|number)$/.test(name);

function localDate(p: ColumnProfile): string {
  const pattern = (first: string, second: string) => [first, second, '%Y'].join(p.separator);
  if (p.dayFirst && p.monthFirst) return 'dates of both orders, day first and month first: text';
  if (p.dayFirst) return `dates, day first: type: date, format: '${pattern('%d', '%m')}'`;
  if (p.monthFirst) return `dates, month first: type: date, format: '${pattern('%m', '%d')}'`;
  return `dates that may mean day or month first: ask, then type: date with format: '${pattern('%d', '%m')}' or '${pattern('%m', '%d')}'`;
}

/** Columns that are never empty and never repeat. */
export const candidateKeys = (input: GatheredInput, columns: readonly ProposedColumn[]): string[] =>
  [...input.columns.values()].flatMap((c, i) =>
    c.profile.unique && c.profile.nulls === 0 && c.missing === 0 && c.profile.nothing.size === 0
      ? [columns[i]?.name ?? c.from]
      : [],
  );
