/** The API without anything that brings requests to it: route, sign in, validate, answer, log. */
import { modelRef } from './answers.ts';
import { parseBody } from './body.ts';
import { apiDocument, type ApiDocument } from './document.ts';
import type { Engine } from './engine.ts';
import { Gate } from './gate.ts';
import type { Answer, ApiRequest, ApiResponse } from './http.ts';
import { once } from './idempotency.ts';
import { timeId } from './ids.ts';
import { operations, type ApiParts, type Question } from './operations.ts';
import { ApiProblem } from './problem.ts';
import { route } from './route.ts';
import { authenticate, authorize, type Caller } from './token.ts';
import { Validator } from './validate.ts';

/** Nobody signs in to ask for health. */
const nobody: Caller = { tenant: '', scopes: [] };

export class PredictionApi {
  readonly #parts: ApiParts;
  readonly #document: ApiDocument;
  readonly #validator: Validator;
  readonly #gate: Gate;
  #engine: Engine | undefined;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#document = apiDocument(parts.document);
    this.#validator = new Validator(this.#document);
    this.#gate = parts.gate ?? new Gate();
  }

  /** Answers anything that was sent; never throws. */
  async answer(request: ApiRequest): Promise<ApiResponse> {
    const started = performance.now();
    const log: Record<string, unknown> = { message: 'request', request: request.requestId, method: request.method };
    const answer = await this.#gate
      .pass(() => this.#dispatch(request, log))
      .catch((error: unknown) => this.#refuse(error, request, log));
    this.#parts.log({
      ...log,
      status: answer.status,
      ms: Math.round((performance.now() - started) * 10) / 10,
      ...answer.log,
    });
    return this.#respond(request, answer);
  }

  async #dispatch(request: ApiRequest, log: Record<string, unknown>): Promise<Answer> {
    const found = route(this.#document.operations, request.method, request.path);
    if (!found.operation) {
      const { allowed } = found;
      if (allowed.length === 0) throw new ApiProblem('no-such-route', 'see the OpenAPI document');
      throw new ApiProblem('method-not-allowed', `it has ${allowed.join(', ')}`, {
        headers: { Allow: allowed.join(', ') },
      });
    }
    const { operation } = found;
    log['operation'] = operation.id;
    let caller = nobody;
    if (operation.scope !== undefined) {
      caller = await authenticate(request.headers['authorization'], this.#parts.rules);
      log['tenant'] = caller.tenant;
      authorize(caller, operation.scope);
    }
    const parameters = this.#validator.parameters(operation, { ...request, path: found.path });
    const body = operation.body === undefined ? undefined : parseBody(request);
    if (operation.body !== undefined) this.#validator.body(operation.body, body);
    return this.#operate({ operation, parameters, body, raw: request.body, caller });
  }

  async #operate(question: Question): Promise<Answer> {
    if (question.operation.id === 'getLive') return { status: 200, body: { status: 'live' } };
    const engine = (this.#engine = await this.#parts.engine());
    if (question.operation.id === 'getReady')
      return { status: 200, body: { status: 'ready', model: modelRef(engine) } };
    const work = operations[question.operation.id];
    if (!work) throw new Error(`the operation ${question.operation.id} is not implemented`);
    const context = { ...question, parts: this.#parts, engine };
    const key = question.parameters['Idempotency-Key'];
    if (typeof key !== 'string') return await work(context, timeId(Date.now()));
    const keyed = { tenant: question.caller.tenant, operation: question.operation.id, key, body: question.raw };
    return once(this.#parts.keys, keyed, async (token) => work(context, token));
  }

  #refuse(error: unknown, request: ApiRequest, log: Record<string, unknown>): Answer {
    const problem =
      error instanceof ApiProblem
        ? error
        : new ApiProblem('internal', 'tell the request id to who runs this', { cause: error });
    log['problem'] = problem.type;
    // The cause is for who runs this: names and places of code, and no message, which may repeat what was sent.
    if (problem.status >= 500) log['cause'] = causeOf(problem.cause);
    return { status: problem.status, headers: problem.headers, body: problem.body(request.path, request.requestId) };
  }

  #respond(request: ApiRequest, { status, headers = {}, body }: Answer): ApiResponse {
    const index = this.#engine?.bundle.index;
    return {
      status,
      headers: {
        'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'x-request-id': request.requestId,
        ...(index && { 'x-model': `${index.name}@${index.version}`, 'x-model-sha256': index.hash }),
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
    };
  }
}

/** Where an error came from, without what it says. */
function causeOf(cause: unknown): unknown {
  if (!(cause instanceof Error)) return typeof cause;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: cause.name, at: frames.slice(0, 5).map((line) => line.trim()) };
}
