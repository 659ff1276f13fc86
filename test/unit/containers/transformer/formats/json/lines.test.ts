import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { readJsonLines } from '../../../../../../containers/transformer/formats/json/reader.ts';
import { stage, stageParts } from '../staging.ts';

const reasons = (s: Awaited<ReturnType<typeof stage>>) => s.rejects.map((r) => [r.record, r.offset, r.reason]);

describe('JSON Lines', () => {
  test('values keep their exact text', async () => {
    const line =
      '{"a":9007199254740993,"b":1000000000000000000}\n{"a":-0.10e+05,"b":"\\u00e9\\ud83d\\ude00\\n\\/"}\n{"a":true,"b":null}\n{"b":{"x": [1, 2.50]}}\n';
    const { rows } = await stage(readJsonLines, line);
    expect(rows.map((r) => [r['a'], r['b']])).toEqual([
      ['9007199254740993', '1000000000000000000'],
      ['-0.10e+05', 'é😀\n/'],
      ['true', null],
      [null, '{"x": [1, 2.50]}'],
    ]);
  });

  test('a column of type json takes a text as JSON text', async () => {
    const { rows } = await stage(readJsonLines, '{"a":"x","b":1}\n', {
      columns: [{ name: 'a', type: 'json' }, { name: 'b' }],
    });
    expect(rows[0]).toMatchObject({ a: '"x"', b: '1' });
  });

  test.each([
    ['a bad line', '{"a":1,}', 'malformed_record'],
    ['a cut line', '{"a":"x', 'malformed_record'],
    ['a second object on the line', '{"a":1}{"a":2}', 'malformed_record'],
    ['a scalar', '17', 'not_an_object'],
    ['an array', '[{"a":1}]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a duplicate key', '{"a":1,"a":2}', 'duplicate_key'],
    ['a duplicate key that is escaped', '{"a":1,"\\u0061":2}', 'duplicate_key'],
    ['a duplicate key below', '{"a":{"x":1,"x":2}}', 'duplicate_key'],
    ['an unknown key', '{"a":1,"c":2}', 'unknown_key'],
    ['a key in another case', '{"A":1}', 'unknown_key'],
    ['a lone surrogate', '{"a":"\\ud800"}', 'invalid_encoding'],
    ['a low surrogate alone', '{"a":"\\udc00x"}', 'invalid_encoding'],
    ['NaN', '{"a":NaN}', 'malformed_record'],
    ['Infinity', '{"a":-Infinity}', 'malformed_record'],
    ['a leading zero', '{"a":007}', 'malformed_record'],
    ['a raw byte 0x01', '{"a":"x\u0001y"}', 'malformed_record'],
    ['a NUL byte', '{"a":"x\u0000y"}', 'nul_byte'],
    ['an escaped NUL', '{"a":"x\\u0000y"}', 'nul_byte'],
    ['deep nesting', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nested_too_deep'],
    ['single quotes', "{'a':1}", 'malformed_record'],
    ['a word that is cut', '{"a":tru}', 'malformed_record'],
  ])('%s is one reject with number, offset and payload, and the rest is loaded', async (_what, bad, reason) => {
    const good = '{"a":"1","b":"é"}';
    const staged = await stage(readJsonLines, `${good}\n${bad}\n${good}\n`);
    expect({
      rows: staged.rows.length,
      records: staged.records,
      rejects: reasons(staged),
      payloads: staged.payloads,
    }).toEqual({
      rows: 2,
      records: 3,
      rejects: [[2, Buffer.byteLength(good) + 1, reason]],
      payloads: [bad],
    });
  });

  test('invalid UTF-8 is a reject whose payload is the source bytes', async () => {
    const bad = Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xc3, ...Buffer.from('"}')]);
    const staged = await stage(readJsonLines, Buffer.concat([Buffer.from('{"a":1}\n'), bad, Buffer.from('\n')]));
    expect([reasons(staged), staged.payloads]).toEqual([[[2, 8, 'invalid_encoding']], [bad.toString('latin1')]]);
  });

  test('blank lines, CRLF and a byte order mark are no records and no damage', async () => {
    const { records, rows } = await stage(readJsonLines, '\ufeff{"a":1}\r\n\r\n  \n{"a":2}');
    expect([records, rows.map((r) => r['a'])]).toEqual([2, ['1', '2']]);
  });

  test('keys that the contract does not list are left out and counted where it says so', async () => {
    const { rows, notes } = await stage(readJsonLines, '{"a":1,"x":2}\n{"x":3,"y":4}\n', {
      options: { unlisted: 'ignore' },
    });
    expect([rows.length, notes]).toEqual([2, { keys_ignored: 2 }]);
  });

  test('keys that the contract does not list are collected in the column from *', async () => {
    const columns = [{ name: 'a' }, { name: 'rest', from: '*', type: 'json' }];
    const { rows } = await stage(readJsonLines, '{"a":1,"x":2.0,"y":[1]}\n{"a":2}\n', {
      columns,
      options: { unlisted: 'collect' },
    });
    expect(rows.map((r) => r['rest'])).toEqual(['{"x":2.0,"y":[1]}', null]);
  });

  test('a line longer than the limit is a reject, and the next one is read', async () => {
    const staged = await stage(readJsonLines, `{"a":"${'x'.repeat(3e6)}"}\n{"a":1}\n`, {
      options: { maxRecordBytes: 1000 },
    });
    expect([reasons(staged), staged.rows.length, staged.payloads[0]?.length]).toEqual([
      [[1, 0, 'record_too_long']],
      1,
      3e6 + 8,
    ]);
  });

  test('a record above DuckDB’s own line limit is read', async () => {
    const { rows } = await stage(readJsonLines, `{"a":"${'x'.repeat(5e6)}"}\n{"a":1}\n`);
    expect(rows.map((r) => r['a']?.length)).toEqual([5e6, 1]);
  });

  test('gzip is read, and offsets are those of the decoded text', async () => {
    const staged = await stage(readJsonLines, gzipSync('{"a":1}\nx\n'));
    expect([staged.rows.length, reasons(staged), staged.payloads]).toEqual([1, [[2, 8, 'malformed_record']], ['x']]);
  });

  test.each([
    ['truncated', gzipSync('{"a":1}\n'.repeat(100)).subarray(0, 30)],
    ['empty_object', Buffer.alloc(0)],
  ])('the whole object is refused as %s', async (code, bytes) => {
    await expect(stage(readJsonLines, bytes)).rejects.toMatchObject({ code });
  });

  test('scratch space is a limit', async () => {
    await expect(
      stage(readJsonLines, '{"a":"xxxxxxxxxxxxxxxx"}\n'.repeat(100), { scratchBytes: 500 }),
    ).rejects.toMatchObject({ code: 'too_large' });
  });

  test('any two cuts give every record exactly once', async () => {
    const content = Buffer.from('{"a":1}\n\r\n{"a":"zwei","b":null}\nbad\n{"a":3}');
    const whole = await stage(readJsonLines, content);
    for (let first = 1; first < content.length - 1; first += 3) {
      const parts = await stageParts(
        readJsonLines,
        content,
        [first, Math.min(first + 9, content.length - 1)].filter((c, i, all) => all.indexOf(c) === i),
      );
      expect([
        first,
        parts.flatMap((p) => p.rows.map((r) => r['a'])),
        parts.flatMap((p) => p.rejects.map((r) => r.offset)),
      ]).toEqual([first, whole.rows.map((r) => r['a']), whole.rejects.map((r) => r.offset)]);
    }
  });
});
