/** Rules between the fields of one column. */
import { show, type Complaint } from './estate-words.ts';

type Loose = Readonly<Record<string, unknown>>;

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL = /^decimal\((\d+),(\d+)\)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/;
const ZONE = /(Z|[+-]\d{2}(:?\d{2})?)$/;
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const int32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };

const numeric = (type: string) => ['integer', 'bigint', 'double'].includes(type) || DECIMAL.test(type);
const temporal = (type: string) => ['date', 'timestamp', 'timestamptz'].includes(type);

/** Complaints about one column; paths are relative to it. */
export function columnRules(column: Loose): Complaint[] {
  const found: Complaint[] = [];
  const say = (path: readonly PropertyKey[], message: string) => void found.push({ path, message });
  const type = typeof column['type'] === 'string' ? column['type'] : 'text';
  const precision = DECIMAL.exec(type);
  if (precision && (Number(precision[1]) < 1 || Number(precision[2]) > Number(precision[1]))) {
    say(
      ['type'],
      `${show(type)} is not a type; decimal(p,s) holds p digits, s of them after the point: 1 ≤ p ≤ 38, s ≤ p`,
    );
  }
  for (const key of ['min', 'max'] as const) {
    const bound = column[key];
    if (typeof bound !== 'string' && typeof bound !== 'number') continue;
    if (!numeric(type) && !temporal(type))
      say([key], `means nothing for type ${type}; it is for numbers, dates and timestamps`);
    else if (!fits(String(bound), type)) say([key], `${show(bound)} is not a value of type ${type}`);
  }
  const { min, max } = column;
  if (min !== undefined && max !== undefined && isAbove(min, max, type))
    say(['min'], `${show(min)} is above max, ${show(max)}`);
  if (Array.isArray(column['allowed'])) {
    for (const [i, value] of column['allowed'].entries()) {
      if (typeof value === 'string' && !fits(value, type))
        say(['allowed', i], `${show(value)} is not a value of type ${type}`);
    }
  }
  if (column['format'] !== undefined && !temporal(type))
    say(['format'], `means nothing for type ${type}; it is for dates and timestamps`);
  for (const key of ['decimalMark', 'thousandsMark']) {
    if (column[key] !== undefined && !numeric(type)) say([key], `means nothing for type ${type}; it is for numbers`);
  }
  if (column['thousandsMark'] !== undefined && column['thousandsMark'] === (column['decimalMark'] ?? '.')) {
    say(['thousandsMark'], `${show(column['thousandsMark'])} is the decimal mark too; the two must differ`);
  }
  if (column['optional'] === true && column['nullable'] === false) {
    say(['nullable'], 'is false, but an optional column is null where the source lacks it; drop one of the two');
  }
  const wrong = typeof column['pattern'] === 'string' ? patternError(column['pattern']) : undefined;
  if (wrong) say(['pattern'], `${show(column['pattern'])} is not a regular expression: ${wrong}`);
  return found;
}

/** What RE2 has against a pattern. It knows neither lookaround nor back references. */
function patternError(pattern: string): string | undefined {
  const plain = pattern.replace(/\\\\/g, '').replace(/\[[^\]]*\]/g, '');
  if (/\(\?<?[=!]/.test(plain)) return 'lookaround is not known here (RE2)';
  if (/\\[1-9]/.test(plain)) return 'back references are not known here (RE2)';
  try {
    // RE2 spells some things otherwise: (?P<name>…), (?i), \A, \z.
    new RegExp(
      pattern
        .replace(/\(\?P</g, '(?<')
        .replace(/^\(\?[imsU]+\)/, '')
        .replace(/\\[AzQE]/g, ''),
    );
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^.*: /, '');
  }
}

/** True when a text is a value of the type; formats of dates and marks of numbers do not apply to contract texts. */
function fits(text: string, type: string): boolean {
  const range = type === 'integer' ? int32 : int64;
  switch (type) {
    case 'integer':
    case 'bigint':
      return (
        INTEGER.test(text) && BigInt(text.replace('+', '')) >= range.min && BigInt(text.replace('+', '')) <= range.max
      );
    case 'double':
      return NUMBER.test(text);
    case 'boolean':
      return /^(true|false)$/i.test(text);
    case 'date':
      return DATE.test(text) && isDay(text);
    case 'timestamp':
      return TIMESTAMP.test(text) && isDay(text);
    case 'timestamptz':
      return DATE.test(text) ? isDay(text) : ZONE.test(text) && TIMESTAMP.test(text.replace(ZONE, '')) && isDay(text);
    default:
      return decimalFits(text, type);
  }
}

function decimalFits(text: string, type: string): boolean {
  const found = DECIMAL.exec(type);
  if (!found) return true;
  const digits = /^[+-]?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  return (
    digits !== null &&
    text !== '' &&
    (digits[2] ?? '').length <= Number(found[2]) &&
    (digits[1] ?? '').length <= Number(found[1]) - Number(found[2])
  );
}

function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function isAbove(min: unknown, max: unknown, type: string): boolean {
  const [a, b] = [String(min), String(max)];
  if (temporal(type)) return a > b;
  return numeric(type) && Number(a) > Number(b);
}
