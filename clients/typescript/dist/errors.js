/** What all errors of this client are. */
export class DecantError extends Error {
    name = 'DecantError';
}
/** No whole answer came: connection refused or broken, or time ran out. */
export class NoAnswerError extends DecantError {
    name = 'NoAnswerError';
}
/** An answer came, but is no JSON, or not the answer to what was asked. */
export class BadAnswerError extends DecantError {
    name = 'BadAnswerError';
}
/** The place that gives tokens refused, or gave none. */
export class SignInError extends DecantError {
    name = 'SignInError';
}
/** A job ended without results. */
export class JobError extends DecantError {
    name = 'JobError';
    job;
    constructor(job) {
        super(`job ${job.id} is ${job.state}${job.error ? `: ${job.error.code}, ${job.error.detail}` : ''}`);
        this.job = job;
    }
}
/** Some batches were answered and one was not. `items` has the answers at their places, and undefined for the others. */
export class PartialAnswerError extends DecantError {
    name = 'PartialAnswerError';
    items;
    constructor(items, cause) {
        const done = items.filter((item) => item !== undefined).length;
        const why = cause instanceof Error ? cause.message : String(cause);
        super(`${done} of ${items.length} molecules were answered, then: ${why}`, { cause });
        this.items = items;
    }
}
/** The API refused a request as a whole (RFC 9457). */
export class ApiError extends DecantError {
    name = 'ApiError';
    status;
    problem;
    /** To name when you ask for help: the logs know it. */
    requestId;
    /** Seconds after which another try makes sense, where the API says so. */
    retryAfterSec;
    constructor(problem, requestId, retryAfterSec) {
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
    name = 'UnauthorizedError';
}
/** 403: the token lacks the scope of the route, or the application key is missing. */
export class ForbiddenError extends ApiError {
    name = 'ForbiddenError';
}
/** 404: there is no such model, version, molecule or job. */
export class NotFoundError extends ApiError {
    name = 'NotFoundError';
}
/** 409: the idempotency key was used for another body, or the job has ended already. */
export class ConflictError extends ApiError {
    name = 'ConflictError';
}
/** 400, 413, 415, 422: the request itself is wrong; `problem.errors` name each place. */
export class InvalidRequestError extends ApiError {
    name = 'InvalidRequestError';
}
/** 429, after all tries. */
export class ThrottledError extends ApiError {
    name = 'ThrottledError';
}
/** 5xx, after all tries. */
export class UnavailableError extends ApiError {
    name = 'UnavailableError';
}
const classes = {
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
export function apiError(status, body, requestId, retryAfterSec) {
    const problem = readProblem(body) ?? { type: 'about:blank', title: 'No problem document', detail: 'none was sent' };
    const Class = classes[status] ?? (status >= 500 ? UnavailableError : ApiError);
    return new Class({ ...problem, status }, requestId ?? problem.request_id, retryAfterSec);
}
function readProblem(body) {
    try {
        const found = JSON.parse(body);
        if (typeof found?.title !== 'string' || typeof found.detail !== 'string')
            return undefined;
        const errors = Array.isArray(found.errors) ? { errors: found.errors } : {};
        const requestId = typeof found.request_id === 'string' ? { request_id: found.request_id } : {};
        return {
            type: String(found.type ?? 'about:blank'),
            title: found.title,
            detail: found.detail,
            ...errors,
            ...requestId,
        };
    }
    catch {
        return undefined;
    }
}
