import { describe, expect, test } from '@jest/globals';
import { one } from './harness.ts';

/** What a value becomes: its text as stored, or the rule it breaks. */
async function typed(column: Record<string, unknown>, value: string): Promise<string> {
  const quoted = `"${value.replaceAll('"', '""')}"`;
  const { rows, reasons } = await one(
    {
      format: 'csv',
      columns: [{ name: 'v', ...column }],
      maxBadRows: 9,
      tables: { data: { select: 'select v::text as v from input' } },
    },
    `v\n${quoted}\n`,
  );
  return reasons.length ? `! ${String(reasons[0]?.['rule'])}` : String(rows[0]?.['v']);
}

const cases: [string, Record<string, unknown>, string, string][] = [
  ['integers are not rounded', { type: 'integer' }, '1.7', '! type'],
  ['integers have no exponent', { type: 'integer' }, '1e5', '! type'],
  ['integers are not hexadecimal', { type: 'integer' }, '0x1A', '! type'],
  ['integers have no underscores', { type: 'integer' }, '1_000', '! type'],
  ['integers do not overflow', { type: 'integer' }, '2147483648', '! type'],
  ['64-bit integers are exact', { type: 'bigint' }, '9007199254740993', '9007199254740993'],
  ['64-bit integers do not overflow', { type: 'bigint' }, '9223372036854775808', '! type'],
  ['signs and zeros in front are fine', { type: 'bigint' }, '+007', '7'],
  ['nan is not finite', { type: 'double' }, 'nan', '! finite'],
  ['-inf is not finite', { type: 'double' }, '-inf', '! finite'],
  ['1e400 does not become infinity', { type: 'double' }, '1e400', '! finite'],
  ['doubles', { type: 'double' }, '-1.5e3', '-1500.0'],
  ['doubles have no underscores', { type: 'double' }, '1_0.5', '! type'],
  ['blanks are not removed unasked', { type: 'double' }, ' 1.5 ', '! type'],
  ['blanks are removed when asked', { type: 'double', trim: true }, ' 1.5\u00a0', '1.5'],
  ['decimals are not rounded', { type: 'decimal(9,2)' }, '1.005', '! scale'],
  ['zeros behind change nothing', { type: 'decimal(9,2)' }, '1.500', '1.50'],
  ['decimals do not overflow', { type: 'decimal(4,2)' }, '123.4', '! type'],
  [
    'decimals of 38 digits are exact',
    { type: 'decimal(38,2)' },
    '123456789012345678901234567890123456.78',
    '123456789012345678901234567890123456.78',
  ],
  [
    'a decimal comma and thousands',
    { type: 'decimal(9,2)', decimalMark: ',', thousandsMark: '.' },
    '1.234,5',
    '1234.50',
  ],
  ['thousands are not guessed', { type: 'double' }, '1,234.5', '! type'],
  ['thousands come in groups of three', { type: 'decimal(9,2)', thousandsMark: ',' }, '1,23,4.5', '! type'],
  ['a point is no decimal mark where a comma is', { type: 'double', decimalMark: ',' }, '1.001', '! type'],
  ['a timestamp has no zone', { type: 'timestamp' }, '2024-01-01T00:00:00+02:00', '! zone'],
  ['a timestamp by T or blank', { type: 'timestamp' }, '2024-01-01T10:20:30.5', '2024-01-01 10:20:30.5'],
  ['24:00:00 is no time', { type: 'timestamp' }, '2024-01-01 24:00:00', '! type'],
  ['a seventh digit of a second is not dropped', { type: 'timestamp' }, '2024-01-01 00:00:00.1234567', '! scale'],
  ['a date is no timestamp', { type: 'timestamp' }, '2024-01-01', '! type'],
  ['an instant needs a zone', { type: 'timestamptz' }, '2024-01-01 00:00:00', '! zone'],
  ['an instant keeps its zone', { type: 'timestamptz' }, '2024-01-01T00:00:00+02:00', '2023-12-31 22:00:00+00'],
  ['zones without a colon', { type: 'timestamptz' }, '2024-01-01T00:00:00-0530', '2024-01-01 05:30:00+00'],
  ['zones of hours', { type: 'timestamptz' }, '2024-01-01 00:00:00+02', '2023-12-31 22:00:00+00'],
  ['Z', { type: 'timestamptz' }, '2024-01-01T00:00:00Z', '2024-01-01 00:00:00+00'],
  ['a date has no time', { type: 'date' }, '2024-01-01 12', '! type'],
  ['infinity is no date', { type: 'date' }, 'infinity', '! type'],
  ['epoch is no date', { type: 'date' }, 'epoch', '! type'],
  ['a date before Christ is no date', { type: 'date' }, '0044-03-15 (BC)', '! type'],
  ['days that are not', { type: 'date' }, '2023-02-29', '! type'],
  ['dates are not guessed', { type: 'date' }, '01/02/2024', '! type'],
  ['dates of a format', { type: 'date', format: '%d/%m/%Y' }, '01/02/2024', '2024-02-01'],
  ['20240101 is no ISO date with dashes', { type: 'date' }, '20240101', '! type'],
  ['booleans', { type: 'boolean' }, 'Yes', 'true'],
  ['booleans are not guessed', { type: 'boolean' }, 'ok', '! type'],
  ['JSON', { type: 'json' }, '{"a": 1}', '{"a": 1}'],
  ['broken JSON', { type: 'json' }, '{"a": ', '! type'],
  ['allowed values', { allowed: ['a', 'b'] }, 'c', '! allowed'],
  ['patterns match the whole text', { pattern: '[a-z]+' }, 'abc1', '! pattern'],
  ['minimum', { type: 'integer', min: 5 }, '4', '! min'],
  ['maximum of dates', { type: 'date', max: '2024-01-01' }, '2024-01-02', '! max'],
  ['texts that mean null', { type: 'double', nullTexts: ['NA', '-'] }, 'NA', 'null'],
  ['null where none may be', { nullable: false, nullTexts: ['NA'] }, 'NA', '! nullable'],
];

