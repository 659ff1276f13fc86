/** The API in this process: the shipped bundle, stores of one machine, tokens of an issuer of its own. */
import { Ajv } from 'ajv';
import type { JWTPayload } from 'jose';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { makeIssuer, type Issuer } from '../../../../local/api/issuer.ts';
import { localParts } from '../../../../local/api/parts.ts';
import { PredictionApi } from '../../../../runtime/api/app.ts';
import { apiDocument, published, type Json } from '../../../../runtime/api/document.ts';
import type { Engine } from '../../../../runtime/api/engine.ts';
import { openEngine } from '../../../../runtime/api/model.ts';
import type { ApiParts } from '../../../../runtime/api/operations.ts';
import { route } from '../../../../runtime/api/route.ts';

export const root = join(import.meta.dirname, '..', '..', '..', '..');
export const bundleFolder = join(root, 'models', 'chemberta-mtr-mini');
export const document = parse(readFileSync(join(root, 'protocol', 'openapi.yaml'), 'utf8'), {
  maxAliasCount: -1,
}) as Json;

let engine: Promise<Engine> | undefined;
/** Loaded once a test file. */
export const sharedEngine = (): Promise<Engine> => (engine ??= openEngine(bundleFolder));

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed. */
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Sent {
  readonly body?: unknown;
  /** Bytes instead of JSON. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Claims of the token; null for none. */
  readonly claims?: JWTPayload | null;
}

export interface TestApi {
  readonly issuer: Issuer;
  /** Folder whose folders stand for buckets. */
  readonly files: string;
  readonly logged: Record<string, unknown>[];
  call(method: string, path: string, sent?: Sent): Promise<Answered>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
}

export async function startApi(change: (parts: ApiParts) => Partial<ApiParts> = () => ({})): Promise<TestApi> {
  const issuer = await makeIssuer('https://issuer.test/pool');
  const files = mkdtempSync(join(tmpdir(), 'decant-api-test-'));
  const logged: Record<string, unknown>[] = [];
  const parts = localParts({ document, engine: sharedEngine, issuer, files, log: (line) => logged.push({ ...line }) });
  const api = new PredictionApi({ ...parts, ...change(parts) });
  const token = await issuer.token();
  const call: TestApi['call'] = async (method, path, { body, raw, headers = {}, claims } = {}) => {
    const [pathname = '', search = ''] = path.split('?');
    const query: Record<string, string[]> = {};
    for (const [name, value] of new URLSearchParams(search)) (query[name] ??= []).push(value);
    const bearer = claims === undefined ? token : claims && (await issuer.token(claims));
    const response = await api.answer({
      method,
      path: pathname,
      query,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: Buffer.from(raw ?? (body === undefined ? '' : JSON.stringify(body))),
      requestId: 'request-1',
    });
    const answered = { ...response, text: response.body, body: parsed(response.body) };
    const wrong = undescribed(method, pathname, answered);
    if (wrong.length > 0)
      throw new Error(`${method} ${pathname} is answered otherwise than described: ${wrong.join('; ')}`);
    return answered;
  };
  return {
    issuer,
    files,
    logged,
    call,
    post: (path, body, headers = {}) => call('POST', path, { body, headers }),
    get: (path, headers = {}) => call('GET', path, { headers }),
  };
}

const parsed = (text: string): Record<string, unknown> =>
  text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);

const described = published(document);
const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
ajv.addSchema({ $id: 'openapi', ...(described as object) });
const { operations } = apiDocument(document);

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);

/** What of an answer the document does not describe: status, content type, headers or body. */
export function undescribed(method: string, path: string, answer: Answered): string[] {
  const { operation } = route(operations, method, path);
  const problem = 'openapi#/components/schemas/Problem';
  const type = answer.headers['Content-Type'] ?? '';
  const response =
    operation && at(described, 'paths', operation.path, method.toLowerCase(), 'responses', String(answer.status));
  if (operation && !response) return [`status ${answer.status}`];
  const ref = response ? at(response, 'content', type, 'schema', '$ref') : '#/components/schemas/Problem';
  const missing = Object.keys(at(response, 'headers') ?? {})
    .filter((name) => !['Retry-After', 'x-model', 'x-model-sha256'].includes(name))
    .filter((name) => answer.headers[name] === undefined)
    .map((name) => `header ${name}`);
  if (answer.status === 304) return [...missing, ...(answer.text === '' ? [] : ['a body'])];
  if (typeof ref !== 'string') return [...missing, `content type ${type}`];
  const validate = ajv.compile({ $ref: response ? `openapi${ref}` : problem });
  return validate(answer.body)
    ? missing
    : [...missing, ...(validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`)];
}

/** Items of an answer. */
export const itemsOf = ({ body }: Answered): Record<string, unknown>[] => body['items'] as Record<string, unknown>[];
export const codesOf = (answer: Answered): unknown[] =>
  itemsOf(answer).map((item) => (item['error'] as { code: string } | undefined)?.code ?? item['status']);
