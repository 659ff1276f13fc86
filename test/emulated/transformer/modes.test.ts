import { describe, expect, test } from '@jest/globals';
import { GetTableCommand } from '@aws-sdk/client-glue';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { parseLocation } from '../../../runtime/catalog/files.ts';
import { Place, type ContractInput } from './place.ts';

const columns = [{ name: 'id', nullable: false }, { name: 'name' }] as const;
const table = (mode: 'append' | 'replace' | 'merge', more: object = {}): ContractInput => ({
  format: 'csv',
  columns: [...columns],
  tables: { people: { mode, keys: ['id'], ...more } },
});

/** Runs each version in a shard of its own, in the given order. */
async function work(place: Place, versions: readonly LedgerRow[]): Promise<void> {
  for (const v of versions) {
    const [shard = ''] = await place.pack([v]);
    const { code, log } = await place.run({ shard });
    if (code !== 0) throw new Error(log);
    await place.register(shard);
  }
}

/** What a merge table holds now: the rows of the snapshot that the catalog points at. */
async function merged(place: Place, name = 'people', select = '*') {
  const { Table } = await place.glue.send(new GetTableCommand({ DatabaseName: place.database, Name: name }));
  const { prefix } = parseLocation(Table?.StorageDescriptor?.Location ?? '');
  return place.rows(
    'transformed',
    (await place.keys('transformed', prefix)).filter((k) => k.endsWith('.parquet')),
    select,
    'ORDER BY id',
  );
}

const day = (n: number): string => `2026-11-2${n}T10:00:00.000Z`;

describe('append', () => {
  const hidden = async (place: Place) =>
    (await place.tableRows('superseded_objects', 'DISTINCT source_version')).map((r) => r['source_version']);

  test('rows of a newer version hide those of the older one, which stay', async () => {
    const place = await Place.make(table('append'));
    const [v1, v2] = [
      await place.put('a.csv', 'id,name\n1,old\n', day(0)),
      await place.put('a.csv', 'id,name\n1,new\n', day(1)),
    ];

    await work(place, [v1, v2]);

    expect((await place.tableRows('people', 'name', 'ORDER BY name')).map((r) => r['name'])).toEqual(['new', 'old']);
    expect(await hidden(place)).toEqual([v1.version]);
  });

  test('an older version that comes after a newer one writes no row', async () => {
    const place = await Place.make(table('append'));
    const [v1, v2] = [
      await place.put('a.csv', 'id,name\n1,old\n', day(0)),
      await place.put('a.csv', 'id,name\n1,new\n', day(1)),
    ];

    await work(place, [v2, v1]);

    expect((await place.tableRows('people', 'name')).map((r) => r['name'])).toEqual(['new']);
    expect(await place.state(v1)).toBe('superseded');
  });

  test('both versions worked on at once end with the older one hidden', async () => {
    const place = await Place.make(table('append'));
    const [v1, v2] = [
      await place.put('a.csv', 'id,name\n1,old\n', day(0)),
      await place.put('a.csv', 'id,name\n1,new\n', day(1)),
    ];
    const [[first = ''], [second = '']] = [await place.pack([v1]), await place.pack([v2])];

    await Promise.all([place.run({ shard: first }), place.run({ shard: second })]);

    const visible = (await place.tableRows('people', '_source_version AS v')).map((r) => r['v']);
    const hiddenNow = await hidden(place);
    expect(visible.filter((v) => !hiddenNow.includes(v))).toEqual([v2.version]);
  });

  test('a deleted object is hidden, and its delete marker is deleted in the ledger', async () => {
    const place = await Place.make(table('append'));
    const v1 = await place.put('a.csv', 'id,name\n1,old\n', day(0));
    const gone = await place.remove('a.csv', day(1));

    await work(place, [v1, gone]);

    expect(await hidden(place)).toEqual([v1.version]);
    expect(await place.state(gone)).toBe('deleted');
  });
});

describe('replace', () => {
  test.each([
    ['in order', [0, 1]],
    ['in reverse order', [1, 0]],
  ])('two versions worked on %s leave the rows of the newer one alone', async (_order, order) => {
    const place = await Place.make(table('replace'));
    const versions = [
      await place.put('a.csv', 'id,name\n1,old\n2,old\n', day(0)),
      await place.put('a.csv', 'id,name\n1,new\n', day(1)),
    ];

    await work(
      place,
      order.map((i) => versions[i] as LedgerRow),
    );

    expect((await place.tableRows('people', 'name')).map((r) => r['name'])).toEqual(['new']);
  });

  test('other objects of the older shard keep their rows', async () => {
    const place = await Place.make(table('replace'));
    const both = [
      await place.put('a.csv', 'id,name\n1,old\n', day(0)),
      await place.put('b.csv', 'id,name\n2,stays\n', day(0)),
    ];
    const [shard = ''] = await place.pack(both);
    await place.run({ shard });

    await work(place, [await place.put('a.csv', 'id,name\n1,new\n', day(1))]);

    expect((await place.tableRows('people', 'name', 'ORDER BY id')).map((r) => r['name'])).toEqual(['new', 'stays']);
  });

  test('a pruning that was lost is made up for when the shard is run again', async () => {
    const place = await Place.make(table('replace'));
    const v1 = await place.put('a.csv', 'id,name\n1,old\n', day(0));
    await work(place, [v1]);
    const [shard = ''] = await place.pack([await place.put('a.csv', 'id,name\n1,new\n', day(1))]);
    await place.run({ shard }, { onLine: (l, p) => void (l.includes('"committed"') && p.kill('SIGKILL')) });

    await place.run({ shard }, { retry: 1 });

    expect((await place.tableRows('people', 'name')).map((r) => r['name'])).toEqual(['new']);
  });
});

