/** Everything that can go wrong, as classes with a stable `name`. No message repeats a structure. */
import type { Schemas } from './types.ts';
/** What all errors of this client are. */
export declare class DecantError extends Error {
    readonly name: string;
}
/** No whole answer came: connection refused or broken, or time ran out. */
export declare class NoAnswerError extends DecantError {
    readonly name = "NoAnswerError";
}
/** An answer came, but is no JSON, or not the answer to what was asked. */
export declare class BadAnswerError extends DecantError {
    readonly name = "BadAnswerError";
}
/** The place that gives tokens refused, or gave none. */
export declare class SignInError extends DecantError {
    readonly name = "SignInError";
}
/** A job ended without results. */
export declare class JobError extends DecantError {
    readonly name = "JobError";
    readonly job: Schemas['Job'];
    constructor(job: Schemas['Job']);
}
/** Some batches were answered and one was not. `items` has the answers at their places, and undefined for the others. */
export declare class PartialAnswerError<T = unknown> extends DecantError {
    readonly name = "PartialAnswerError";
    readonly items: readonly (T | undefined)[];
    constructor(items: readonly (T | undefined)[], cause: unknown);
}
export type Problem = Schemas['Problem'];
/** The API refused a request as a whole (RFC 9457). */
export declare class ApiError extends DecantError {
    readonly name: string;
    readonly status: number;
    readonly problem: Problem;
    /** To name when you ask for help: the logs know it. */
    readonly requestId: string | undefined;
    /** Seconds after which another try makes sense, where the API says so. */
    readonly retryAfterSec: number | undefined;
    constructor(problem: Problem, requestId?: string, retryAfterSec?: number);
}
/** 401: the token is missing, expired, foreign or tampered with, also after it was renewed. */
export declare class UnauthorizedError extends ApiError {
    readonly name = "UnauthorizedError";
}
/** 403: the token lacks the scope of the route, or the application key is missing. */
export declare class ForbiddenError extends ApiError {
    readonly name = "ForbiddenError";
}
/** 404: there is no such model, version, molecule or job. */
export declare class NotFoundError extends ApiError {
    readonly name = "NotFoundError";
}
/** 409: the idempotency key was used for another body, or the job has ended already. */
export declare class ConflictError extends ApiError {
    readonly name = "ConflictError";
}
/** 400, 413, 415, 422: the request itself is wrong; `problem.errors` name each place. */
export declare class InvalidRequestError extends ApiError {
    readonly name = "InvalidRequestError";
}
/** 429, after all tries. */
export declare class ThrottledError extends ApiError {
    readonly name = "ThrottledError";
}
/** 5xx, after all tries. */
export declare class UnavailableError extends ApiError {
    readonly name = "UnavailableError";
}
/** The error of an answer. A body that is no problem document, as a proxy on the way may send, gets a plain one. */
export declare function apiError(status: number, body: string, requestId?: string, retryAfterSec?: number): ApiError;
