/** Values of molecule columns, from the Parquet files of a plan to one table in scratch. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { columnsOf, copyToParquet, rowsOf } from '../../runtime/duck.ts';
import { sqlName, sqlText } from '../../runtime/sql/text.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { PlannedTable } from './args.ts';
import type { Places } from './places.ts';

/**
 * Makes the view `cells`, one row a cell: table_name, column_name, smiles (may be null), source_key, source_version,
 * source_row. Files are read one after another, so that neither memory nor scratch holds more than one.
 */
export async function readCells(
  c: DuckDBConnection,
  places: Places,
  scratch: string,
  plan: readonly PlannedTable[],
): Promise<void> {
  const parts: string[] = [];
  for (const { table, columns, files } of plan) {
    for (const file of files) {
      const path = join(scratch, 'input.parquet');
      await places.fetch(file, path);
      const part = join(scratch, `cells-${parts.length}.parquet`);
      if (columns.length > 0) {
        await c.run(copyToParquet(await selectCells(c, path, { table, columns, file }), part));
        parts.push(part);
      }
      await rm(path);
    }
  }
  await c.run(
    `CREATE VIEW cells AS ${parts.length > 0 ? `SELECT * FROM read_parquet([${parts.map(sqlText).join()}])` : NONE}`,
  );
}

const NONE = `SELECT '' AS table_name, '' AS column_name, '' AS smiles, '' AS source_key, '' AS source_version,
  0::BIGINT AS source_row WHERE false`;

interface From {
  readonly table: string;
  readonly columns: readonly string[];
  readonly file: string;
}

/** Catalogs fold names; a column that the file has not is one of nulls, and so is the lineage of files from elsewhere. */
async function selectCells(c: DuckDBConnection, path: string, { table, columns, file }: From): Promise<string> {
  const names = new Map((await columnsOf(c, path)).map(({ name }) => [name.toLowerCase(), name]));
  const value = (column: string, type: string): string => {
    const name = names.get(column.toLowerCase());
    return name === undefined ? `NULL::${type}` : `${sqlName(name)}::${type}`;
  };
  const selects = columns.map(
    (column) => `SELECT ${sqlText(table)} AS table_name, ${sqlText(column)} AS column_name,
      ${value(column, 'VARCHAR')} AS smiles, coalesce(${value('_source_key', 'VARCHAR')}, ${sqlText(file)}) AS source_key,
      coalesce(${value('_source_version', 'VARCHAR')}, '') AS source_version, ${value('_source_row', 'BIGINT')} AS source_row
      FROM read_parquet(${sqlText(path)})`,
  );
  return selects.join(' UNION ALL ');
}

/** Makes the tables `uses`, values by column, and `texts`, distinct values, numbered from 0. Returns how many there are. */
export async function gatherTexts(c: DuckDBConnection): Promise<number> {
  await c.run(`CREATE TABLE uses AS SELECT smiles, table_name, column_name, count(*) AS occurrences
    FROM cells WHERE smiles IS NOT NULL GROUP BY ALL`);
  await c.run(`CREATE TABLE texts AS SELECT row_number() OVER (ORDER BY smiles) - 1 AS n, smiles
    FROM (SELECT DISTINCT smiles FROM uses) ORDER BY n`);
  return Number((await rowsOf(c, 'SELECT count(*) AS n FROM texts'))[0]?.['n'] ?? 0);
}
