import { describe, expect, test } from '@jest/globals';
import { groupFiles } from '../../../../runtime/catalog/compact-files.ts';
import { parseLocation, partitionValue } from '../../../../runtime/catalog/files.ts';
import { ColumnTypeChangedError, mergedColumns } from '../../../../runtime/catalog/tables.ts';
import { glueType, UnsupportedTypeError } from '../../../../runtime/catalog/types.ts';
import { viewInput } from '../../../../runtime/catalog/views.ts';

describe('glueType', () => {
  test.each([
    ['VARCHAR', 'string'],
    ['BIGINT', 'bigint'],
    ['INTEGER', 'int'],
    ['DECIMAL(38,10)', 'decimal(38,10)'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
    ['timestamp', 'timestamp'],
    ['string', 'string'],
    ['int', 'int'],
  ])('%s is %s in the catalog', (duck, glue) => {
    expect(glueType(duck)).toBe(glue);
  });

  test.each(['HUGEINT', 'UBIGINT', 'INTERVAL', 'STRUCT(a INTEGER)'])('%s is refused with the remedy', (type) => {
    expect(() => glueType(type)).toThrow(UnsupportedTypeError);
  });
});

describe('mergedColumns', () => {
  test('new columns come last, and columns that a file lacks stay', () => {
    const columns = mergedColumns(
      't',
      [
        { name: 'a', type: 'bigint' },
        { name: 'b', type: 'string' },
      ],
      [
        { name: 'c', type: 'DATE' },
        { name: 'a', type: 'BIGINT' },
      ],
    );

    expect(columns.map((c) => c.name)).toEqual(['a', 'b', 'c']);
  });

  test('a changed type is an error that names both types', () => {
    const merge = () => mergedColumns('t', [{ name: 'a', type: 'bigint' }], [{ name: 'a', type: 'VARCHAR' }]);

    expect(merge).toThrow(ColumnTypeChangedError);
    expect(merge).toThrow('column a is bigint and would become string');
  });
});

describe('places', () => {
  test('a partition value is what was meant before its folder was escaped', () => {
    expect(partitionValue('site=a%2Fb%3Dc')).toBe('a/b=c');
  });

  test('a location is a bucket and a prefix that ends with a slash', () => {
    expect(parseLocation('s3://bucket/people/day=1')).toEqual({ bucket: 'bucket', prefix: 'people/day=1/' });
  });
});

describe('groupFiles', () => {
  const files = (...sizes: number[]) => sizes.map((size) => ({ size }));
  const sizes = (groups: { size: number }[][]) => groups.map((g) => g.map((f) => f.size));

  test('files are put together in order until the target is reached', () => {
    expect(sizes(groupFiles(files(3, 4, 5, 6), 10))).toEqual([[3, 4], [5], [6]]);
  });

  test('a file larger than the target stays alone', () => {
    expect(sizes(groupFiles(files(1, 30, 1), 10))).toEqual([[1], [30], [1]]);
  });

  test('no files are no groups', () => {
    expect(groupFiles([], 10)).toEqual([]);
  });
});

describe('viewInput', () => {
  const input = viewInput({
    database: 'bpc_dev',
    table: 'assays',
    columns: [
      { name: 'id', type: 'BIGINT' },
      { name: 'name', type: 'VARCHAR' },
      { name: 'day', type: 'string' },
    ],
  });
  const encoded = /^\/\* Presto View: (.*) \*\/$/.exec(input.ViewOriginalText ?? '')?.[1] ?? '';
  const view = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { originalSql: string; columns: unknown[] };

  test('is a view to Athena, in its own encoding', () => {
    expect(input).toMatchObject({
      Name: 'assays_current',
      TableType: 'VIRTUAL_VIEW',
      ViewExpandedText: '/* Presto View */',
      Parameters: { presto_view: 'true' },
    });
  });

  test('names its columns with Presto’s types', () => {
    expect(view.columns).toEqual([
      { name: 'id', type: 'bigint' },
      { name: 'name', type: 'varchar' },
      { name: 'day', type: 'varchar' },
    ]);
  });

  test('leaves out rows of superseded object versions', () => {
    expect(view.originalSql).toContain(
      'NOT EXISTS (SELECT 1 FROM "bpc_dev"."superseded_objects" s WHERE s.source_key = t."_source_key" AND s.source_version = t."_source_version")',
    );
  });
});
