// Writes what is made from schemas: for editors, for programs in other languages, for applications. Run: npm run schema
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { register } from 'tsx/esm/api';

const unregister = register();
const { estateJsonSchema } = await import('../runtime/json-schema.ts');
const { columnTables, rowSchema } = await import('../runtime/publish/documents.ts');
const { embeddingColumns } = await import('../protocol/embedding-tables.ts');
const { embeddingTablesJson } = await import('../runtime/embedding-tables.ts');
await unregister();

const documents = {
  'schema/decant.schema.json': estateJsonSchema(),
  'docs/tables.md': columnTables(),
  'schema/embedding-tables.json': embeddingTablesJson(),
  // The copy that the job's package carries.
  'glue/embed/decant_embed/embedding-tables.json': embeddingTablesJson(),
  ...Object.fromEntries(Object.keys(embeddingColumns).map((t) => [`schema/tables/${t}.schema.json`, rowSchema(t)])),
};
for (const [path, text] of Object.entries(documents)) {
  const file = join(import.meta.dirname, '..', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