describe('values are typed strictly:', () => {
  test.each(cases)('%s', async (_, column, value, expected) => {
    expect(await typed(column, value)).toBe(expected);
  });
});

test('a value in a column that no select takes is checked all the same', async () => {
  const { outcome, rows } = await one(
    {
      format: 'csv',
      columns: [{ name: 'a' }, { name: 'b', type: 'integer' }],
      tables: { data: { select: 'select a from input' } },
    },
    'a,b\nx,1\ny,no number\n',
  );

  expect([rows.map((r) => r['a']), outcome]).toMatchObject([['x'], { rowsIn: 2, rowsOut: 1, rowsQuarantined: 1 }]);
});

test('a row with two bad columns counts once and is told twice', async () => {
  const { outcome, reasons } = await one(
    {
      format: 'csv',
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'date' },
      ],
    },
    'a,b\nx,y\n1,2024-01-01\n',
  );

  expect([outcome.rowsQuarantined, reasons.map((r) => [r['column'], r['rule'], r['value']])]).toEqual([
    1,
    [
      ['a', 'type', 'x'],
      ['b', 'type', 'y'],
    ],
  ]);
});

test.each([
  ['the column', { sensitivity: 'personal' as const }, {}],
  ['the contract', {}, { sensitivity: 'confidential' as const }],
])('values that %s calls sensitive are in no reason', async (_, column, more) => {
  const { reasons, outcome } = await one(
    { format: 'csv', columns: [{ name: 'a', type: 'integer', ...column }], ...more },
    'a\nplanted-secret\n',
  );

  expect(reasons.map((r) => r['value'])).toEqual(['***']);
  expect(JSON.stringify([outcome, reasons], (_k, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))).not.toContain(
    'planted-secret',
  );
});
