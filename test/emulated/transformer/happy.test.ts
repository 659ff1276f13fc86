import { describe, expect, test } from '@jest/globals';
import { Place, type ContractInput } from './place.ts';

const csv: ContractInput = {
  format: 'csv',
  columns: [{ name: 'id', type: 'bigint', nullable: false }, { name: 'name' }],
};

describe('a shard of CSV files', () => {
  test('becomes one Parquet file, a result, and transformed ledger rows', async () => {
    const place = await Place.make(csv);
    const rows = [await place.put('a.csv', 'id,name\n1,Ann\n2,Bob\n'), await place.put('b.csv', 'id,name\n3,Cy\n')];
    const [shard = ''] = await place.pack(rows);

    const { code, log } = await place.run({ shard });

    expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' });
    const result = await place.result(shard);
    expect(result).toMatchObject({ objects: 2, rowsIn: 3, rowsOut: 3, rowsQuarantined: 0, run: 'run-1' });
    expect(await place.tableRows('assays', 'id, name, _source_key, _source_row, _run', 'ORDER BY id')).toEqual([
      { id: 1n, name: 'Ann', _source_key: 'lab/assays/a.csv', _source_row: 1n, _run: 'run-1' },
      { id: 2n, name: 'Bob', _source_key: 'lab/assays/a.csv', _source_row: 2n, _run: 'run-1' },
      { id: 3n, name: 'Cy', _source_key: 'lab/assays/b.csv', _source_row: 1n, _run: 'run-1' },
    ]);
    expect(await Promise.all(rows.map((r) => place.state(r)))).toEqual(['transformed', 'transformed']);
  });
});
