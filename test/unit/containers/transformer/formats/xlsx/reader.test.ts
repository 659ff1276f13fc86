import { describe, expect, test } from '@jest/globals';
import { writeXlsx, type CellValue, type WriteOptions, type WriteSheet } from 'hucre';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { readXlsx } from '../../../../../../containers/transformer/formats/xlsx/reader.ts';
import { stage, stageAll, textColumns, type StageCase } from '../staging.ts';

const workbook = async (rows: CellValue[][], sheet: Partial<WriteSheet> = {}, more: Partial<WriteOptions> = {}) =>
  Buffer.from(await writeXlsx({ sheets: [{ name: 'one', rows, ...sheet }], ...more }));
const read = async (
  rows: CellValue[][],
  more: StageCase = {},
  sheet: Partial<WriteSheet> = {},
  options: Partial<WriteOptions> = {},
) => stage(readXlsx, await workbook(rows, sheet, options), more);
const one = (s: Awaited<ReturnType<typeof stage>>) => s.rows.map((r) => r['a']);
const header: CellValue[] = ['a', 'b'];

interface Part {
  readonly name: string;
  readonly data: Buffer;
}

/** A ZIP container from parts, written by hand: what no writer makes. */
function zip(parts: readonly Part[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of parts) {
    const packed = deflateRawSync(data);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crc32(data), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

function unzip(bytes: Buffer): Part[] {
  const parts: Part[] = [];
  let at = bytes.readUInt32LE(bytes.length - 6);
  for (let n = bytes.readUInt16LE(bytes.length - 12); n > 0; n--) {
    const [size, nameLength, header] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const data = bytes.subarray(start, start + size);
    parts.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      data: bytes.readUInt16LE(at + 10) ? inflateRawSync(data) : data,
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

/** A workbook whose sheet is written as XML by hand. */
async function withSheet(sheetData: string, grow: (xml: Buffer) => Buffer = (x) => x): Promise<Buffer> {
  const xml = Buffer.from(
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheetData}</sheetData></worksheet>`,
  );
  return zip(
    unzip(await workbook([header])).map((p) =>
      p.name.includes('worksheets/sheet1.xml') ? { ...p, data: grow(xml) } : p,
    ),
  );
}
const head =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>';

describe('XLSX', () => {
  test('values are exact text: texts, whole and broken numbers, booleans, dates', async () => {
    const values: CellValue[] = [
      '06705',
      6705,
      0.1,
      1e21,
      1.5e-7,
      -12.25,
      true,
      new Date(Date.UTC(2024, 1, 29)),
      new Date(Date.UTC(2024, 1, 29, 13, 5, 7)),
      ' x ',
    ];

    expect(one(await read([header, ...values.map((v) => [v, 'x'])]))).toEqual([
      '06705',
      '6705',
      '0.1',
      '1000000000000000000000',
      '0.00000015',
      '-12.25',
      'true',
      '2024-02-29',
      '2024-02-29T13:05:07',
      ' x ',
    ]);
  });

  test('a number that is shown with leading zeros keeps them', async () => {
    const cells = new Map([
      ['1,0', { value: 6705, style: { numFmt: '00000' } }],
      ['2,0', { value: 67050001, style: { numFmt: '00000\\-0000' } }],
      ['3,0', { value: 6705, style: { numFmt: '0.00' } }],
      ['4,0', { value: 123456, style: { numFmt: '00000' } }],
    ]);

    expect(one(await read([header, [null, 'x'], [null, 'x'], [null, 'x'], [null, 'x']], {}, { cells }))).toEqual([
      '06705',
      '06705-0001',
      '6705',
      '123456',
    ]);
  });

  test('dates of the 1904 system are right', async () => {
    expect(one(await read([header, [new Date(Date.UTC(2024, 1, 29)), 'x']], {}, {}, { dateSystem: '1904' }))).toEqual([
      '2024-02-29',
    ]);
  });

  test('serials below 61 are the days that Excel shows, and a time without a date is a time', async () => {
    const days = [
      new Date(Date.UTC(1900, 0, 1)),
      new Date(Date.UTC(1900, 1, 28)),
      new Date(Date.UTC(1900, 2, 1)),
      new Date(Date.UTC(1899, 11, 31, 12, 30)),
    ];

    expect(one(await read([header, ...days.map((d) => [d, 'x'])]))).toEqual([
      '1900-01-01',
      '1900-02-28',
      '1900-03-01',
      '12:30:00',
    ]);
  });

  test('a timestamp column gets the time of midnight too', async () => {
    const columns = [{ name: 'a', type: 'timestamp' }, { name: 'b' }];

    expect(one(await read([header, [new Date(Date.UTC(2024, 1, 29)), 'x']], { columns }))).toEqual([
      '2024-02-29T00:00:00',
    ]);
  });

  test('formulas give their cached value', async () => {
    const content = await withSheet(
      `${head}<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>NOW()</f></c></row>`,
    );

    expect((await stage(readXlsx, content)).rows).toEqual([{ _row: '1', a: '2', b: null }]);
  });

  test('a merged area has its value in the top left cell alone', async () => {
    const staged = await read(
      [header, ['m', 'x'], [null, 'y']],
      {},
      { merges: [{ startRow: 1, startCol: 0, endRow: 2, endCol: 0 }] },
    );

    expect(one(staged)).toEqual(['m', null]);
  });

  test('an error value rejects the row of a text column, and is left to the rule of any other type', async () => {
    const error = (row: number, column: string) => `<c r="${column}${row}" t="e"><v>#DIV/0!</v></c>`;
    const content = await withSheet(`${head}<row r="2">${error(2, 'A')}</row><row r="3">${error(3, 'B')}</row>`);

    const staged = await stage(readXlsx, content, { columns: [{ name: 'a' }, { name: 'b', type: 'double' }] });

    expect([staged.rows, staged.rejects.map((r) => [r.record, r.offset, r.reason])]).toEqual([
      [{ _row: '2', a: null, b: '#DIV/0!' }],
      [[1, null, 'malformed_record']],
    ]);
    expect([staged.rejects[0]?.message, staged.payloads]).toEqual([
      'row 2 of sheet "one": a cell holds the error value #DIV/0!',
      ['{"sheet":"one","row":2,"cells":["#DIV/0!"]}'],
    ]);
  });

  test('blank rows are no records, and messages name the row of the sheet', async () => {
    const staged = await read([[null], header, [null, null], ['1', 'x'], [], ['2', 'y', 'stray']]);

    expect([
      one(staged),
      staged.records,
      staged.rejects.map((r) => [r.record, r.reason, r.message.slice(0, 19)]),
    ]).toEqual([['1'], 2, [[2, 'wrong_column_count', 'row 6 of sheet "one']]]);
  });

  test('columns are found by their header, in any order', async () => {
    expect(
      (
        await read(
          [
            ['B', 'a'],
            ['1', '2'],
          ],
          { columns: [{ name: 'a' }, { name: 'b', from: 'B' }] },
        )
      ).rows,
    ).toEqual([{ _row: '1', a: '2', b: '1' }]);
  });

  test('columns that the contract does not list are collected where it says so', async () => {
    const columns = [{ name: 'a' }, { name: 'rest', from: '*', type: 'json' }];

    expect(
      (
        await read(
          [
            ['a', 'x', 'y'],
            ['1', 2, null],
          ],
          { columns, options: { unlisted: 'collect' } },
        )
      ).rows,
    ).toEqual([{ _row: '1', a: '1', rest: '{"x":"2"}' }]);
  });

  test.each<[string, CellValue[][]]>([
    ['header_missing', []],
    ['header_missing', [['1', '2']]],
    ['header_duplicate', [['a', 'b', 'A']]],
    ['column_missing', [['a'], ['1']]],
    ['column_unexpected', [['a', 'b', 'c']]],
  ])('%s: %j', async (code, rows) => {
    await expect(read(rows)).rejects.toMatchObject({ code });
  });

  test('a sheet with a header only is an empty dataset', async () => {
    expect((await read([header])).records).toBe(0);
  });

  describe('with several sheets', () => {
    const sheets = [
      { name: 'people', sheet: 'Borrower & Co', columns: textColumns('id') },
      { name: 'roles', sheet: 'hidden', columns: textColumns('role') },
    ];

    test('each one is an input, hidden ones too', async () => {
      const made = await writeXlsx({
        sheets: [
          { name: 'other' },
          { name: 'Borrower & Co', rows: [['id'], [7]] },
          { name: 'hidden', hidden: true, rows: [['role'], ['x'], ['y']] },
        ],
      });

      expect((await stageAll(readXlsx, made, { sheets })).map((s) => s.rows.length)).toEqual([1, 2]);
    });

    test('a missing one is named', async () => {
      await expect(stageAll(readXlsx, await workbook([['id']]), { sheets })).rejects.toMatchObject({
        code: 'sheet_missing',
        message: expect.stringContaining('Borrower & Co'),
      });
    });
  });

  test('macros are ignored, and noted', async () => {
    const staged = await read([header, ['1', 'x']], {}, {}, { vbaProject: Buffer.from('macro') });

    expect([one(staged), staged.notes]).toEqual([['1'], { macros_ignored: 1 }]);
  });

  test('a workbook with a password is refused as encrypted', async () => {
    await expect(read([header], {}, {}, { encryption: { password: 'x', spinCount: 10 } })).rejects.toMatchObject({
      code: 'encrypted',
    });
  });

  test.each<[string, (b: Buffer) => Buffer]>([
    ['empty_object', () => Buffer.alloc(0)],
    ['wrong_format', () => Buffer.from('a,b\n1,2\n')],
    ['wrong_format', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['wrong_format', () => zip([{ name: 'word/document.xml', data: Buffer.from('<x/>') }])],
    ['truncated', (b) => b.subarray(0, b.length >> 1)],
  ])('damage is refused as %s', async (code, damage) => {
    await expect(stage(readXlsx, damage(await workbook([header, ['1', 'x']])))).rejects.toMatchObject({ code });
  });

  test('a flipped bit in a sheet is refused as corrupt', async () => {
    const content = await withSheet(`${head}${'<row r="2"><c r="A2"><v>1</v></c></row>'.repeat(50)}`);
    const name = content.indexOf('worksheets/sheet1.xml');
    content[name + 60] = (content[name + 60] ?? 0) ^ 1;

    await expect(stage(readXlsx, content)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a bomb is stopped while it is inflated', async () => {
    const bomb = await withSheet(head, (xml) => Buffer.concat([xml, Buffer.alloc(80e6, 0x20)]));

    await expect(stage(readXlsx, bomb)).rejects.toMatchObject({ code: 'expands_too_far' });
  });
});
