/**
 * What API Gateway ignores or refuses in an OpenAPI 3.0 document that it makes a REST API of. Source: Amazon API Gateway
 * Developer Guide, "Important notes for REST APIs"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), and for models
 * "Data models for REST APIs" (…/models-mappings-models.html): JSON schema draft 4, names of letters and digits.
 */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** Keywords of a schema, with what becomes of them. */
const schemaKeywords: Readonly<Record<string, string>> = {
  discriminator: 'is not supported in any schema object',
  example: 'is not supported',
  nullable: 'is not supported',
  exclusiveMinimum: 'is not supported',
  exclusiveMaximum: 'is not supported as draft 4 has it either',
  maxItems: 'is left out of request validation',
  minItems: 'is left out of request validation',
  uniqueItems: 'is left out of request validation as the other keywords of arrays are',
  readOnly: 'is not supported',
  writeOnly: 'is unknown to JSON schema draft 4',
  default: 'is not supported',
  deprecated: 'is dropped',
  xml: 'is unknown to JSON schema draft 4',
  externalDocs: 'is unknown to JSON schema draft 4',
  // References within them are refused for OpenAPI 3.0, and SDKs know none of them.
  oneOf: 'takes no references to definitions of the same document',
  anyOf: 'takes no references to definitions of the same document',
  allOf: 'takes no references to definitions of the same document',
};
const FORMATS = ['int32', 'int64', 'decimal'];
/** Of an input parameter; everything else is ignored. */
const PARAMETER = ['name', 'in', 'required', 'description', 'schema'];
const SEGMENT = /^(\{[A-Za-z0-9_.-]+\+?\}|[A-Za-z0-9_.,:-]+)$/;
/** Paths that API Gateway answers itself. */
const RESERVED = ['/ping', '/sping'];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: Json | undefined, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};
const isExtension = (key: string): boolean => key.startsWith('x-');

/** Every place that API Gateway would not read as it stands, with the reason. */
export function refusals(document: JsonObject): string[] {
  return [
    ...(document['security'] === undefined ? [] : ['/security: is not used; security belongs to operations']),
    ...Object.entries(objectAt(document, 'paths')).flatMap(([path, item]) => ofPath(path, item)),
    ...Object.entries(objectAt(objectAt(document, 'components'), 'schemas')).flatMap(([name, schema]) => [
      ...(/^[A-Za-z0-9]+$/.test(name) ? [] : [`/components/schemas/${name}: names have letters and digits only`]),
      ...ofSchema(schema, `/components/schemas/${name}`),
    ]),
    ...Object.entries(objectAt(objectAt(document, 'components'), 'securitySchemes')).flatMap(([name, scheme]) =>
      isObject(scheme) && scheme['type'] === 'apiKey' ? [] : [`/components/securitySchemes/${name}: must be apiKey`],
    ),
    ...references(document, ''),
  ];
}

function ofPath(path: string, item: Json): string[] {
  return [
    ...path
      .split('/')
      .slice(1)
      .filter((segment) => !SEGMENT.test(segment))
      .map((segment) => `/paths/${path}: the segment ${segment} is refused`),
    ...(RESERVED.includes(path) ? [`/paths/${path}: is reserved`] : []),
    ...Object.entries(isObject(item) ? item : {}).flatMap(([method, operation]) =>
      ofOperation(`${path}/${method}`, operation),
    ),
  ];
}

function ofOperation(place: string, operation: Json): string[] {
  const { parameters } = isObject(operation) ? operation : {};
  return [
    ...(objectAt({ operation }, 'operation')['deprecated'] === undefined ? [] : [`${place}/deprecated: is dropped`]),
    ...(Array.isArray(parameters) ? parameters : []).flatMap((p: Json) => ofParameter(place, isObject(p) ? p : {})),
    ...ofContent(`${place}/requestBody`, objectAt(operation, 'requestBody')),
    ...Object.entries(objectAt(operation, 'responses')).flatMap(([status, response]) => [
      ...(isObject(response) && response['$ref'] !== undefined ? [`${place}/${status}: must not be a reference`] : []),
      ...ofContent(`${place}/${status}`, isObject(response) ? response : {}),
      ...Object.entries(objectAt(response, 'headers')).flatMap(([name, header]) =>
        ofSchema(objectAt(header, 'schema'), `${place}/${status}/${name}`),
      ),
    ]),
  ];
}

function ofParameter(place: string, parameter: JsonObject): string[] {
  const { name } = parameter;
  const at = `${place}/${typeof name === 'string' ? name : 'a reference'}`;
  const ignored = Object.keys(parameter).filter((key) => !PARAMETER.includes(key) && !isExtension(key));
  const schema = Object.keys(objectAt(parameter, 'schema')).filter((key) => key !== 'type' && !isExtension(key));
  return [...ignored, ...schema].map((key) => `${at}: ${key} is ignored`);
}

function ofContent(place: string, holder: JsonObject): string[] {
  return Object.entries(objectAt(holder, 'content')).flatMap(([type, media]) => {
    const { schema, example } = isObject(media) ? media : {};
    return [
      ...(example === undefined ? [] : [`${place}/${type}/example: is not supported`]),
      // A method's response must be an object, and a definition of its own.
      ...(isObject(schema) && schema['$ref'] !== undefined ? [] : [`${place}/${type}: needs a definition of its own`]),
    ];
  });
}

function ofSchema(schema: Json, place: string): string[] {
  if (!isObject(schema)) return [];
  const { format, properties, items, additionalProperties } = schema;
  return [
    ...Object.keys(schema).flatMap((key) => {
      const why = schemaKeywords[key];
      return why === undefined ? [] : [`${place}/${key}: ${why}`];
    }),
    ...(typeof format === 'string' && FORMATS.includes(format) ? [`${place}/format: ${format} is not supported`] : []),
    ...Object.entries(isObject(properties) ? properties : {}).flatMap(([name, s]) => ofSchema(s, `${place}/${name}`)),
    ...(items === undefined ? [] : ofSchema(items, `${place}/items`)),
    ...(additionalProperties === undefined ? [] : ofSchema(additionalProperties, `${place}/additionalProperties`)),
  ];
}

/** References leave the document nowhere, and lead to schemas only. */
function references(value: Json, place: string): string[] {
  if (Array.isArray(value)) return value.flatMap((v: Json, i) => references(v, `${place}/${i}`));
  if (!isObject(value)) return [];
  const ref = value['$ref'];
  return [
    ...(typeof ref === 'string' && !ref.startsWith('#/components/schemas/') ? [`${place}/$ref: ${ref}`] : []),
    ...Object.entries(value).flatMap(([key, v]) => references(v, `${place}/${key}`)),
  ];
}
