/** Checks bodies and parameters by the schemas of the document itself. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { ApiDocument, JsonObject, Operation, Parameter } from './document.ts';
import { ApiProblem, type FieldError } from './problem.ts';

/** A request of 256 bad items tells its first ones. */
const MAX_ERRORS = 20;
const PREFIX = '#/components/schemas/';

export interface RawParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

export class Validator {
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    // OpenAPI 3.0 has keywords that JSON Schema does not know: strict mode would refuse them.
    this.#ajv = new Ajv({ strict: false, allErrors: false, useDefaults: true, formats: { 'date-time': true } });
    this.#ajv.addSchema({ $id: 'openapi', components: { schemas: document.schemas } });
  }

  /** The body with defaults filled in. Throws a problem that names the place. */
  body(schema: string, value: unknown): void {
    const items = (value as { items?: unknown } | null)?.items;
    const validate = this.#of(schema);
    if (validate(value)) return;
    const tooMany = validate.errors?.find((e) => e.keyword === 'maxItems' && e.instancePath === '/items');
    if (tooMany) {
      const limit = String((tooMany.params as { limit: number }).limit);
      throw new ApiProblem('too-large', `${(items as unknown[]).length} items; at most ${limit} are answered at once`);
    }
    refuse((validate.errors ?? []).map((e) => fieldError(e, '#')));
  }

  /** Path, query and header parameters by name, defaults filled in. */
  parameters(operation: Operation, raw: RawParameters): Record<string, string | number> {
    const known = new Set(operation.parameters.filter((p) => p.in === 'query').map((p) => p.name));
    const unknown = Object.keys(raw.query).filter((name) => !known.has(name));
    if (unknown.length > 0)
      refuse(unknown.map((name) => ({ pointer: `#/query/${escape(name)}`, detail: 'is no parameter of this route' })));
    return Object.fromEntries(
      operation.parameters.flatMap((parameter) => {
        const value = this.#parameter(parameter, raw);
        return value === undefined ? [] : [[parameter.name, value]];
      }),
    );
  }

  #parameter(parameter: Parameter, raw: RawParameters): string | number | undefined {
    const pointer = `#/${parameter.in}/${escape(parameter.name)}`;
    const given = valuesOf(parameter, raw);
    if (given.length > 1) refuse([{ pointer, detail: 'is given more than once' }]);
    const [text] = given;
    if (text === undefined) return parameter.schema['default'] as string | number | undefined;
    const value = parameter.schema['type'] === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    const validate = this.#ajv.compile(parameter.schema as JsonObject & object);
    if (!validate(value)) refuse((validate.errors ?? []).map((e) => fieldError(e, pointer)));
    return value;
  }

  #of(schema: string): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known) return known;
    const compiled = this.#ajv.compile({ $ref: `openapi${PREFIX}${schema}` });
    this.#compiled.set(schema, compiled);
    return compiled;
  }
}

function valuesOf(parameter: Parameter, raw: RawParameters): readonly string[] {
  if (parameter.in === 'query') return raw.query[parameter.name] ?? [];
  const value = parameter.in === 'path' ? raw.path[parameter.name] : raw.headers[parameter.name.toLowerCase()];
  return value === undefined ? [] : [value];
}

function refuse(errors: readonly FieldError[]): never {
  const [first] = errors;
  const detail = first ? `${first.pointer}: ${first.detail}` : 'it is not as described';
  throw new ApiProblem('invalid-request', detail, { errors: errors.slice(0, MAX_ERRORS) });
}

const escape = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');

/** In words that never repeat the value: it may be a structure. */
function fieldError(error: ErrorObject, base: string): FieldError {
  const params = error.params as Record<string, unknown>;
  const more = params['additionalProperty'] ?? params['missingProperty'];
  const pointer = `${base}${error.instancePath}${typeof more === 'string' ? `/${escape(more)}` : ''}`;
  if (error.keyword === 'additionalProperties') return { pointer, detail: 'is not known' };
  if (error.keyword === 'required') return { pointer, detail: 'is missing' };
  if (error.keyword === 'enum')
    return { pointer, detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
  return { pointer, detail: error.message ?? 'is wrong' };
}