describe('merge', () => {
  const deliveries = ['id,name\n1,Ann\n2,Bob\n', 'id,name\n1,Ann\n2,Rob\n3,Cy\n', 'id,name\n1,Ann\n3,Cyd\n'];

  async function inOrder(order: readonly number[], delivery: 'delta' | 'full', oneKey: boolean) {
    const place = await Place.make(table('merge', { delivery }));
    const versions: LedgerRow[] = [];
    for (const [i, body] of deliveries.entries())
      versions.push(await place.put(oneKey ? 'people.csv' : `${i}.csv`, body, day(i)));
    await work(
      place,
      order.map((i) => versions[i] as LedgerRow),
    );
    return merged(
      place,
      'people',
      'id, name, inserted_at::VARCHAR AS i, updated_at::VARCHAR AS u, deleted_at::VARCHAR AS d',
    );
  }
  const at = (n: number): string => `2026-11-2${n} 10:00:00+00`;

  test('delta deliveries insert and update, and never delete', async () => {
    const rows = await inOrder([0, 1, 2], 'delta', false);

    expect(rows).toEqual([
      { id: '1', name: 'Ann', i: at(0), u: at(0), d: null },
      { id: '2', name: 'Rob', i: at(0), u: at(1), d: null },
      { id: '3', name: 'Cyd', i: at(1), u: at(2), d: null },
    ]);
  });

  test.each([
    ['delta', false],
    ['full', false],
    ['full', true],
  ] as const)(
    '%s deliveries in reverse order end as if in order (versions of one key: %s)',
    async (delivery, oneKey) => {
      const expected = await inOrder([0, 1, 2], delivery, oneKey);

      expect(await inOrder([2, 1, 0], delivery, oneKey)).toEqual(expected);
    },
  );

  test('two merges at once both end in the table', async () => {
    const place = await Place.make(table('merge'));
    const shards = [];
    for (let i = 0; i < 4; i++)
      shards.push(...(await place.pack([await place.put(`${i}.csv`, `id,name\n${i},n\n`, day(i))])));

    const ended = await Promise.all(shards.map((shard) => place.run({ shard })));

    expect(ended.map((e) => e.code)).toEqual([0, 0, 0, 0]);
    expect((await merged(place)).map((r) => r['id'])).toEqual(['0', '1', '2', '3']);
  });

  test('the same delivery again changes no row, and says so', async () => {
    const place = await Place.make(table('merge'));
    await work(place, [await place.put('a.csv', deliveries[0] ?? '', day(0))]);
    const [shard = ''] = await place.pack([await place.put('a.csv', deliveries[0] ?? '', day(1))]);

    await place.run({ shard });

    expect((await place.result(shard))?.tables[0]?.merge).toMatchObject({
      inserted: 0,
      updated: 0,
      deleted: 0,
      unchanged: 2,
    });
    expect((await merged(place, 'people', 'updated_at::VARCHAR AS u, id')).map((r) => r['u'])).toEqual([at(0), at(0)]);
  });

  test('a task killed after the merge, before the commit, merges nothing twice', async () => {
    const place = await Place.make(table('merge'));
    const [shard = ''] = await place.pack([await place.put('a.csv', deliveries[0] ?? '', day(0))]);
    await place.run({ shard }, { onLine: (l, p) => void (l.includes('"merged"') && p.kill('SIGKILL')) });

    const { code } = await place.run({ shard }, { retry: 1 });

    expect(code).toBe(0);
    expect(await merged(place)).toHaveLength(2);
    expect((await place.result(shard))?.tables[0]?.merge).toMatchObject({ inserted: 2 });
  });

  test('a catalog that was lost is rebuilt from the kept deltas', async () => {
    const place = await Place.make(table('merge'));
    await work(place, [
      await place.put('a.csv', deliveries[0] ?? '', day(0)),
      await place.put('b.csv', 'id,name\n9,Zoe\n', day(1)),
    ]);
    const { DeleteTableCommand } = await import('@aws-sdk/client-glue');
    await place.glue.send(new DeleteTableCommand({ DatabaseName: place.database, Name: 'people' }));

    await work(place, [await place.put('c.csv', 'id,name\n8,Yan\n', day(2))]);

    expect((await merged(place)).map((r) => r['id'])).toEqual(['1', '2', '8', '9']);
  });

  test('an object with rows that have no key waits in quarantine, and the others are merged', async () => {
    const place = await Place.make({ ...table('merge'), columns: [{ name: 'id' }, { name: 'name' }] });
    const rows = [
      await place.put('a.csv', 'id,name\n1,Ann\n', day(0)),
      await place.put('b.csv', 'id,name\n,Nobody\n', day(0)),
    ];
    const [shard = ''] = await place.pack(rows);

    const { code } = await place.run({ shard });

    expect(code).toBe(0);
    expect((await merged(place)).map((r) => r['id'])).toEqual(['1']);
    expect(await Promise.all(rows.map((r) => place.state(r)))).toEqual(['transformed', 'quarantined']);
    const reasons = await place.rows(
      'quarantine',
      await place.keys('quarantine', 'reasons/'),
      'source_key, reason, message',
    );
    expect(reasons).toEqual([
      {
        source_key: 'lab/assays/b.csv',
        reason: 'select_failed',
        message: 'table people: 1 rows have no value in key (id)',
      },
    ]);
  });
});
