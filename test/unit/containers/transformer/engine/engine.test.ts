import { expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../../../../containers/transformer/engine/engine.ts';
import { Contract } from '../../../../../protocol/contract.ts';
import { one, text, transform } from './harness.ts';

const columns = [{ name: 'id', type: 'integer' }, { name: 'kind' }, { name: 'amount', type: 'double' }];
const rows = (n: number) =>
  `id,kind,amount\n${Array.from({ length: n }, (_, i) => `${i},k${i % 7},${i / 3}\n`).join('')}`;

test('the same objects give the same bytes over runs and threads, also where a select groups', async () => {
  const contract = {
    format: 'csv' as const,
    columns,
    tables: { all_rows: {}, sums: { select: 'select kind, sum(amount) as total from input group by kind' } },
  };
  const runs = [1, 2, 2].map((threads) => transform(contract, [rows(5000), rows(300)], { threads }));

  const hashes = (await Promise.all(runs)).map((r) => r.files.tables.map((t) => t.sha256).join());
  expect(new Set(hashes).size).toBe(1);
});

test('a table is written also when it has no row, with its columns', async () => {
  const { files } = await one({ format: 'csv', columns }, 'id,kind,amount\n');

  expect(files.tables.map((t) => [t.rows, t.columns.map((c) => `${c.name} ${c.type}`)])).toEqual([
    [
      0,
      [
        'id int',
        'kind string',
        'amount double',
        '_source_key string',
        '_source_version string',
        '_source_row bigint',
        '_run string',
      ],
    ],
  ]);
});

test('selects run per object; rows carry where they are from, and no record number where the select drops it', async () => {
  const contract = {
    format: 'csv' as const,
    columns,
    tables: {
      sums: { select: 'select count(*) as n from input' },
      kinds: { select: 'select kind, _source_row from input' },
    },
  };
  const { tables } = await transform(contract, [rows(2), rows(3)]);

  expect(tables['sums']?.map((r) => [Number(r['n']), r['_source_key'], r['_source_row'], r['_run']])).toEqual([
    [2, 'src/data/o0', null, 'run-1'],
    [3, 'src/data/o1', null, 'run-1'],
  ]);
  expect(tables['kinds']?.map((r) => [r['kind'], Number(r['_source_row'])])).toEqual([
    ['k0', 1],
    ['k1', 2],
    ['k0', 1],
    ['k1', 2],
    ['k2', 3],
  ]);
});

test('a select that fails on one object quarantines that object alone, from every table', async () => {
  const contract = {
    format: 'csv' as const,
    columns: text('v'),
    tables: {
      a_first: { select: 'select v from input' },
      b_second: { select: 'select cast(v as integer) as n from input' },
    },
  };
  const { outcomes, tables } = await transform(contract, ['v\n1\n', 'v\nx\n', 'v\n3\n']);

  expect(outcomes.map((o) => o.quarantined?.code)).toEqual([undefined, 'select_failed', undefined]);
  expect([tables['a_first']?.map((r) => r['v']), tables['b_second']?.map((r) => r['n'])]).toEqual([
    ['1', '3'],
    [1, 3],
  ]);
});

test('files of merge tables order their rows by version and time', async () => {
  const { rows: got, files } = await one(
    { format: 'csv', columns, tables: { data: { mode: 'merge', keys: ['id'] } } },
    rows(1),
  );

  expect(files.tables[0]?.columns.slice(-2)).toMatchObject([
    { name: '_seq', type: 'string' },
    { name: '_at', type: 'timestamp' },
  ]);
  expect([got[0]?.['_seq'], got[0]?.['_at']]).toEqual(['2024 0', new Date('2024-01-02T03:04:05Z')]);
});

test('a replay emits and counts only the records it is asked for', async () => {
  const { outcome, rows: got } = await one(
    { format: 'csv', columns },
    { bytes: 'id,kind,amount\n1,a,1\nx,b,2\n3,c,3\n', options: { only: new Map([['input', new Set([2, 3])]]) } },
  );

  expect(outcome).toMatchObject({ rowsIn: 2, rowsOut: 1, rowsQuarantined: 1 });
  expect(got.map((r) => [r['id'], Number(r['_source_row'])])).toEqual([[3, 3]]);
});

test('SQL outside the sandbox does not even open the engine', async () => {
  const contract = Contract.parse({
    format: 'csv',
    columns,
    tables: { data: { select: "select * from read_text('/etc/passwd')" } },
  });
  const opening = Engine.open({
    dataset: 'data',
    contract,
    shard: 's',
    run: 'r',
    scratch: join(tmpdir(), `refused-${process.pid}`),
    scratchBytes: 1e9,
    memoryMiB: 2048,
    threads: 1,
  });

  await expect(opening).rejects.toThrow(/read_text is not allowed/);
});
