/** One request until it is answered: token, key, time limit, and tries again where that can help and do no harm. */
import type { TokenSource } from './auth.ts';
export interface TransportOptions {
    /** Address of the API's stage, before `/v1`. */
    readonly baseUrl: string;
    readonly auth: TokenSource;
    /** Of the application's usage plan. @default that of `auth`, which for client credentials is the client's id */
    readonly apiKey?: string;
    /** Tries of one request. @default 5 */
    readonly maxTries?: number;
    /** Of one try; API Gateway answers within 29 s. @default 35 seconds */
    readonly timeoutSec?: number;
    readonly fetch?: typeof fetch;
    /** Waits between tries; tests give their own. */
    readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
    /** From 0 to 1. @default Math.random */
    readonly random?: () => number;
}
export interface Call {
    readonly method: 'GET' | 'POST' | 'DELETE';
    readonly path: string;
    readonly query?: Readonly<Record<string, string | number | undefined>>;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    /** Doing it twice is as good as once. Only then is it tried again when nobody knows whether it was done. */
    readonly repeatable: boolean;
    readonly signal?: AbortSignal | undefined;
}
export declare class Transport {
    #private;
    constructor(options: TransportOptions);
    /** The answer's JSON. Throws an ApiError, NoAnswerError, BadAnswerError, SignInError, or the reason of the signal. */
    send<T>(call: Call): Promise<T>;
}
/** Waits, or rejects with the signal's reason. */
export declare function sleep(ms: number, signal?: AbortSignal): Promise<void>;
