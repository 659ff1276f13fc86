import {
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  GetPartitionCommand,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { unique, type Aws } from '../aws.ts';
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

export const catalogChecks: readonly Check[] = [
  {
    gap: 'glue_update_partition',
    title: 'a registered partition can be moved to another location',
    observe: movedPartition,
    mended: 's3://a/t/compacted-1/day=2026-01-01/',
    open: 'InvalidAction',
  },
];
