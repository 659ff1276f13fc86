/** `<table>_current`: the rows of append tables without those of superseded and deleted object versions. */
import { CreateTableCommand, UpdateTableCommand, type GlueClient, type TableInput } from '@aws-sdk/client-glue';
import { lineage, ownTables } from '../../protocol/names.ts';
import { getTable, isGlueError } from './tables.ts';
import { glueType, prestoType, type ColumnSpec } from './types.ts';

export interface ViewSpec {
  readonly database: string;
  readonly table: string;
  /** Columns of the table, partition columns last. */
  readonly columns: readonly ColumnSpec[];
}

export const viewName = (table: string): string => `${table}_current`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The view's query, in Athena's SQL. */
export function currentSql({ database, table, columns }: ViewSpec): string {
  const [key, version] = lineage;
  return (
    `SELECT ${columns.map((c) => `t.${quoted(c.name)}`).join(', ')} FROM ${quoted(database)}.${quoted(table)} t ` +
    `WHERE NOT EXISTS (SELECT 1 FROM ${quoted(database)}.${quoted(ownTables.superseded)} s ` +
    `WHERE s.source_key = t.${quoted(key)} AND s.source_version = t.${quoted(version)})`
  );
}

/** The Glue table of a view, in the encoding that Athena writes itself. */
export function viewInput(spec: ViewSpec): TableInput {
  const columns = spec.columns.map((c) => ({ name: c.name, type: glueType(c.type) }));
  const view = {
    originalSql: currentSql(spec),
    catalog: 'awsdatacatalog',
    schema: spec.database,
    columns: columns.map((c) => ({ name: c.name, type: prestoType(c.type) })),
  };
  return {
    Name: viewName(spec.table),
    Description: `Rows of ${spec.table} without those of superseded and deleted objects`,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    PartitionKeys: [],
    StorageDescriptor: { Columns: columns.map((c) => ({ Name: c.name, Type: c.type })), Location: '', SerdeInfo: {} },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
  };
}

/** Creates the view or brings it up to its table's columns. */
export async function ensureView(glue: GlueClient, spec: ViewSpec): Promise<void> {
  const input = viewInput(spec);
  const found = await getTable(glue, spec.database, viewName(spec.table));
  if (found?.ViewOriginalText === input.ViewOriginalText) return;
  try {
    await glue.send(
      found
        ? new UpdateTableCommand({ DatabaseName: spec.database, TableInput: input, SkipArchive: true })
        : new CreateTableCommand({ DatabaseName: spec.database, TableInput: input }),
    );
  } catch (error) {
    // Another registration made the same view.
    if (!isGlueError(error, 'AlreadyExistsException') && !isGlueError(error, 'ConcurrentModificationException'))
      throw error;
  }
}
