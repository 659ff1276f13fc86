/**
 * Compares what a crawler saw with what is registered. The crawler writes to a database of its own: it never changes a
 * registered table, and makes none beside one. What others wrote is entered beside the contracts' tables.
 */
import {
  CreateTableCommand,
  paginateGetTables,
  UpdateTableCommand,
  type GlueClient,
  type Table,
  type TableInput,
} from '@aws-sdk/client-glue';
import { copyPartitions } from './copy-partitions.ts';
import { parseLocation } from './files.ts';

/** A column that the files hold otherwise than the catalog says. */
export interface Difference {
  readonly table: string;
  readonly column: string;
  /** Type in the catalog; undefined when the catalog does not know the column. */
  readonly registered: string | undefined;
  readonly found: string;
}

export interface CrawlReport {
  /** Registered tables whose files are as the catalog says. */
  readonly agreeing: readonly string[];
  readonly differing: readonly Difference[];
  /** Tables of what others wrote, now in the catalog. */
  readonly found: readonly string[];
  /** What others wrote under a name that a registered table has elsewhere. */
  readonly taken: readonly string[];
}

/** Marks tables that were entered for what others wrote. */
const FOUND = 'decant.found';

export interface Crawled {
  readonly glue: GlueClient;
  /** The estate's database. */
  readonly database: string;
  /** The crawler's own. */
  readonly seen: string;
  readonly transformedBucket: string;
}

/** Compares, and enters what others wrote. Changes no table of a contract. May run again at any time. */
export async function compareCrawled(place: Crawled): Promise<CrawlReport> {
  const { glue, database, seen, transformedBucket } = place;
  const registered = (await tablesOf(glue, database)).filter((t) => t.TableType !== 'VIRTUAL_VIEW');
  const own = new Map<string, Table>();
  for (const table of registered) {
    const folder = folderOf(table, transformedBucket);
    if (folder !== undefined && table.Parameters?.[FOUND] === undefined) own.set(folder, table);
  }
  const differing: Difference[] = [];
  const [agreeing, found, taken]: [string[], string[], string[]] = [[], [], []];
  for (const table of await tablesOf(glue, seen)) {
    const known = own.get(folderOf(table, transformedBucket) ?? '');
    if (known) {
      const differences = differencesOf(known, table);
      differing.push(...differences);
      if (differences.length === 0) agreeing.push(known.Name ?? '');
    } else {
      const there = registered.find((t) => t.Name === table.Name);
      if (there && there.Parameters?.[FOUND] === undefined) taken.push(table.Name ?? '');
      else found.push(await enter(place, table, there));
    }
  }
  return { agreeing, differing, found, taken };
}

async function tablesOf(glue: GlueClient, DatabaseName: string): Promise<Table[]> {
  const tables: Table[] = [];
  for await (const page of paginateGetTables({ client: glue }, { DatabaseName }))
    tables.push(...(page.TableList ?? []));
  return tables;
}

/** First folder of a table's location in the bucket; undefined when it lies elsewhere. */
function folderOf(table: Table, bucket: string): string | undefined {
  const location = table.StorageDescriptor?.Location;
  if (!location) return undefined;
  const place = parseLocation(location);
  return place.bucket === bucket ? place.prefix.split('/')[0] : undefined;
}

/** Columns that only the catalog has are fine: files may be older than the contract. */
function differencesOf(known: Table, seen: Table): Difference[] {
  const table = known.Name ?? '';
  const types = new Map(
    [...(known.StorageDescriptor?.Columns ?? []), ...(known.PartitionKeys ?? [])].map((c) => [c.Name, c.Type]),
  );
  return (seen.StorageDescriptor?.Columns ?? []).flatMap(({ Name: column = '', Type: found = '' }) => {
    const type = types.get(column);
    return type === found ? [] : [{ table, column, registered: type, found }];
  });
}

async function enter({ glue, database, seen }: Crawled, table: Table, there: Table | undefined): Promise<string> {
  const { Name = '', StorageDescriptor, PartitionKeys, TableType, Parameters } = table;
  const TableInput: TableInput = {
    ...{ Name, StorageDescriptor, PartitionKeys, TableType },
    Parameters: { ...Parameters, [FOUND]: 'by crawler' },
  };
  if (!there) await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  else if (JSON.stringify(there.StorageDescriptor?.Columns) !== JSON.stringify(StorageDescriptor?.Columns))
    await glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput, SkipArchive: true }));
  if (PartitionKeys?.length) await copyPartitions(glue, { from: seen, to: database, table: Name });
  return Name;
}
