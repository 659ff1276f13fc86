/** The JSON Schema of decant.yaml, for editors: `# yaml-language-server: $schema=schema/decant.schema.json`. */
import { z } from 'zod';
import { Estate } from '../protocol/estate.ts';

/** The document as it is written to schema/decant.schema.json. What a person writes, before defaults are filled in. */
export function estateJsonSchema(): string {
  const schema = z.toJSONSchema(Estate, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'decant.yaml: a data estate', ...schema }, null, 2)}\n`;
}
