/** The list of what API Gateway ignores or refuses finds each of it. */
import { describe, expect, test } from '@jest/globals';
import { refusals } from './openapi-gateway.ts';

type Document = Parameters<typeof refusals>[0];

const withSchema = (schema: object): Document =>
  ({ paths: {}, components: { schemas: { Thing: { type: 'object', properties: { a: schema } } } } }) as Document;
const withOperation = (operation: object, path = '/v1/things'): Document => ({
  paths: { [path]: { get: { operationId: 'x', ...operation } } },
});
const answer = (response: object): Document => withOperation({ responses: { '200': response } });

describe('what API Gateway would not read is found', () => {
  test.each([
    ['discriminator', { discriminator: { propertyName: 'kind' } }],
    ['example', { example: 1 }],
    ['nullable', { nullable: true }],
    ['exclusiveMinimum', { exclusiveMinimum: true }],
    ['maxItems', { maxItems: 3 }],
    ['minItems', { minItems: 3 }],
    ['readOnly', { readOnly: true }],
    ['default', { default: 1 }],
    ['deprecated', { deprecated: true }],
    ['oneOf', { oneOf: [{ $ref: '#/components/schemas/Thing' }] }],
    ['anyOf', { anyOf: [] }],
    ['allOf', { allOf: [] }],
    ['format int32', { type: 'integer', format: 'int32' }],
    ['format int64', { type: 'integer', format: 'int64' }],
    ['format decimal', { type: 'number', format: 'decimal' }],
    ['a keyword in items', { type: 'array', items: { nullable: true } }],
    ['a keyword in additionalProperties', { type: 'object', additionalProperties: { nullable: true } }],
    ['a reference to another file', { $ref: 'other.yaml#/Thing' }],
  ])('%s in a schema', (_name, schema) => {
    expect(refusals(withSchema(schema))).toHaveLength(1);
  });

  test.each([
    ['a parameter that is part of a segment', withOperation({}, '/v1/a{id}')],
    ['a segment with other characters', withOperation({}, '/v1/a@b')],
    ['a reserved path', withOperation({}, '/ping')],
    [
      'a constraint on a parameter',
      withOperation({ parameters: [{ name: 'a', in: 'query', schema: { maxLength: 3 } }] }),
    ],
    ['style of a parameter', withOperation({ parameters: [{ name: 'a', in: 'query', style: 'form', schema: {} }] })],
    ['a deprecated operation', withOperation({ deprecated: true })],
    ['a response by reference', answer({ $ref: '#/components/schemas/Thing' })],
    ['a response of a primitive type', answer({ content: { 'application/json': { schema: { type: 'string' } } } })],
    ['security at the root', { paths: {}, security: [] }],
    ['a scheme of OAuth', { paths: {}, components: { securitySchemes: { a: { type: 'oauth2' } } } }],
    ['a name with a hyphen', { paths: {}, components: { schemas: { 'a-b': {} } } }],
  ])('%s', (_name, document) => {
    expect(refusals(document)).toHaveLength(1);
  });

  test('what it does read is let through', () => {
    const document = withSchema({
      type: 'string',
      enum: ['a'],
      pattern: '^a$',
      maxLength: 3,
      'x-enforced': { default: 'a' },
    });

    expect(refusals(document)).toEqual([]);
    expect(
      refusals(withOperation({ parameters: [{ name: 'a', in: 'query', schema: { type: 'string' } }] }, '/v1/a:b')),
    ).toEqual([]);
  });
});
