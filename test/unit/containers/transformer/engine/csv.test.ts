import { describe, expect, jest, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { one, text, transform } from './harness.ts';

/** For objects of many megabytes on a busy machine. */
jest.setTimeout(120_000);

const contract = { format: 'csv', columns: text('a', 'b'), maxBadRows: 1000 } as const;
const csv = (bytes: string | Buffer, options = {}) => one({ ...contract, options }, bytes);
const cells = (rows: readonly Record<string, unknown>[]) => rows.map((r) => [r['a'], r['b']]);
const why = (reasons: readonly Record<string, unknown>[]) =>
  reasons.map((r) => [r['source_row'] === null ? null : Number(r['source_row']), r['reason']]);

describe('a whole object goes to quarantine:', () => {
  const cases: [string, string | Buffer, string, RegExp][] = [
    ['0 bytes', '', 'empty_object', /0 bytes/],
    ['a byte order mark only', '\ufeff', 'header_missing', /no header/],
    ['line ends only', '\n\n\n', 'header_missing', /no header/],
    ['no header', '1,2\n3,4\n', 'header_missing', /names no column/],
    ['a missing column', 'a\n1\n', 'column_missing', /lacks "b"/],
    ['an extra column', 'a,b,c\n1,2,3\n', 'column_unexpected', /"c"/],
    ['a duplicate column', 'a,b,a\n1,2,3\n', 'header_duplicate', /"a" twice/],
    ['a column that differs by case only', 'a,b,A\n1,2,3\n', 'header_duplicate', /twice/],
    ['a wrong delimiter, with the right one named', 'a;b\n1;2\n', 'header_missing', /semicolon/],
    ['a header whose quote never closes', 'a,"b\n1,2\n', 'header_missing', /quotes/],
  ];
  test.each(cases)('%s', async (_, bytes, code, message) => {
    const { outcome, rows, reasons } = await csv(bytes);

    expect(outcome.quarantined).toEqual({ code, message: expect.stringMatching(message) });
    expect([outcome.rowsOut, rows, why(reasons)]).toEqual([0, [], [[null, code]]]);
  });
});

describe('healthy objects:', () => {
  const cases: [string, string | Buffer, object, unknown[][]][] = [
    ['a header only is an empty dataset', 'a,b\n', {}, []],
    ['a header without a line end too', 'a,b', {}, []],
    ['a byte order mark is no part of the first name', '\ufeffa,b\n1,2\n', {}, [['1', '2']]],
    ['columns in another order are matched by name', 'b,a\n1,2\n', {}, [['2', '1']]],
    ['the last line may lack its end', 'a,b\n1,2', {}, [['1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', {}, [['1', '2']]],
    ['rows that start with # are rows', 'a,b\n#1,2\n', {}, [['#1', '2']]],
    ['commas only are a row of nulls', 'a,b\n,\n', {}, [[null, null]]],
    [
      'an empty cell is null, an empty text is not, and NA is a text',
      'a,b\n,""\nNA,"NA"\n',
      {},
      [
        [null, ''],
        ['NA', 'NA'],
      ],
    ],
    ['06705 stays text', 'a,b\n06705,1E1\n', {}, [['06705', '1E1']]],
    ['a stray quote inside a cell is a character', 'a,b\n5" pipe,x\n', {}, [['5" pipe', 'x']]],
    ['a header of no names: by position', '1,2\n', { header: false }, [['1', '2']]],
    ['another delimiter', 'a;b\n1;"2;3"\n', { delimiter: ';' }, [['1', '2;3']]],
    ['another quote', "a,b\n1,'2,3'\n", { quote: "'" }, [['1', '2,3']]],
    ['no quote', 'a,b\n"1,2"\n', { quote: '' }, [['"1', '2"']]],
    ['backslash escapes', 'a,b\n"x\\"y, z",2\n', { escape: '\\' }, [['x"y, z', '2']]],
    ['an unlisted column may be ignored', 'a,x,b\n1,9,2\n', { unlisted: 'ignore' }, [['1', '2']]],
    [
      'UTF-16 BE',
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('a,b\n1,ü\n', 'utf16le').swap16()]),
      {},
      [['1', 'ü']],
    ],
    ['latin-1', Buffer.from('a,b\n1,\u00fc\n', 'latin1'), { encoding: 'latin-1' }, [['1', 'ü']]],
    ['blank lines are no records', 'a,b\n\n1,2\n\n', {}, [['1', '2']]],
  ];
  test.each(cases)('%s', async (_, bytes, options, expected) => {
    const { outcome, rows } = await csv(bytes, options);

    expect(cells(rows)).toEqual(expected);
    expect(outcome).toMatchObject({ rowsIn: expected.length, rowsOut: expected.length, rowsQuarantined: 0 });
  });
});

test('TSV is tabs with quotes, and its cells hold no line breaks', async () => {
  const { rows, reasons } = await one({ ...contract, format: 'tsv' }, 'a\tb\n1,5\t"x\ty"\n2\t"open\n3\tz\n');

  expect([cells(rows), why(reasons)]).toEqual([
    [
      ['1,5', 'x\ty'],
      ['3', 'z'],
    ],
    [[2, 'unterminated_quote']],
  ]);
});

describe('compressed objects:', () => {
  const members = [gzipSync('a,b\n1,2\n3'), gzipSync(',4\n5\n')];

  test('records that go over members of a gzip are whole, and offsets are those of the text', async () => {
    const { outcome, rows, reasons, payload } = await csv(Buffer.concat(members));

    expect([cells(rows), outcome.rowsIn, reasons.map((r) => Number(r['byte_offset'])), String(payload)]).toEqual([
      [
        ['1', '2'],
        ['3', '4'],
      ],
      3,
      [12],
      '5',
    ]);
  });

  test('a truncated gzip is quarantined whole, though its first records could be read', async () => {
    const { outcome, rows } = await csv(Buffer.concat(members).subarray(0, -1));

    expect([outcome.quarantined?.code, rows]).toEqual(['truncated', []]);
  });
});

describe('records in = rows out + quarantined:', () => {
  const cases: [string, string | Buffer, unknown[][], unknown[][]][] = [
    [
      'ragged rows',
      'a,b\n1\n1,2\n1,2,3\n',
      [['1', '2']],
      [
        [1, 'wrong_column_count'],
        [3, 'wrong_column_count'],
      ],
    ],
    ['one empty cell too many at the end', 'a,b\n1,2,\n3,4\n', [['3', '4']], [[1, 'wrong_column_count']]],
    [
      'an unterminated quote takes the rest of the file',
      'a,b\n1,2\n3,"x\n5,6\n7,8\n',
      [['1', '2']],
      [[2, 'unterminated_quote']],
    ],
    ['truncation inside quotes', 'a,b\n1,2\n3,"x', [['1', '2']], [[2, 'unterminated_quote']]],
    ['a quote closed by a later stray quote', 'a,b\n1,"x\n2,"y"\n3,4\n', [['3', '4']], [[1, 'malformed_record']]],
    ['text after a closing quote', 'a,b\n"x"y,2\n3,4\n', [['3', '4']], [[1, 'malformed_record']]],
    ['a NUL byte', 'a,b\n1,\0\n3,4\n', [['3', '4']], [[1, 'nul_byte']]],
    ['bytes that are not UTF-8', Buffer.from('a,b\n1,\xfc\n3,4\n', 'latin1'), [['3', '4']], [[1, 'invalid_encoding']]],
  ];
  test.each(cases)('%s', async (_, bytes, rows, reasons) => {
    const done = await csv(bytes);

    expect([cells(done.rows), why(done.reasons)]).toEqual([rows, reasons]);
    expect(done.outcome.rowsIn).toBe(rows.length + reasons.length);
  });

  test('a blank line of a one-column file is no row', async () => {
    const { rows } = await one({ format: 'csv', columns: text('a') }, 'a\n\n1\n""\n');

    expect(rows.map((r) => [r['a'], Number(r['_source_row'])])).toEqual([
      ['1', 1],
      ['', 2],
    ]);
  });

  test('mixed line ends and lone CRs are mended, with a note', async () => {
    const { outcome, rows } = await csv('a,b\r\n1,2\n3,4\r5,"6\r\n7"\r\n');

    expect([cells(rows), outcome.notes]).toEqual([
      [
        ['1', '2'],
        ['3', '4'],
        ['5', '6\r\n7'],
      ],
      { line_endings_mended: 2 },
    ]);
  });

  test('a 40 MB cell and a 100 MB line are rejected by themselves, with their length', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\n1,2\n3,"'),
      Buffer.alloc(40e6, 'x'),
      Buffer.from('"\n5,6\n'),
      Buffer.alloc(100e6, 'y'),
      Buffer.from('\n7,8\n'),
    ]);
    const { outcome, rows, reasons, payload } = await csv(bytes);

    expect([cells(rows), why(reasons)]).toEqual([
      [
        ['1', '2'],
        ['5', '6'],
        ['7', '8'],
      ],
      [
        [2, 'record_too_long'],
        [4, 'record_too_long'],
      ],
    ]);
    expect([outcome.rowsIn, reasons.map((r) => Number(r['byte_length'])), payload?.length]).toEqual([
      5,
      [40_000_004, 100_000_000],
      40_000_004 + 64 * 1024 ** 2,
    ]);
  });

  test('a quote that runs away over 40 MB is one record of known length, and the rows before it are all there', async () => {
    const before = Array.from({ length: 1000 }, (_, i) => `${i},x\n`).join('');
    const { outcome, reasons } = await csv(
      Buffer.concat([Buffer.from(`a,b\n${before}1,"open\n`), Buffer.alloc(40e6, 'x,y\n')]),
    );

    expect(outcome).toMatchObject({ rowsIn: 1001, rowsOut: 1000, rowsQuarantined: 1 });
    expect(reasons[0]?.['message']).toMatch(/10000001 line ends/);
  });

  test('1,500 bad records of several kinds are counted once each, with offset and bytes', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => (i % 2 ? `${i},ok` : i % 4 ? `${i}` : `"${i}"x,"y`));
    const { outcome, reasons, payload } = await one(
      { ...contract, maxBadRows: 5000 },
      `a,b\r\n${lines.map((l) => (l.endsWith('"y') ? l.slice(0, -2) : l)).join('\r\n')}\r\n`,
    );

    expect(outcome).toMatchObject({ rowsIn: 3000, rowsOut: 1500, rowsQuarantined: 1500 });
    expect([reasons.length, Number(reasons[0]?.['byte_offset']), payload?.toString().slice(0, 6)]).toEqual([
      1500,
      5,
      '"0"x,2',
    ]);
  });

  test('more bad records than maxBadRows fail the object, and none of its rows is in the table', async () => {
    const { outcome, rows } = await one({ ...contract, maxBadRows: 1 }, 'a,b\n1,2\n1\n2\n');

    expect([outcome.quarantined?.code, outcome.rowsIn, outcome.rowsQuarantined, rows]).toEqual([
      'too_many_bad_rows',
      3,
      3,
      [],
    ]);
  });
});

