/**
 * What API Gateway imports, made of the OpenAPI document: routes, scopes, bodies to validate, and who answers. Nothing else of
 * the document concerns it; keywords that it refuses or ignores stay behind.
 */
import { RESOURCE_SERVER } from '../../protocol/prediction.ts';
import { gatewayResponses } from './gateway-responses.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];
/** Milliseconds that API Gateway waits for an answer: all that it does without raising a quota. */
export const INTEGRATION_TIMEOUT = 29_000;
const SIGN_IN = 'accessToken';
/** Paths of the page, which nobody signs in for. */
const PAGE_PATHS = ['/', '/ui', '/ui/{file}'];

export interface Backends {
  /** ARN that API Gateway invokes for the routes of the document. */
  readonly api: string;
  /** The same for the page's files. @default no page */
  readonly page?: string | undefined;
  readonly userPoolArn: string;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: Json | undefined, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};

/** The definition, with the ARNs of this environment. Throws where a route that wants a token names no scope. */
export function gatewayDefinition(document: JsonObject, backends: Backends): JsonObject {
  const paths = Object.entries(objectAt(document, 'paths')).map(([path, item]) => [
    path,
    Object.fromEntries(
      METHODS.flatMap((method) => {
        const operation = objectAt(item, method);
        return 'operationId' in operation ? [[method, imported(operation, backends.api)] as const] : [];
      }),
    ),
  ]);
  const page = backends.page;
  const { title, version } = objectAt(document, 'info');
  return {
    openapi: document['openapi'] ?? '',
    info: { title: title ?? '', version: version ?? '' },
    paths: Object.fromEntries([
      ...(paths as [string, JsonObject][]),
      ...(page === undefined ? [] : PAGE_PATHS.map((path) => [path, { get: pageRoute(path, page) }] as const)),
    ]),
    components: {
      securitySchemes: securitySchemes(document, backends.userPoolArn),
      schemas: Object.fromEntries(bodySchemas(document)),
    },
    'x-amazon-apigateway-request-validators': {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    'x-amazon-apigateway-request-validator': 'all',
    'x-amazon-apigateway-gateway-responses': gatewayResponses() as unknown as JsonObject,
  };
}

function imported(operation: JsonObject, uri: string): JsonObject {
  const { operationId = '', parameters, security, responses } = operation;
  const body = objectAt(objectAt(objectAt(operation, 'requestBody'), 'content'), 'application/json')['schema'];
  return {
    operationId,
    ...(Array.isArray(parameters) && { parameters: parameters.map((p: Json) => parameter(p)) }),
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    // Which statuses there are is for readers of the document; a proxied answer goes through as it is.
    responses: Object.fromEntries(
      Object.entries(isObject(responses) ? responses : {}).map(([status, r]) => [
        status,
        { description: objectAt({ r }, 'r')['description'] ?? '' },
      ]),
    ),
    ...(Array.isArray(security) && { security: security.map((s: Json) => withScope(s, operation)) }),
    'x-amazon-apigateway-integration': proxy(uri),
  };
}

/** API Gateway reads these of a parameter; of the schema the type alone. */
function parameter(value: Json): JsonObject {
  const read = isObject(value) ? value : {};
  const { name = '', in: where = '', required = false } = read;
  return { name, in: where, required, schema: { type: objectAt(read, 'schema')['type'] ?? 'string' } };
}

/** Without a scope API Gateway would take identity tokens, and refuse access tokens. */
function withScope(requirement: Json, operation: JsonObject): JsonObject {
  if (!isObject(requirement) || !(SIGN_IN in requirement)) return isObject(requirement) ? requirement : {};
  const scope = operation['x-scope'];
  if (typeof scope !== 'string')
    throw new Error(`${JSON.stringify(operation['operationId'])} wants a token and has no x-scope`);
  return { ...requirement, [SIGN_IN]: [`${RESOURCE_SERVER}/${scope}`] };
}

const proxy = (uri: string): JsonObject => ({
  type: 'aws_proxy',
  httpMethod: 'POST', // Of Lambda's own API, whatever the route's method.
  uri,
  passthroughBehavior: 'when_no_match',
  timeoutInMillis: INTEGRATION_TIMEOUT,
});

const pageRoute = (path: string, uri: string): JsonObject => ({
  ...(path.includes('{file}') && {
    parameters: [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }],
  }),
  responses: { '200': { description: 'A file of the page' } },
  'x-amazon-apigateway-integration': proxy(uri),
});

/** The sign-in scheme becomes the authorizer of the user pool; the others stay as they are. */
function securitySchemes(document: JsonObject, userPoolArn: string): JsonObject {
  const schemes = objectAt(objectAt(document, 'components'), 'securitySchemes');
  return Object.fromEntries(
    Object.entries(schemes).map(([name, scheme]) => {
      const { type = '', in: where = '', name: header = '' } = isObject(scheme) ? scheme : {};
      const plain = { type, in: where, name: header };
      if (name !== SIGN_IN) return [name, plain];
      const authorizer = { type: 'cognito_user_pools', providerARNs: [userPoolArn] };
      return [
        name,
        {
          ...plain,
          'x-amazon-apigateway-authtype': 'cognito_user_pools',
          'x-amazon-apigateway-authorizer': authorizer,
        },
      ];
    }),
  );
}

/** Schemas that bodies of requests need, and those that they refer to. */
function bodySchemas(document: JsonObject): Map<string, Json> {
  const schemas = objectAt(objectAt(document, 'components'), 'schemas');
  const found = new Map<string, Json>();
  const take = (value: Json): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      const schema = plainSchema(schemas[name] ?? null);
      found.set(name, schema);
      take(schema);
    }
  };
  for (const item of Object.values(objectAt(document, 'paths'))) {
    for (const method of METHODS) take(objectAt(objectAt(item, method), 'requestBody')['content'] ?? null);
  }
  return found;
}

/** A schema without examples and without what only the function enforces. Names of properties are no keywords. */
function plainSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((s: Json) => plainSchema(s));
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => !key.startsWith('x-') && !key.startsWith('example'));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'properties' && isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, plainSchema(of)]))
        : plainSchema(value),
    ]),
  );
}
