// Writes schema/decant.schema.json from the estate's schema, for editors. Run: npm run schema
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'tsx/esm/api';

const unregister = register();
const { estateJsonSchema } = await import('../runtime/json-schema.ts');
await unregister();
writeFileSync(join(import.meta.dirname, '..', 'schema', 'decant.schema.json'), estateJsonSchema());
