import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CreateCrawlerCommand, CreateDatabaseCommand, paginateGetTables, type Table } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crawl } from '../../../runtime/catalog/crawl.ts';
import { compareCrawled, type CrawlReport } from '../../../runtime/catalog/crawled.ts';
import { listPartitions } from '../../../runtime/catalog/list-partitions.ts';
import { openDuck } from '../../../runtime/sql/duckdb.ts';
import { sqlText } from '../../../runtime/sql/text.ts';
import { Place } from '../transformer/place.ts';

// Real tasks on a busy machine: slow is no failure.
jest.setTimeout(120_000);

const columns = [
  { name: 'id', type: 'bigint', nullable: false },
  { name: 'price', type: 'decimal(9,3)' },
  { name: 'bought', type: 'timestamptz' },
];
const rows = 'id,price,bought\n1,1.5,2026-11-20T10:00:00Z\n2,2.25,2026-11-20T11:00:00Z\n';

let place: Place;
let seen: string;
let before: Table[];

async function parquet(select: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder });
  try {
    const path = join(folder, 'some.parquet');
    await duck.rows(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`);
    return await readFile(path);
  } finally {
    duck.close();
  }
}

const write = async (key: string, select: string): Promise<void> => {
  const Body = await parquet(select);
  await place.s3.send(new PutObjectCommand({ Bucket: place.buckets.transformed, Key: key, Body }));
};

async function registered(): Promise<Table[]> {
  const tables: Table[] = [];
  for await (const page of paginateGetTables({ client: place.glue }, { DatabaseName: place.database }))
    tables.push(...(page.TableList ?? []));
  return tables.sort((a, b) => ((a.Name ?? '') < (b.Name ?? '') ? -1 : 1));
}

async function crawlAndCompare(): Promise<CrawlReport> {
  await crawl(place.glue, seen);
  const { glue, database } = place;
  return compareCrawled({ glue, database, seen, transformedBucket: place.buckets.transformed });
}

beforeAll(async () => {
  place = await Place.make({
    format: 'csv',
    columns,
    tables: {
      sales: { keys: ['id'] },
      prices: { select: 'select id, price from input', keys: ['id'], mode: 'merge' },
    },
  });
  for (const path of ['a.csv', 'b.csv']) {
    const [shard = ''] = await place.pack([await place.put(path, rows)]);
    await place.run({ shard });
    await place.register(shard);
  }
  before = await registered();
  seen = `seen_${place.id}`;
  await place.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: seen } }));
  await place.glue.send(
    new CreateCrawlerCommand({
      Name: seen,
      Role: 'arn:aws:iam::000000000000:role/crawler',
      DatabaseName: seen,
      Targets: {
        S3Targets: [
          { Path: `s3://${place.buckets.transformed}/`, Exclusions: ['**/_snapshot.json', '**/_compaction.json'] },
        ],
      },
    }),
  );
});

describe('a crawl', () => {
  test('agrees with what tasks have registered, and leaves all of it as it was', async () => {
    const report = await crawlAndCompare();

    expect(before.length).toBeGreaterThan(2);
    expect(report).toMatchObject({ differing: [], found: [], taken: [] });
    expect(report.agreeing).toEqual(expect.arrayContaining(['sales', 'prices']));
    expect(await registered()).toEqual(before);
  });

  test('enters what others wrote, with its partitions, once', async () => {
    await write('plates/site=basel/x.parquet', "select 1::bigint as id, 'A1' as well");
    await write('plates/site=boston/x.parquet', "select 2::bigint as id, 'A2' as well");

    const first = await crawlAndCompare();
    const again = await crawlAndCompare();

    expect([first.found, again.found]).toEqual([['plates'], ['plates']]);
    expect((await registered()).map((t) => t.Name)).toEqual([...before.map((t) => t.Name), 'plates'].sort());
    expect((await listPartitions(place.glue, place.database, 'plates')).map((p) => p.value)).toEqual([
      'basel',
      'boston',
    ]);
  });

  test('tells of a column that files below a table hold otherwise, and leaves the table', async () => {
    await write('sales/delivery_date=2026-11-20/foreign.parquet', "select 'one' as id, 2 as extra");

    const { differing } = await crawlAndCompare();

    expect(differing).toEqual(
      expect.arrayContaining([
        { table: 'sales', column: 'id', registered: 'bigint', found: 'string' },
        { table: 'sales', column: 'extra', registered: undefined, found: 'int' },
      ]),
    );
    expect((await registered()).filter((t) => t.Name !== 'plates')).toEqual(before);
  });
});
