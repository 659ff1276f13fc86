import {
  CreateCrawlerCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  GetCrawlerCommand,
  GetPartitionCommand,
  GetTablesCommand,
  StartCrawlerCommand,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { unique, until, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

/** The location of a partition after it was moved, or the error's name. */
async function movedPartition(aws: Aws): Promise<string | undefined> {
  const DatabaseName = unique('db').replaceAll('-', '_');
  const TableName = 't';
  const partition = (Location: string) => ({ Values: ['2026-01-01'], StorageDescriptor: { Location } });
  await aws.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  await aws.glue.send(
    new CreateTableCommand({
      DatabaseName,
      TableInput: { Name: TableName, PartitionKeys: [{ Name: 'day', Type: 'string' }] },
    }),
  );
  await aws.glue.send(
    new CreatePartitionCommand({ DatabaseName, TableName, PartitionInput: partition('s3://a/t/day=2026-01-01/') }),
  );
  const PartitionValueList = ['2026-01-01'];
  try {
    await aws.glue.send(
      new UpdatePartitionCommand({
        DatabaseName,
        TableName,
        PartitionValueList,
        PartitionInput: partition('s3://a/t/compacted-1/day=2026-01-01/'),
      }),
    );
  } catch (error) {
    return (error as Error).name;
  }
  const { Partition } = await aws.glue.send(
    new GetPartitionCommand({ DatabaseName, TableName, PartitionValues: PartitionValueList }),
  );
  return Partition?.StorageDescriptor?.Location;
}

/** Tables that a crawl over one file makes, with their columns. */
async function crawledTables({ glue, s3 }: Aws): Promise<string[]> {
  const Bucket = unique('crawled');
  const Name = unique('db').replaceAll('-', '_');
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plates/a.csv', Body: 'id,well\n1,A1\n' }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  const Targets = { S3Targets: [{ Path: `s3://${Bucket}/` }] };
  await glue.send(
    new CreateCrawlerCommand({ Name, Role: 'arn:aws:iam::000000000000:role/r', DatabaseName: Name, Targets }),
  );
  await glue.send(new StartCrawlerCommand({ Name }));
  await until('the crawler', async () => {
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }));
    return Crawler?.State === 'READY' ? true : undefined;
  });
  const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: Name }));
  return TableList.map((t) =>
    [t.Name, ...(t.StorageDescriptor?.Columns ?? []).map((c) => `${c.Name} ${c.Type}`)].join(' '),
  );
}

export const catalogChecks: readonly Check[] = [
  {
    gap: 'glue_update_partition',
    title: 'a registered partition can be moved to another location',
    observe: movedPartition,
    mended: 's3://a/t/compacted-1/day=2026-01-01/',
    open: 'InvalidAction',
  },
  {
    gap: 'glue_crawler',
    title: 'a crawler makes a table of each folder',
    observe: crawledTables,
    mended: ['plates id bigint well string'],
    open: [],
  },
];
