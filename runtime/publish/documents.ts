/** Schema documents of the published tables: a JSON Schema of a row, and tables of columns for people. */
import { embeddingColumns, embeddingPartitions, type TableColumn } from '../../protocol/embedding-tables.ts';

export type DocumentedTable = keyof typeof embeddingColumns;

const jsonTypes: Readonly<Record<TableColumn['type'], object>> = {
  text: { type: 'string' },
  integer: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  bigint: { type: 'integer' },
  double: { type: 'number' },
  boolean: { type: 'boolean' },
  'float[]': { type: 'array', items: { type: 'number' } },
  'text[]': { type: 'array', items: { type: 'string' } },
  binary: { type: 'string', contentEncoding: 'base16' },
};
const sqlTypes: Readonly<Record<TableColumn['type'], { athena: string; postgresql: string }>> = {
  text: { athena: 'varchar', postgresql: 'text' },
  integer: { athena: 'integer', postgresql: 'integer' },
  bigint: { athena: 'bigint', postgresql: 'bigint' },
  double: { athena: 'double', postgresql: 'double precision' },
  boolean: { athena: 'boolean', postgresql: 'boolean' },
  'float[]': { athena: 'array(real)', postgresql: 'real[]' },
  'text[]': { athena: 'array(varchar)', postgresql: 'text[]' },
  binary: { athena: 'varbinary', postgresql: 'bytea' },
};

const partitions: readonly TableColumn[] = embeddingPartitions.map((name) => ({
  name,
  type: 'text',
  nullable: false,
  description: name === 'bundle' ? 'Hash of the bundle; a partition' : 'Class of the dataset it came with; a partition',
}));

export const documentedColumns = (table: DocumentedTable): readonly TableColumn[] => [
  ...embeddingColumns[table],
  ...partitions,
];

/** PostgreSQL's type of a column, as `information_schema` and people write it. */
export const postgresType = ({ type }: TableColumn): string => sqlTypes[type].postgresql;

/** JSON Schema (2020-12) of one row. */
export function rowSchema(table: DocumentedTable): string {
  const columns = documentedColumns(table);
  const property = ({ type, nullable, description }: TableColumn): object => ({
    description,
    ...(nullable ? { anyOf: [jsonTypes[type], { type: 'null' }] } : jsonTypes[type]),
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `A row of ${table}`,
    type: 'object',
    properties: Object.fromEntries(columns.map((c) => [c.name, property(c)])),
    required: columns.map((c) => c.name),
    additionalProperties: true,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Markdown: one table of columns each. */
export function columnTables(): string {
  const tables = (Object.keys(embeddingColumns) as DocumentedTable[]).map((table) => {
    const rows = documentedColumns(table).map((c) => {
      const { athena, postgresql } = sqlTypes[c.type];
      return `| ${c.name} | ${athena} | ${table === 'molecules' ? '–' : postgresql} | ${c.nullable ? 'yes' : 'no'} | ${c.description} |`;
    });
    return `## ${table}\n\n| column | Athena | PostgreSQL | null | |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return (
    '# Tables of embeddings and predictions\n\nWritten by `npm run schema` from protocol/embedding-tables.ts. ' +
    'Rows in PostgreSQL also say when they were computed (`computed_at timestamptz`); exports have the same columns as the database.\n\n' +
    tables.join('\n')
  );
}
