import { expect, test } from '@jest/globals';
import { UpdateTableCommand } from '@aws-sdk/client-glue';
import { WorkKeys } from '../../../protocol/keys.ts';
import { getTable } from '../../../runtime/catalog/tables.ts';
import { recatalog } from '../../../runtime/catalog/recatalog.ts';
import { listPartitions } from '../../../runtime/catalog/list-partitions.ts';
import { unmerged } from '../../../runtime/catalog/unmerged.ts';
import { Place } from './place.ts';

test('a result that the catalog was never told of is registered, and again changes nothing', async () => {
  const place = await Place.make({ format: 'csv', columns: [{ name: 'id', type: 'bigint' }] });
  const row = await place.put('a.csv', 'id\n1\n2\n', '2026-11-20T10:00:00.000Z');
  const [shard = ''] = await place.pack([row]);
  await place.run({ shard });
  const before = await getTable(place.glue, place.database, 'assays');

  await recatalog(place.registry);
  const first = await getTable(place.glue, place.database, 'assays');
  await recatalog(place.registry, 'assays');
  const again = await getTable(place.glue, place.database, 'assays');

  expect(before).toBeUndefined();
  expect(first?.StorageDescriptor?.Columns?.map((c) => c.Name)).toContain('id');
  expect(again?.VersionId).toBe(first?.VersionId);
  expect(await listPartitions(place.glue, place.database, 'assays')).toHaveLength(1);
});

test('a merge table that was set back lacks what was committed since, and a new attempt of that merges it again', async () => {
  const place = await Place.make({
    format: 'csv',
    columns: [{ name: 'id', type: 'bigint', nullable: false }],
    tables: { people: { keys: ['id'], mode: 'merge' } },
  });
  const deliver = async (path: string, body: string, at: string): Promise<string> => {
    const [shard = ''] = await place.pack([await place.put(path, body, at)]);
    await place.run({ shard });
    return shard;
  };
  const lacking = async (before = '9999'): Promise<string[]> =>
    (await unmerged(place.registry, place.set, before)).map(({ result }) => WorkKeys.shard.key(result));
  await deliver('a.csv', 'id\n1\n', '2026-11-20T10:00:00.000Z');
  const earlier = await getTable(place.glue, place.database, 'people');
  const second = await deliver('b.csv', 'id\n2\n', '2026-11-20T11:00:00.000Z');
  expect(await lacking()).toEqual([]);
  const { Name, StorageDescriptor, PartitionKeys, TableType, Parameters } = earlier ?? {};
  const TableInput = { Name, StorageDescriptor, PartitionKeys, TableType, Parameters };
  await place.glue.send(new UpdateTableCommand({ DatabaseName: place.database, TableInput }));

  const setBack = await lacking();
  const inWork = await lacking('2000');
  await place.run({ shard: second }, { attempt: 2 });

  expect(setBack).toEqual([second]);
  expect(inWork).toEqual([]);
  expect(await lacking()).toEqual([]);
});
