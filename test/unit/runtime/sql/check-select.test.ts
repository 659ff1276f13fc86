import { describe, expect, test } from '@jest/globals';
import { checkSelect } from '../../../../runtime/sql/check-select.ts';

const inputs = [
  {
    name: 'input',
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'name', type: 'text' },
    ],
  },
];
const check = (sql: string) => checkSelect(sql, inputs);
const refusal = (sql: string) =>
  check(sql).then(
    () => 'allowed',
    (e: Error) => `${e.name}: ${e.message}`,
  );

describe('a contract’s select may not', () => {
  test.each([
    ['read a local file through a function', "select * from read_csv('/etc/passwd')", /read_csv is not allowed/],
    ['read a local file by its name', "select * from '/etc/passwd'", /not an input/],
    ['read a file as text', "select * from read_text('/etc/passwd')", /read_text is not allowed/],
    ['read s3', "select * from 's3://bucket/key.parquet'", /not an input/],
    ['read s3 through a function', "select * from read_parquet('s3://bucket/key')", /read_parquet is not allowed/],
    ['list files', "select * from glob('/etc/*')", /glob is not allowed/],
    ['COPY', "copy input to '/tmp/x'", /only one select/],
    ['ATTACH', "attach '/tmp/x.db'", /only one select/],
    ['INSTALL', 'install httpfs', /only one select/],
    ['LOAD', "load 'x'", /only one select/],
    ['SET', 'set threads = 1', /only one select/],
    ['PRAGMA', 'pragma version', /only one select/],
    ['hold a second statement', 'select 1 as a; select 2 as b', /several statements/],
    ['hide another statement behind a select', 'select 1 as a; drop table input', /only one select/],
    ['read the environment', "select getenv('HOME') as x from input", /getenv is not allowed/],
    ['read settings', "select current_setting('threads') as x", /current_setting is not allowed/],
    ['list settings', 'select * from duckdb_settings()', /duckdb_settings is not allowed/],
    ['read the catalog', 'select * from information_schema.tables', /not an input/],
    ['run SQL from a text', "select * from query('select 1')", /query is not allowed/],
    [
      'hide a file in a subquery',
      "select (select max(content) from read_text('/etc/passwd')) as x",
      /read_text is not allowed/,
    ],
    ['hide a file in a common table', "with a as (from read_text('/x')) select * from a", /read_text is not allowed/],
    ['name a common table like a file', 'with "/etc/passwd" as (select 1) select * from \'/etc/passwd\'', /is no name/],
    ['tell the time', 'select now() as x', /now is not allowed/],
    ['tell the date', 'select current_date as x from input', /current_date is not allowed/],
    ['be random', 'select random() as x from input', /random is not allowed/],
    ['sample', 'select * from input using sample 3', /sample is not allowed/],
    ['take a parameter', 'select $1 as x', /parameter is not allowed/],
  ])('%s', async (_, sql, message) => {
    expect(await refusal(sql)).toMatch(message);
  });
});

describe('a mistake is told in the words of the person who made it:', () => {
  test.each([
    ['an unknown column', 'select nam from input', /"nam" not found[^]*"name"/],
    ['a syntax error', 'selec 1', /syntax error at or near "selec"/],
    ['a column without a name', 'select id + 1 from input', /needs a name.*as name/],
    ['a name with capitals', 'select id as "Id" from input', /needs a name/],
    ['a name twice', 'select id, name as id from input', /id stands twice/],
    ['a reserved name', 'select name as _run from input', /_run is taken/],
    ['a type that no table holds', 'select [id] as ids from input', /ids has type BIGINT\[\].*to_json/],
  ])('%s', async (_, sql, message) => {
    expect(await refusal(sql)).toMatch(message);
  });
});

test.each([
  ['id::hugeint', 'decimal(38,0)'],
  ['id::ubigint', 'decimal(20,0)'],
  ['id::utinyint', 'int'],
  ['md5(name)::uuid', 'string'],
  ['to_json(name)', 'string'],
  ["time '10:00:00'", 'string'],
  ["interval '1 day'", 'string'],
])('a result %s is stored as %s', async (expression, glue) => {
  const { columns } = await check(`select ${expression} as x from input`);

  expect(columns.map((c) => c.glue)).toEqual([glue]);
});

test('joins, windows, groups and common tables over the inputs are allowed', async () => {
  const { columns, rowWise } = await check(
    'with a as (select id, count(*) over (partition by name) as n from input) select a.n, md5(b.name) as k from a join input b on a.id = b.id;',
  );

  expect([columns.map((c) => `${c.name} ${c.glue}`), rowWise]).toEqual([['n bigint', 'k string'], false]);
});
