/** The OpenAPI document as programs use it: its operations, and the document as it is published. */
import type { Scope } from '../../protocol/prediction.ts';

/** JSON as it is in the document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** Keywords of JSON Schema that API Gateway ignores, next to the schema that they belong to. */
export const ENFORCED = 'x-enforced';

const methods = ['get', 'post', 'put', 'delete', 'patch'] as const;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonObject;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As in the document, such as `/v1/jobs/{id}`. */
  readonly path: string;
  /** Scope of the resource server that a token needs; undefined where nobody signs in. */
  readonly scope: Scope | undefined;
  readonly parameters: readonly Parameter[];
  /** Name of the schema of the body; undefined where there is none. */
  readonly body: string | undefined;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** `components.schemas` with every enforced keyword in its place. */
  readonly schemas: JsonObject;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The document with every enforced keyword in its place, as clients, pages and fuzzers want it. */
export function published(value: Json): Json {
  if (Array.isArray(value)) return value.map((v: Json) => published(v));
  if (!isObject(value)) return value;
  const { [ENFORCED]: enforced, ...rest } = value;
  const copied = Object.fromEntries(Object.entries(rest).map(([key, v]) => [key, published(v)]));
  return isObject(enforced) ? { ...copied, ...enforced } : copied;
}

const schemaName = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

const at = (value: Json | undefined, ...keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((v, key) => (isObject(v) ? v[key] : undefined), value);

/** Reads the document. Throws where an operation lacks its id. */
export function apiDocument(source: Json): ApiDocument {
  const document = published(source);
  const operations = Object.entries((at(document, 'paths') ?? {}) as JsonObject).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = at(item, method);
      return isObject(operation) ? [readOperation(path, method, operation)] : [];
    }),
  );
  return { operations, schemas: (at(document, 'components', 'schemas') ?? {}) as JsonObject };
}

function readOperation(path: string, method: string, operation: JsonObject): Operation {
  const id = operation['operationId'];
  if (typeof id !== 'string') throw new Error(`${method} ${path} has no operationId`);
  const ref = at(operation, 'requestBody', 'content', 'application/json', 'schema', '$ref');
  return {
    id,
    method: method.toUpperCase(),
    path,
    scope: operation['x-scope'] as Scope | undefined,
    parameters: (operation['parameters'] ?? []) as unknown as readonly Parameter[],
    body: typeof ref === 'string' ? schemaName(ref) : undefined,
  };
}
