/** A cell's value as text. */
import type { CellValue } from 'hucre';
import type { Column } from '../../../../protocol/contract.ts';
import { RecordError } from '../shared/rejects.ts';
import { pad } from './workbook.ts';

const ERRORS = /^#(DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)$/;
/** Serial 1 of the 1900 date system: what lies before is a time of day without a date. */
const FIRST_DAY = Date.UTC(1900, 0, 1);

/** Digits of a number without an exponent, the fewest that tell it from its neighbours. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const sign = mantissa.startsWith('-') ? '-' : '';
  return `${sign}0.${'0'.repeat(-Number(exponent) - 1)}${mantissa.replace(/[-.]/g, '')}`;
}

function dateText(date: Date, type: string | undefined): string {
  if (Number.isNaN(date.getTime()))
    throw new RecordError('malformed_record', 'a cell holds a date that does not exist');
  const [day = '', time = ''] = date.toISOString().slice(0, -1).split('T');
  const clock = time.replace(/\.000$/, '');
  if (date.getTime() < FIRST_DAY) return clock;
  return clock === '00:00:00' && type !== 'timestamp' ? day : `${day}T${clock}`;
}

/** `format`: the number format of zeros that the cell is shown by. Null for an empty cell. */
export function cellText(
  value: CellValue | undefined,
  type: Column['type'] | undefined,
  format: string | undefined,
): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number')
    return format && Number.isInteger(value) && value >= 0 ? pad(value, format) : numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return dateText(value, type);
  if (value.includes('\0')) throw new RecordError('nul_byte', 'a cell holds a NUL');
  if (!value.isWellFormed()) throw new RecordError('invalid_encoding', 'a cell holds half a character');
  // In other columns the type's rule names the column and the value.
  if ((type === 'text' || type === 'json') && ERRORS.test(value))
    throw new RecordError('malformed_record', `a cell holds the error value ${value}`);
  return value;
}
