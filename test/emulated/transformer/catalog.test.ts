import { describe, expect, test } from '@jest/globals';
import { GetPartitionsCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactPartition, type Compaction } from '../../../runtime/catalog/compact.ts';
import { listPrefix, parseLocation, partitionLocation } from '../../../runtime/catalog/files.ts';
import { ensureTable } from '../../../runtime/catalog/tables.ts';
import { Place, type ContractInput } from './place.ts';

const csv = (mode: 'append' | 'replace'): ContractInput => ({
  format: 'csv',
  columns: [
    { name: 'id', type: 'bigint', nullable: false },
    { name: 'name', description: 'Who' },
  ],
  tables: { people: { mode, description: 'People' } },
});
const partition = 'delivery_date=2026-11-20';
const HOUR = 3600_000;

async function compact(place: Place, now?: number): Promise<Compaction> {
  const scratch = await mkdtemp(join(tmpdir(), 'compact-'));
  const { transformed, work } = place.buckets;
  const duck = { memoryMiB: 1024, threads: 1, scratch, scratchBytes: 1024 ** 3 };
  try {
    return await compactPartition({
      s3: place.s3,
      glue: place.glue,
      transformedBucket: transformed,
      workBucket: work,
      database: place.database,
      table: 'people',
      partition,
      duck,
      ...(now === undefined ? {} : { now }),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Rows that a query of the partition sees, by id. */
async function seen(place: Place, select = 'id') {
  const location = (await partitionLocation(place.glue, place.database, 'people', partition)) ?? '';
  const { prefix } = parseLocation(location);
  const keys = (await listPrefix(place.s3, place.buckets.transformed, prefix))
    .map((o) => o.key)
    .filter((k) => k.endsWith('.parquet'));
  return { files: keys.length, rows: await place.rows('transformed', keys, select, 'ORDER BY id') };
}

/** Shards of one object each, run and registered. */
async function deliver(place: Place, objects: Record<string, string>) {
  const shards = [];
  for (const [path, body] of Object.entries(objects)) {
    const [shard = ''] = await place.pack([await place.put(path, body)]);
    await place.run({ shard });
    await place.register(shard);
    shards.push(shard);
  }
  return shards;
}

const people = (n: number) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`${i}.csv`, `id,name\n${i},p${i}\n`]));

describe('registration', () => {
  test('makes the table, its partition and the view of what is current from the Parquet’s own schema', async () => {
    const place = await Place.make(csv('append'));

    await deliver(place, people(1));

    const get = async (Name: string) =>
      (await place.glue.send(new GetTableCommand({ DatabaseName: place.database, Name }))).Table;
    const table = await get('people');
    const view = await get('people_current');
    const { Partitions } = await place.glue.send(
      new GetPartitionsCommand({ DatabaseName: place.database, TableName: 'people' }),
    );
    expect(table?.StorageDescriptor?.Columns?.slice(0, 2)).toMatchObject([
      { Name: 'id', Type: 'bigint' },
      { Name: 'name', Type: 'string' },
    ]);
    expect(table?.PartitionKeys).toMatchObject([{ Name: 'delivery_date' }]);
    expect(Partitions?.map((p) => p.Values)).toEqual([['2026-11-20']]);
    expect(view?.TableType).toBe('VIRTUAL_VIEW');
  });

  test('again changes nothing', async () => {
    const place = await Place.make(csv('append'));
    const [shard = ''] = await deliver(place, people(1));
    const version = async () =>
      (await place.glue.send(new GetTableCommand({ DatabaseName: place.database, Name: 'people' }))).Table?.VersionId;
    const before = await version();

    await place.register(shard);

    expect(await version()).toBe(before);
  });

  test('adds a new column at the end, and refuses a changed type with the remedy', async () => {
    const place = await Place.make(csv('append'));
    const spec = {
      database: place.database,
      name: 't',
      location: 's3://b/t/',
      columns: [{ name: 'a', type: 'bigint' }],
    };
    await ensureTable(place.glue, spec);

    const added = await ensureTable(place.glue, { ...spec, columns: [{ name: 'b', type: 'VARCHAR' }] });
    const changed = ensureTable(place.glue, { ...spec, columns: [{ name: 'a', type: 'string' }] });

    expect(added.map((c) => c.name)).toEqual(['a', 'b']);
    await expect(changed).rejects.toThrow(/column a is bigint and would become string; give the column a new name/);
  });
});

describe('compaction', () => {
  test('makes one file of many, with every row and its lineage, and moves the partition to it', async () => {
    const place = await Place.make(csv('append'));
    await deliver(place, people(4));
    const before = await seen(place, '*');

    const report = await compact(place);

    const after = await seen(place, '*');
    expect(report).toMatchObject({ filesBefore: 4, filesAfter: 1, rows: 4 });
    expect([before.files, after.files]).toEqual([4, 1]);
    expect(after.rows).toEqual(before.rows);
  });

  test('again has nothing to do', async () => {
    const place = await Place.make(csv('append'));
    await deliver(place, people(2));
    await compact(place);

    const report = await compact(place);

    expect(report).toMatchObject({ filesBefore: 1, filesAfter: 1 });
  });

  test('a file that comes later is brought to where the partition is, once', async () => {
    const place = await Place.make(csv('append'));
    await deliver(place, people(2));
    await compact(place);

    const [shard = ''] = await deliver(place, { 'late.csv': 'id,name\n9,late\n' });
    await place.register(shard);

    expect((await seen(place)).rows.map((r) => Number(r['id']))).toEqual([0, 1, 9]);
  });

  test('rows of a replaced object leave the compacted file too', async () => {
    const place = await Place.make(csv('replace'));
    await deliver(place, people(3));
    await compact(place);

    await deliver(place, { '1.csv': 'id,name\n1,new\n' });

    expect((await seen(place, 'name, id')).rows.map((r) => r['name'])).toEqual(['p0', 'new', 'p2']);
  });

  test('old files stay for a day and are removed by the next compaction', async () => {
    const place = await Place.make(csv('append'));
    await deliver(place, people(2));
    await compact(place);
    const soon = await compact(place, Date.now() + HOUR);

    const later = await compact(place, Date.now() + 25 * HOUR);

    expect([soon.removed, later.removed]).toEqual([0, 2]);
    expect((await seen(place)).rows.map((r) => Number(r['id']))).toEqual([0, 1]);
  });

  test('a merge table is refused with the reason', async () => {
    const place = await Place.make(csv('append'));
    await ensureTable(place.glue, {
      database: place.database,
      name: 'people',
      location: 's3://b/people/',
      columns: [{ name: 'a', type: 'bigint' }],
      parameters: { 'decant.dataset': 'assays', 'decant.mode': 'merge' },
    });

    await expect(compact(place)).rejects.toThrow('people is a merge table');
  });
});
