import { expect, test } from '@jest/globals';
import { getTable } from '../../../runtime/catalog/tables.ts';
import { recatalog } from '../../../runtime/catalog/recatalog.ts';
import { listPartitions } from '../../../runtime/catalog/list-partitions.ts';
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
