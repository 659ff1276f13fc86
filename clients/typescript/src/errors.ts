/** Everything that can go wrong, as classes with a stable `name`. No message repeats a structure. */
import type { Schemas } from './types.ts';

/** What all errors of this client are. */
export class DecantError extends Error {
  override readonly name: string = 'DecantError';
}

/** No whole answer came: connection refused or broken, or time ran out. */
export class NoAnswerError extends DecantError {
  override readonly name = 'NoAnswerError';
}

/** An answer came, but is no JSON, or not the answer to what was asked. */
export class BadAnswerError extends DecantError {
  override readonly name = 'BadAnswerError';
}

/** The place that gives tokens refused, or gave none. */
export class SignInError extends DecantError {
  override readonly name = 'SignInError';
}

/** A job ended without results. */
export class JobError extends DecantError {
  override readonly name = 'JobError';
  readonly job: Schemas['Job'];

  constructor(job: Schemas['Job']) {
    super(`job ${job.id} is ${job.state}${job.error ? `: ${job.error.code}, ${job.error.detail}` : ''}`);
    this.job = job;
  }
}

/** Some batches were answered and one was not. `items` has the answers at their places, and undefined for the others. */
export class PartialAnswerError<T = unknown> extends DecantError {
  override readonly name = 'PartialAnswerError';
  readonly items: readonly (T | undefined)[];

  constructor(items: readonly (T | undefined)[], cause: unknown) {
    const done = items.filter((item) => item !== undefined).length;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${done} of ${items.length} molecules were answered, then: ${why}`, { cause });
    this.items = items;
  }
}

export type Problem = Schemas['Problem'];

/** The API refused a request as a whole (RFC 9457). */
export class ApiError extends DecantError {
  override readonly name: string = 'ApiError';
  readonly status: number;
  readonly problem: Problem;
  /** To name when you ask for help: the logs know it. */
  readonly requestId: string | undefined;
  /** Seconds after which another try makes sense, where the API says so. */
  readonly retryAfterSec: number | undefined;

  constructor(problem: Problem, requestId?: string, retryAfterSec?: number) {
    const places = (problem.errors ?? []).map((e) => `${e.pointer} ${e.detail}`).join('; ');
    super(`${problem.status} ${problem.title}: ${problem.detail}${places ? ` (${places})` : ''}`);
    this.status = problem.status;
    this.problem = problem;
    this.requestId = requestId;
    this.retryAfterSec = retryAfterSec;
  }
}

/** 401: the token is missing, expired, foreign or tampered with, also after it was renewed. */
export class UnauthorizedError extends ApiError {
  override readonly name = 'UnauthorizedError';
}
/** 403: the token lacks the scope of the route, or the application key is missing. */
export class ForbiddenError extends ApiError {
  override readonly name = 'ForbiddenError';
}
/** 404: there is no such model, version, molecule or job. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
}
/** 409: the idempotency key was used for another body, or the job has ended already. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
}
/** 400, 413, 415, 422: the request itself is wrong; `problem.errors` name each place. */
export class InvalidRequestError extends ApiError {
  override readonly name = 'InvalidRequestError';
}
/** 429, after all tries. */
export class ThrottledError extends ApiError {
  override readonly name = 'ThrottledError';
}
/** 5xx, after all tries. */
export class UnavailableError extends ApiError {
  override readonly name = 'UnavailableError';
}

const classes: Readonly<Record<number, typeof ApiError>> = {
  400: InvalidRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  413: InvalidRequestError,
  415: InvalidRequestError,
  422: InvalidRequestError,
  429: ThrottledError,
};

/** The error of an answer. A body that is no problem document, as a proxy on the way may send, gets a plain one. */
export function apiError(status: number, body: string, requestId?: string, retryAfterSec?: number): ApiError {
  const problem = readProblem(body) ?? { type: 'about:blank', title: 'No problem document', detail: 'none was sent' };
  const Class = classes[status] ?? (status >= 500 ? UnavailableError : ApiError);
  return new Class({ ...problem, status }, requestId ?? problem.request_id, retryAfterSec);
}

function readProblem(body: string): Omit<Problem, 'status'> | undefined {
  try {
    const found = JSON.parse(body) as Partial<Problem> | null;
    if (typeof found?.title !== 'string' || typeof found.detail !== 'string') return undefined;
    const errors = Array.isArray(found.errors) ? { errors: found.errors } : {};
    const requestId = typeof found.request_id === 'string' ? { request_id: found.request_id } : {};
    return {
      type: String(found.type ?? 'about:blank'),
      title: found.title,
      detail: found.detail,
      ...errors,
      ...requestId,
    };
  } catch {
    return undefined;
  }
}
