import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDuck } from '../../../../../../containers/transformer/formats/parquet/duck.ts';
import { readParquet } from '../../../../../../containers/transformer/formats/parquet/reader.ts';
import { stage, stageParts, textColumns } from '../staging.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'decant-parquet-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function parquet(select: string, options = ''): Promise<Buffer> {
  const path = join(folder, 'made.parquet');
  await withDuck((query) => query(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`));
  return readFileSync(path);
}

describe('Parquet', () => {
  test('every value comes as its exact text', async () => {
    const content =
      await parquet(`SELECT 9007199254740993::BIGINT AS big, 12345678901234567890.123456789::DECIMAL(38,9) AS dec,
      TIMESTAMP '2024-01-02 03:04:05.123456' AS ts, TIMESTAMPTZ '2024-01-02 03:04:05+02' AS tz, DATE '1582-10-04' AS d, 0.1::DOUBLE AS dbl,
      {'x': [1, NULL]} AS nested, '06705' AS zip, NULL::INTEGER AS none, true AS yes, TIMESTAMP_NS '2024-01-02 03:04:05.000001' AS ns`);

    const { rows } = await stage(readParquet, content, {
      columns: textColumns('big dec ts tz d dbl nested zip none yes ns'),
    });

    expect(rows).toEqual([
      {
        _row: '1',
        big: '9007199254740993',
        dec: '12345678901234567890.123456789',
        ts: '2024-01-02 03:04:05.123456',
        tz: '2024-01-02 01:04:05+00:00',
        d: '1582-10-04',
        dbl: '0.1',
        nested: '{"x":[1,null]}',
        zip: '06705',
        none: null,
        yes: 'true',
        ns: '2024-01-02 03:04:05.000001',
      },
    ]);
  });

  test('columns are found by name, whatever their order and case', async () => {
    const content = await parquet(`SELECT 2 AS "B col", 1 AS a`);

    const { rows } = await stage(readParquet, content, {
      columns: [{ name: 'a' }, { name: 'b', from: 'B col' }, { name: 'c', optional: true }],
    });

    expect(rows).toEqual([{ _row: '1', a: '1', b: '2', c: null }]);
  });

  test.each([
    ['column_missing', 'SELECT 1 AS a'],
    ['column_unexpected', 'SELECT 1 AS a, 2 AS b, 3 AS c'],
    ['unsupported_type', 'SELECT INTERVAL 1 DAY AS a, 2 AS b'],
    ['unsupported_type', `SELECT '\\xFF'::BLOB AS a, 2 AS b`],
  ])('%s: %s', async (code, select) => {
    await expect(stage(readParquet, await parquet(select))).rejects.toMatchObject({ code });
  });

  test('a column of an unsupported type that the contract ignores does no harm', async () => {
    const content = await parquet('SELECT 1 AS a, 2 AS b, INTERVAL 1 DAY AS c');

    expect((await stage(readParquet, content, { options: { unlisted: 'ignore' } })).rows).toHaveLength(1);
  });

  test('a file without rows is an empty dataset', async () => {
    expect((await stage(readParquet, await parquet('SELECT 1 AS a, 2 AS b LIMIT 0'))).records).toBe(0);
  });

  test.each<[string, (b: Buffer) => Buffer]>([
    ['empty_object', () => Buffer.alloc(0)],
    ['wrong_format', () => Buffer.from('a,b\n1,2\n')],
    ['truncated', (b) => b.subarray(0, b.length - 40)],
    ['corrupt', (b) => Buffer.concat([b.subarray(0, b.length - 60), Buffer.alloc(52, 0xff), b.subarray(b.length - 8)])],
    ['corrupt', (b) => Buffer.concat([b.subarray(0, 4), Buffer.alloc(200, 0xff), b.subarray(204)])],
    ['encrypted', (b) => Buffer.concat([Buffer.from('PARE'), b.subarray(4, b.length - 4), Buffer.from('PARE')])],
  ])('a damaged file is refused as %s', async (code, damage) => {
    const content = await parquet(`SELECT range AS a, hash(range)::VARCHAR AS b FROM range(1000)`);

    await expect(stage(readParquet, damage(content))).rejects.toMatchObject({ code });
  });

  test('cuts give every row group exactly once, and rows are numbered within their part', async () => {
    const content = await parquet(
      'SELECT range AS a, hash(range)::VARCHAR AS b FROM range(10000)',
      ', ROW_GROUP_SIZE 2048',
    );
    for (const cut of [1, 4, 5, Math.floor(content.length / 3), content.length >> 1, content.length - 20]) {
      const parts = await stageParts(readParquet, content, [cut]);
      expect([cut, parts.flatMap((p) => p.rows.map((r) => Number(r['a'])))]).toEqual([
        cut,
        Array.from({ length: 10000 }, (_, i) => i),
      ]);
      for (const { rows } of parts) expect(rows.map((r) => Number(r['_row']))).toEqual(rows.map((_, i) => i + 1));
    }
  });

  test('the payload of a row is its JSON', async () => {
    const { writeFile } = await import('node:fs/promises');
    const path = join(folder, 'payload.parquet');
    await writeFile(path, await parquet(`SELECT range AS a, 'x' AS b FROM range(5)`));
    const inputs = [
      {
        name: 'input',
        sheet: undefined,
        columns: (await import('../../../../../../protocol/contract.ts')).Column.array().parse(textColumns('a b')),
      },
    ];
    const [input] = await readParquet({
      object: { key: 'k', version: 'v', path, size: 1 },
      options: {},
      inputs,
      scratch: join(folder, 's'),
      scratchBytes: 1e9,
    });

    const payloads = await input?.payload([2, 5]);

    expect(payloads?.map((p) => [p.record, Buffer.from(p.bytes).toString()])).toEqual([
      [2, '{"_row":2,"a":"1","b":"x"}'],
      [5, '{"_row":5,"a":"4","b":"x"}'],
    ]);
  });
});
