import { describe, expect, test } from '@jest/globals';
import { readJson } from '../../../../../../containers/transformer/formats/json/reader.ts';
import { piecesOf } from '../../../../../../containers/transformer/formats/json/split.ts';
import { stage } from '../staging.ts';

type Result = Awaited<ReturnType<typeof stage>>;
const values = (s: Result) => s.rows.map((r) => r['a']);
const reasons = (s: Result) => s.rejects.map((r) => [r.record, r.offset, r.reason]);

describe('a JSON document', () => {
  test.each([
    ['an array', '[{"a":1},{"a":2} , {"a":3}]'],
    ['an array over lines with CRLF and a byte order mark', '\ufeff[\r\n {"a":1},\r\n {"a":2},\r\n {"a":\t3}\r\n]\r\n'],
    ['concatenated objects', '{"a":1}{"a":2} {"a":3}'],
    ['pretty-printed objects', '{\n  "a": 1\n}\n{\n  "a": 2\n}\n\n{\n  "a": 3\n}\n'],
  ])('%s: each object is a record', async (_what, content) => {
    const staged = await stage(readJson, content);
    expect([values(staged), staged.records]).toEqual([['1', '2', '3'], 3]);
  });

  test('a single object is one record', async () => {
    expect(values(await stage(readJson, '{"a":"x","b":2}'))).toEqual(['x']);
  });

  test.each([['[]'], [' \n'], ['[ \n ]']])('%j holds no records', async (content) => {
    expect((await stage(readJson, content)).records).toBe(0);
  });

  test('quotes and brackets within texts are no structure', async () => {
    expect(values(await stage(readJson, '[{"a":"]}\\"{[,"},{"a":"\\\\"}]'))).toEqual([']}"{[,', '\\']);
  });

  test('one bad element is one reject with number, offset and payload', async () => {
    const staged = await stage(readJson, '[{"a":1},{"a":nope},{"a":3}]');
    expect([values(staged), reasons(staged), staged.payloads]).toEqual([
      ['1', '3'],
      [[2, 9, 'malformed_record']],
      ['{"a":nope}'],
    ]);
  });

  test.each([
    ['an empty element', '[{"a":1},,{"a":2}]', [2, 9, 'malformed_record']],
    ['a comma behind the last element', '[{"a":1},{"a":2},]', [3, 17, 'malformed_record']],
    ['a missing comma', '[{"a":1},{"b":1} {"b":2},{"a":2}]', [2, 9, 'malformed_record']],
    ['an element that is no object', '[{"a":1},17,{"a":2}]', [2, 9, 'not_an_object']],
    ['a duplicate key', '[{"a":1},{"a":1,"a":1},{"a":2}]', [2, 9, 'duplicate_key']],
    ['a scalar between concatenated objects', '{"a":1} "x" {"a":2}', [2, 8, 'not_an_object']],
    ['garbage between concatenated objects', '{"a":1} garbage{"a":2}', [2, 8, 'malformed_record']],
    ['text after the end', '[{"a":1},{"a":2}] {"a":3}', [3, 18, 'malformed_record']],
    ['an array that is not closed', '[{"a":1},{"a":2}', [2, 9, 'malformed_record']],
  ])('%s is one reject, whatever surrounds it is loaded', async (_what, content, reject) => {
    const staged = await stage(readJson, content);
    expect([reasons(staged), staged.records]).toEqual([[reject], staged.rows.length + 1]);
  });

  test('a truncated array: the records before are loaded, the tail is one reject with its bytes', async () => {
    const staged = await stage(readJson, '[{"a":1},{"a":2},{"a":"cut off he');
    expect([values(staged), reasons(staged), staged.payloads]).toEqual([
      ['1', '2'],
      [[3, 17, 'malformed_record']],
      ['{"a":"cut off he'],
    ]);
  });

  test('an array cut behind a comma is not whole', async () => {
    expect(reasons(await stage(readJson, '[{"a":1},'))).toEqual([[2, 9, 'malformed_record']]);
  });

  test('a truncated concatenation: the tail is one reject', async () => {
    const staged = await stage(readJson, '{"a":1}\n{"a":{"x":[');
    expect([values(staged), staged.payloads]).toEqual([['1'], ['{"a":{"x":[']]);
  });

  test('deep nesting ends as one reject', async () => {
    const staged = await stage(readJson, `[{"a":1},{"a":${'{"x":'.repeat(20_000)}1${'}'.repeat(20_000)}},{"a":2}]`);
    expect([values(staged), reasons(staged)]).toEqual([['1', '2'], [[2, 9, 'nested_too_deep']]]);
  });

  test('a record above the limit is one reject', async () => {
    const staged = await stage(readJson, `[{"a":1},{"a":"${'x'.repeat(2e6)}"},{"a":2}]`, {
      options: { maxRecordBytes: 100 },
    });
    expect([values(staged), reasons(staged)]).toEqual([['1', '2'], [[2, 9, 'record_too_long']]]);
  });

  describe('with the records at a JSON Pointer', () => {
    const wrapped = '{"meta":{"rows":[{"a":0}],"n":"}]"},"x/y":[1],"rows":[{"a":1},{"a":2}],"more":{"z":"]"}}';

    test('the array there is read', async () => {
      expect(values(await stage(readJson, wrapped, { options: { records: '/rows' } }))).toEqual(['1', '2']);
    });

    test('the pointer may go down several objects', async () => {
      expect(values(await stage(readJson, wrapped, { options: { records: '/meta/rows' } }))).toEqual(['0']);
    });

    test('escapes in the pointer and in the key are understood', async () => {
      const staged = await stage(readJson, '{"d~/\\u00e9":[{"a":1}]}', { options: { records: '/d~0~1é' } });
      expect(values(staged)).toEqual(['1']);
    });

    test.each([
      ['/none', wrapped, 'wrong_format'],
      ['/meta', wrapped, 'wrong_format'],
      ['/meta/n/x', wrapped, 'wrong_format'],
      ['/rows', '{"meta":{"a":1}', 'truncated'],
      ['/rows', '[{"a":1}]', 'wrong_format'],
    ])('no array at %s of %s: the object is refused', async (records, content, code) => {
      await expect(stage(readJson, content, { options: { records } })).rejects.toMatchObject({ code });
    });

    test('a document that ends behind the array is one reject', async () => {
      const staged = await stage(readJson, '{"rows":[{"a":1}],"x":{', { options: { records: '/rows' } });
      expect([values(staged), reasons(staged)]).toEqual([['1'], [[2, 17, 'malformed_record']]]);
    });
  });

  test('what begins like no JSON document is of a wrong format', async () => {
    await expect(stage(readJson, 'a,b\n1,2\n')).rejects.toMatchObject({ code: 'wrong_format' });
  });

  test('chunks of 1 to 64 bytes give the same records', async () => {
    const content = Buffer.from(
      '{"m":[1,{"x":"}"}],"rows":[{"a":"é]\\"},"}, 17 ,{"b":[1,{"c":2}]},\n{"a":nope}],"z":{"y":"]}"}} tail',
    );
    const pieces = async (size: number) => {
      async function* chunks() {
        for (let at = 0; at < content.length; at += size) yield await Promise.resolve(content.subarray(at, at + size));
      }
      const found: unknown[] = [];
      for await (const p of piecesOf(chunks(), { pointer: '/rows', maxBytes: 1000 }))
        found.push([p.offset, p.length, p.bytes.toString(), p.broken]);
      return found;
    };
    const whole = await pieces(1000);
    expect(whole).toHaveLength(5);
    for (let size = 1; size <= 64; size++) expect([size, await pieces(size)]).toEqual([size, whole]);
  });
});
