/** Requests that are refused as a whole: RFC 9457 problems. */

/** One place of the request that is wrong. */
export interface FieldError {
  /** JSON pointer into the body, such as `#/items/3/smiles`; `#/query/limit` of a parameter. */
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** What `type` ends with, by status and title. Never changes once it is published. */
export const problemTypes = {
  'malformed-json': [400, 'The body is no JSON'],
  unauthorized: [401, 'Who asks is not known'],
  forbidden: [403, 'The token does not allow this'],
  'no-such-route': [404, 'There is no such route'],
  'no-such-model': [404, 'There is no such model'],
  'no-such-molecule': [404, 'There is no such molecule'],
  'no-such-job': [404, 'There is no such job'],
  'method-not-allowed': [405, 'The route has no such method'],
  'idempotency-key-reused': [409, 'The idempotency key was used for another body'],
  'still-answering': [409, 'The first request of this idempotency key is still being answered'],
  'job-has-ended': [409, 'The job has ended'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'The content type is not application/json'],
  'invalid-request': [422, 'The request is not as the API describes it'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Something broke'],
  'model-unready': [503, 'The model is not ready'],
  overloaded: [503, 'The function has its hands full'],
  unavailable: [503, 'A part that the answer needs does not answer'],
} as const;
export type ProblemType = keyof typeof problemTypes;

/** Thrown anywhere below the edge, which answers it. `detail` is read by the caller and never holds a structure. */
export class ApiProblem extends Error {
  readonly type: ProblemType;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'ApiProblem';
    this.type = type;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return problemTypes[this.type][0];
  }

  /** The body. */
  body(instance: string, requestId: string): Record<string, unknown> {
    const [status, title] = problemTypes[this.type];
    return {
      type: `urn:decant:problem:${this.type}`,
      title,
      status,
      detail: this.message,
      instance,
      request_id: requestId,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
  }
}

export const invalid = (pointer: string, detail: string): ApiProblem =>
  new ApiProblem('invalid-request', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

/** With the seconds after which to try again. */
export const retryLater = (
  type: ProblemType,
  detail: string,
  seconds: number,
  options: ProblemOptions = {},
): ApiProblem => new ApiProblem(type, detail, { ...options, headers: { 'Retry-After': String(seconds) } });
