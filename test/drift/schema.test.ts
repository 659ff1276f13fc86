/** The editors' schema says the same as the program's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { embeddingColumns } from '../../protocol/embedding-tables.ts';
import { publishedTables } from '../../protocol/publish.ts';
import { estateJsonSchema } from '../../runtime/json-schema.ts';
import {
  columnTables,
  documentedColumns,
  postgresType,
  rowSchema,
  type DocumentedTable,
} from '../../runtime/publish/documents.ts';
import { migrations } from '../../runtime/publish/migrations.ts';
import { publishedColumns } from '../../runtime/publish/rows.ts';

const root = join(import.meta.dirname, '..', '..');

test('schema/decant.schema.json is what `npm run schema` writes', () => {
  const written = readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'decant.schema.json'), 'utf8');

  expect(written).toBe(estateJsonSchema());
});

test('the schema knows the formats, so that an editor can offer them', () => {
  expect(estateJsonSchema()).toContain('"parquet"');
});

test.each(Object.keys(embeddingColumns) as DocumentedTable[])(
  'schema/tables/%s.schema.json is what `npm run schema` writes',
  (table) => {
    const written = readFileSync(join(root, 'schema', 'tables', `${table}.schema.json`), 'utf8');

    expect(written).toBe(rowSchema(table));
  },
);

test('docs/tables.md is what `npm run schema` writes', () => {
  expect(readFileSync(join(root, 'docs', 'tables.md'), 'utf8')).toBe(columnTables());
});

test.each(publishedTables)('the database has the columns of %s, with their types and in their order', (table) => {
  const sql = migrations.map((m) => m.sql).join('\n');
  const body = new RegExp(`create table \\$schema\\.${table} \\(([^;]*?)\\n\\);`).exec(sql)?.[1] ?? '';
  const made = body
    .split(',\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('primary key'));

  const wanted = documentedColumns(table).map((c) => `${c.name} ${postgresType(c)}${c.nullable ? '' : ' not null'}`);
  const order = (lines: string[]) => [...lines].sort();
  expect(order(made)).toEqual(order([...wanted, 'computed_at timestamptz not null']));
  expect(made.map((line) => line.split(' ')[0])).toEqual(publishedColumns(table));
});
