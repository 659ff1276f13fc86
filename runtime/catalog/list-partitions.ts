/** Partitions of a table in the catalog. */
import { paginateGetPartitions, type GlueClient } from '@aws-sdk/client-glue';

export interface PartitionPlace {
  /** The partition's value, decoded. */
  readonly value: string;
  readonly location: string;
}

/** All partitions of a table, by value. A table without partitions has none. */
export async function listPartitions(glue: GlueClient, database: string, table: string): Promise<PartitionPlace[]> {
  const out: PartitionPlace[] = [];
  for await (const page of paginateGetPartitions({ client: glue }, { DatabaseName: database, TableName: table })) {
    for (const p of page.Partitions ?? [])
      out.push({ value: p.Values?.[0] ?? '', location: p.StorageDescriptor?.Location ?? '' });
  }
  return out.sort((a, b) => (a.value < b.value ? -1 : 1));
}
