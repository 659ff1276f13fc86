/** The OpenAPI document as the generators get it. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Document = { [key: string]: Json } & { readonly components: { readonly schemas: Record<string, Json> } };

const REF = '#/components/schemas/';

/** Names of the schemas that are reached from here. */
function reached(node: Json | undefined, schemas: Record<string, Json>, known: Set<string>): Set<string> {
  if (Array.isArray(node)) node.forEach((n) => reached(n, schemas, known));
  else if (node !== null && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref' && typeof value === 'string' && value.startsWith(REF)) {
        const name = value.slice(REF.length);
        if (!known.has(name)) reached(schemas[name], schemas, known.add(name));
      } else reached(value, schemas, known);
    }
  }
  return known;
}

/**
 * A copy in which values of answers are not limited to those listed today: a client that is older than the API must
 * still read a code that it does not know. What is sent stays as narrow as it is.
 */
export function openResponses(document: Document): Document {
  const copy = structuredClone(document);
  const schemas = copy.components.schemas;
  const paths = Object.values(copy['paths'] as Record<string, Record<string, { [key: string]: Json }>>);
  const bodies = paths.flatMap((path) => Object.values(path).map((operation) => operation['requestBody'] ?? null));
  const sent = reached(bodies, schemas, new Set());
  for (const [name, schema] of Object.entries(schemas)) if (!sent.has(name)) dropEnums(schema);
  return copy;
}

function dropEnums(node: Json): void {
  if (Array.isArray(node)) node.forEach(dropEnums);
  else if (node !== null && typeof node === 'object') {
    if (Array.isArray(node['enum']) && node['type'] === 'string') delete node['enum'];
    Object.values(node).forEach(dropEnums);
  }
}
