/** Enters the partitions of a table of one database in another. */
import { BatchCreatePartitionCommand, paginateGetPartitions, type GlueClient } from '@aws-sdk/client-glue';
import { PartitionError } from './partitions.ts';

/** Partitions of one page, and of one BatchCreatePartition (Glue API reference). */
const PARTITIONS_AT_ONCE = 100;

/** Partitions that are there stay as they are. Throws PartitionError. */
export async function copyPartitions(
  glue: GlueClient,
  { from, to, table }: { readonly from: string; readonly to: string; readonly table: string },
): Promise<void> {
  const pages = paginateGetPartitions(
    { client: glue, pageSize: PARTITIONS_AT_ONCE },
    { DatabaseName: from, TableName: table },
  );
  for await (const { Partitions = [] } of pages) {
    const PartitionInputList = Partitions.map(({ Values, StorageDescriptor, Parameters }) => ({
      ...{ Values, StorageDescriptor, Parameters },
    }));
    if (PartitionInputList.length === 0) continue;
    const { Errors = [] } = await glue.send(
      new BatchCreatePartitionCommand({ DatabaseName: to, TableName: table, PartitionInputList }),
    );
    const failed = Errors.find((e) => e.ErrorDetail?.ErrorCode !== 'AlreadyExistsException');
    if (failed)
      throw new PartitionError(
        `partition ${failed.PartitionValues?.join('/')} of ${table}: ${failed.ErrorDetail?.ErrorMessage}`,
      );
  }
}
