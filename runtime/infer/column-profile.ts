/** What the values of one column have in common, learnt value by value in bounded memory. */

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
const LOCAL_DATE = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$/;
const SSN = /^\d{3}-\d{2}-\d{4}$/;
const PHONE = /^(\+\d[\d ()./-]{7,18}|\(\d{2,5}\)[\d ./-]{5,14}|\d{3}[-. ]\d{3}[-. ]\d{4})$/;
/** Texts that stand for nothing where other values are numbers or dates. */
const NOTHING = new Set(['', 'NA', 'N/A', 'n/a', 'NULL', 'null', 'None', 'NaN', 'nan', '-', '.', '?']);

/** Distinct values held over all columns of a file: some 100 MB. Beyond it uniqueness is not claimed. */
const MAX_DISTINCT = 1_500_000;
export interface Budget {
  left: number;
}
export const newBudget = (): Budget => ({ left: MAX_DISTINCT });

/** Damaged values after which a type is still tried, beside 2 % of all. */
const MAX_MISFITS = 20;

export const possible = ['boolean', 'integer', 'bigint', 'wide', 'double', 'date', 'timestamp', 'timestamptz'] as const;
export type Kind = (typeof possible)[number];

export class ColumnProfile {
  values = 0;
  nulls = 0;
  /** Values with blanks at an end. */
  blanks = 0;
  leadingZeros = 0;
  nothing = new Map<string, number>();
  emails = 0;
  ssns = 0;
  phones = 0;
  localDates = 0;
  /** First and second part of such dates above 12. */
  dayFirst = 0;
  monthFirst = 0;
  separator = '';
  /** Digits before and after the point, at most; numbers without exponent. */
  whole = 0;
  scale = 0;
  exponents = 0;
  /** Numbers that a 64-bit float does not give back digit by digit. */
  inexact = 0;
  nested = 0;
  /** Values that do not fit each type; a type with too many is no longer tried. */
  private readonly kinds = new Map<Kind, number>(possible.map((k) => [k, 0]));
  private seen: Set<string> | undefined = new Set();
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** True when no value stood twice, as far as was kept. */
  get unique(): boolean {
    return this.seen !== undefined && this.seen.size > 0;
  }

  /** Values that do not fit a type; undefined when they are many. */
  misfits(kind: Kind): number | undefined {
    return this.kinds.get(kind);
  }

  /** `json`: the text is an array or object. */
  add(value: string | null, json = false): void {
    if (value === null) {
      this.nulls++;
      return;
    }
    this.values++;
    this.distinct(value);
    if (json) {
      this.nested++;
      this.kinds.clear();
      return;
    }
    const text = value.trim();
    if (text !== value) this.blanks++;
    if (NOTHING.has(text)) {
      this.nothing.set(value, (this.nothing.get(value) ?? 0) + 1);
      return;
    }
    this.personal(text);
    if (this.kinds.size) this.narrow(text);
    this.localDate(text);
  }

  private distinct(value: string): void {
    if (!this.seen) return;
    const before = this.seen.size;
    this.seen.add(value);
    if (this.seen.size === before || --this.budget.left <= 0) {
      this.budget.left += before;
      this.seen = undefined;
    }
  }

  private personal(text: string): void {
    if (EMAIL.test(text)) this.emails++;
    else if (SSN.test(text)) this.ssns++;
    else if (PHONE.test(text)) this.phones++;
  }

  private localDate(text: string): void {
    const found = LOCAL_DATE.exec(text);
    if (!found) return;
    this.localDates++;
    this.separator = found[2] ?? '';
    if (Number(found[1]) > 12) this.dayFirst++;
    if (Number(found[3]) > 12) this.monthFirst++;
  }

  private narrow(text: string): void {
    const drop = (...kinds: Kind[]) => {
      for (const kind of kinds) {
        const misfits = (this.kinds.get(kind) ?? 0) + 1;
        if (misfits > MAX_MISFITS + this.values / 50) this.kinds.delete(kind);
        else if (this.kinds.has(kind)) this.kinds.set(kind, misfits);
      }
    };
    if (!/^(true|false)$/i.test(text)) drop('boolean');
    if (NUMBER.test(text)) this.number(text, drop);
    else drop('integer', 'bigint', 'wide', 'double');
    if (!DATE.test(text) || !isDay(text)) drop('date');
    const zone = ZONE.test(text) && text.length > 11;
    const wall = TIMESTAMP.test(zone ? text.replace(ZONE, '') : text) && isDay(text) && isTime(text);
    if (!wall || zone) drop('timestamp');
    if (!wall || !zone) drop('timestamptz');
  }

  private number(text: string, drop: (...kinds: Kind[]) => void): void {
    if (/^[+-]?0\d/.test(text)) {
      // 06705 is a code: as a number it would lose its zero.
      this.leadingZeros++;
      drop('integer', 'bigint', 'wide', 'double');
      return;
    }
    if (INTEGER.test(text)) {
      const digits = text.replace(/^[+-]/, '').length;
      const n = digits > 38 ? undefined : BigInt(text.replace('+', ''));
      if (n === undefined) drop('wide');
      if (n === undefined || n < -(2n ** 63n) || n >= 2n ** 63n) drop('bigint');
      if (n === undefined || n < -(2n ** 31n) || n >= 2n ** 31n) drop('integer');
    } else drop('integer', 'bigint', 'wide');
    if (!Number.isFinite(Number(text))) drop('double');
    if (/e/i.test(text)) {
      this.exponents++;
      return;
    }
    const [before = '', after = ''] = text.replace(/^[+-]/, '').split('.');
    this.whole = Math.max(this.whole, before.length);
    this.scale = Math.max(this.scale, after.length);
    const digits = (before + after).replace(/^0+|0+$/g, '');
    if (digits.length > 15 && !sameDigits(digits, Number(text))) this.inexact++;
  }
}

/** The shortest text of a float has the same digits. */
const sameDigits = (digits: string, n: number): boolean =>
  n.toExponential().replace(/e.*/, '').replace(/[-.]/g, '').replace(/0+$/, '') === digits;

function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function isTime(text: string): boolean {
  const [hours, minutes, seconds] = text
    .slice(11)
    .split(':')
    .map((p) => Number.parseFloat(p));
  return (hours ?? 0) < 24 && (minutes ?? 0) < 60 && (seconds ?? 0) < 60;
}
