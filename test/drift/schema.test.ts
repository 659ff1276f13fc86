/** The editors' schema says the same as the program's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { estateJsonSchema } from '../../runtime/json-schema.ts';

test('schema/decant.schema.json is what `npm run schema` writes', () => {
  const written = readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'decant.schema.json'), 'utf8');

  expect(written).toBe(estateJsonSchema());
});

test('the schema knows the formats, so that an editor can offer them', () => {
  expect(estateJsonSchema()).toContain('"parquet"');
});
