/** protocol/openapi.yaml: valid, within what API Gateway reads, and true to the code. */
import { describe, expect, test } from '@jest/globals';
import { Validator as OpenApiValidator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { errorCodes, warningCodes } from '../../protocol/molecules.ts';
import { scopes } from '../../protocol/prediction.ts';
import { apiDocument, published, type Json, type JsonObject } from '../../runtime/api/document.ts';
import { jobStates } from '../../runtime/api/jobs.ts';
import { changeCodes } from '../../runtime/molecules/changes.ts';
import { operations } from '../../runtime/api/operations.ts';
import { refusals } from './openapi-gateway.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'protocol', 'openapi.yaml'), 'utf8');
const read = (): JsonObject => parse(text, { maxAliasCount: -1 }) as JsonObject;
const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);

describe('the document of the API', () => {
  test('is valid OpenAPI 3.0.3', async () => {
    const result = await new OpenApiValidator().validate(read());

    expect(result).toEqual({ valid: true });
    expect(read()['openapi']).toBe('3.0.3');
  });

  test('is valid as it is published, with every enforced keyword in its place', async () => {
    const document = published(read()) as JsonObject;

    expect(await new OpenApiValidator().validate({ ...document })).toEqual({ valid: true });
    expect(JSON.stringify(document)).not.toContain('x-enforced');
    expect(at(document, 'components', 'schemas', 'EmbeddingsRequest', 'properties', 'items', 'maxItems')).toBe(256);
  });

  test('holds nothing that API Gateway ignores or refuses', () => {
    expect(refusals(read())).toEqual([]);
  });

  test('names only scopes that there are, and leaves only health to everybody', () => {
    const { operations: all } = apiDocument(read());

    expect(new Set(all.flatMap((o) => o.scope ?? []))).toEqual(new Set(Object.keys(scopes)));
    expect(all.filter((o) => o.scope === undefined).map((o) => o.id)).toEqual(['getLive', 'getReady']);
  });

  test('has an operation for each that the function answers, and no other', () => {
    const ids = apiDocument(read()).operations.map((o) => o.id);

    expect([...ids].sort()).toEqual([...Object.keys(operations), 'getLive', 'getReady'].sort());
  });

  test('lists the codes and states of the programs', () => {
    const schemas = at(read(), 'components', 'schemas');

    expect(at(schemas, 'ItemError', 'properties', 'code', 'enum')).toEqual(Object.keys(errorCodes));
    expect(at(schemas, 'Warning', 'properties', 'code', 'enum')).toEqual(Object.keys(warningCodes));
    expect(at(schemas, 'StandardizedItem', 'properties', 'changes', 'items', 'enum')).toEqual(Object.keys(changeCodes));
    expect(at(schemas, 'Job', 'properties', 'state', 'enum')).toEqual([...jobStates]);
  });

  test('tells in words what each enforced number is', () => {
    const silent = enforced(read()).filter(({ keywords, description }) =>
      [keywords['maxItems'], keywords['maximum']].some(
        (limit) => typeof limit === 'number' && limit < 1024 && !digits(description).includes(String(limit)),
      ),
    );

    expect(silent).toEqual([]);
  });
});

describe('examples of the document', () => {
  const document = published(read());
  const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'openapi', ...(document as object) });
  const examples = media(document).flatMap(({ place, schema, examples: named }) =>
    Object.entries(named).map(([name, value]) => [`${place} ${name}`, schema, value] as const),
  );

  test('are there for every body that is sent', () => {
    const bodies = media(document).filter(({ place }) => place.endsWith('requestBody'));

    expect(bodies.filter(({ examples: named }) => Object.keys(named).length === 0)).toEqual([]);
    expect(bodies.length).toBeGreaterThan(5);
  });

  test.each(examples)('%s is as its schema says', (_name, schema, value) => {
    const validate = ajv.compile({ $ref: `openapi${schema}` });

    expect(validate(value) ? [] : validate.errors).toEqual([]);
  });
});

const digits = (description: string): string => description.replace(/(\d),(?=\d{3})/g, '$1');

/** Every place with keywords that the function enforces, and how it is described. */
function enforced(value: Json, description = ''): { keywords: Record<string, unknown>; description: string }[] {
  if (Array.isArray(value)) return value.flatMap((v: Json) => enforced(v, ''));
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Record<string, Json>;
  const said = typeof record['description'] === 'string' ? record['description'] : description;
  const keywords = record['x-enforced'];
  return [
    ...(keywords === undefined ? [] : [{ keywords: keywords as Record<string, unknown>, description: said }]),
    ...Object.entries(record).flatMap(([key, v]) =>
      key === 'x-enforced' ? [] : enforced(v, key === 'schema' ? said : ''),
    ),
  ];
}

interface Media {
  readonly place: string;
  readonly schema: string;
  readonly examples: Record<string, unknown>;
}

/** Every body of the document, sent and answered. */
function media(document: Json): Media[] {
  return Object.entries(at(document, 'paths') as Record<string, Record<string, unknown>>).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const answers = Object.entries(at(operation, 'responses') as Record<string, unknown>);
      const bodies = [['requestBody', at(operation, 'requestBody')] as const, ...answers];
      return bodies.flatMap(([name, body]) =>
        Object.values((at(body, 'content') ?? {}) as Record<string, unknown>).map((m) => ({
          place: `${method} ${path} ${name}`,
          schema: String(at(m, 'schema', '$ref')),
          examples: Object.fromEntries(
            Object.entries((at(m, 'examples') ?? {}) as Record<string, unknown>).map(([n, e]) => [n, at(e, 'value')]),
          ),
        })),
      );
    }),
  );
}