test('the payload of a record that is not valid UTF-8 is its source bytes', async () => {
  const { payload, reasons } = await csv(Buffer.from('a,b\n1,\xfc\xff\n', 'latin1'));

  expect([payload, Number(reasons[0]?.['byte_offset']), Number(reasons[0]?.['byte_length'])]).toEqual([
    Buffer.from('1,\xfc\xff', 'latin1'),
    4,
    4,
  ]);
});

test('parts of a cut object hold each record once, whichever byte it is cut at', async () => {
  const whole = Buffer.from('b,a\n1,x\n22,yy\n333,zzz\n4,w');
  const options = { quotedNewlines: false };
  async function* from(at: number) {
    yield await Promise.resolve(whole.subarray(at));
  }
  for (let cut = 5; cut < whole.length; cut++) {
    const part = (index: number, start: number, end: number) => ({
      bytes: whole.subarray(Math.max(0, start - 1), end),
      part: { index, start, end, objectSize: whole.length },
      readOn: from,
    });
    const { tables, outcomes } = await transform({ ...contract, options }, [
      part(0, 0, cut),
      part(1, cut, whole.length),
    ]);

    expect(cells(tables['data'] ?? [])).toEqual([
      ['x', '1'],
      ['yy', '22'],
      ['zzz', '333'],
      ['w', '4'],
    ]);
    expect(outcomes.map((o) => o.rowsIn).reduce((x, y) => x + y)).toBe(4);
    const second = (tables['data'] ?? []).filter((r) => r['_source_version'] === 'v1');
    expect(second.map((r) => Number(r['_source_row']))).toEqual(second.map((_, i) => 1e12 + i + 1));
  }
});
