/** One request until it is answered: token, key, time limit, and tries again where that can help and do no harm. */
import type { TokenSource } from './auth.ts';
import { apiError, ApiError, BadAnswerError, DecantError, NoAnswerError } from './errors.ts';

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

/** First wait at most half a second, then up to twice as long each time, never above 20 s (full jitter). */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A longer Retry-After is told to the caller instead of slept. */
const LONGEST_RETRY_AFTER_SEC = 120;
/** Refused before anything was done. */
const NOT_DONE = new Set([429, 503]);
/** Nobody knows whether it was done. */
const UNCLEAR = new Set([500, 502, 504]);

export class Transport {
  readonly #apiKey: string | undefined;
  readonly #o: Required<Pick<TransportOptions, 'maxTries' | 'timeoutSec' | 'fetch' | 'sleep' | 'random'>> &
    TransportOptions;

  constructor(options: TransportOptions) {
    this.#apiKey = options.apiKey ?? options.auth.apiKey;
    this.#o = {
      ...options,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      maxTries: options.maxTries ?? 5,
      timeoutSec: options.timeoutSec ?? 35,
      fetch: options.fetch ?? ((...args) => fetch(...args)),
      sleep: options.sleep ?? sleep,
      random: options.random ?? Math.random,
    };
  }

  /** The answer's JSON. Throws an ApiError, NoAnswerError, BadAnswerError, SignInError, or the reason of the signal. */
  async send<T>(call: Call): Promise<T> {
    let renewed = false;
    for (let tries = 1; ; tries++) {
      const token = await this.#o.auth.get();
      call.signal?.throwIfAborted();
      let error: DecantError;
      try {
        return await this.#once<T>(call, token);
      } catch (caught) {
        call.signal?.throwIfAborted();
        if (!(caught instanceof DecantError)) throw caught;
        error = caught;
      }
      if (error instanceof ApiError && error.status === 401 && !renewed) {
        renewed = true;
        tries--;
        this.#o.auth.drop(token);
        continue;
      }
      const wait = this.#waitBefore(tries, call, error);
      if (wait === undefined || tries >= this.#o.maxTries) throw error;
      await this.#o.sleep(wait, call.signal);
    }
  }

  async #once<T>(call: Call, token: string): Promise<T> {
    const limit = AbortSignal.timeout(this.#o.timeoutSec * 1000);
    let status: number;
    let headers: Headers;
    let text: string;
    try {
      const answer = await this.#o.fetch(this.#url(call), {
        method: call.method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(this.#apiKey === undefined ? {} : { 'x-api-key': this.#apiKey }),
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
        redirect: 'error',
      });
      ({ status, headers } = answer);
      text = await answer.text();
    } catch (cause) {
      const why = limit.aborted ? `none within ${this.#o.timeoutSec} s` : reason(cause);
      throw new NoAnswerError(`no answer to ${call.method} ${call.path}: ${why}`, { cause });
    }
    const requestId = headers.get('x-request-id') ?? undefined;
    if (status < 200 || status > 299) throw apiError(status, text, requestId, retryAfter(headers));
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      const said = requestId ? ` (request ${requestId})` : '';
      throw new BadAnswerError(`the answer to ${call.method} ${call.path} is no JSON${said}`, { cause });
    }
  }

  /** Milliseconds to wait before the next try; undefined when there must be none. */
  #waitBefore(tries: number, call: Call, error: DecantError): number | undefined {
    if (error instanceof ApiError) {
      const { status, retryAfterSec } = error;
      // A conflict with a time to wait: the first request with this idempotency key is still being answered.
      const again = NOT_DONE.has(status) || (call.repeatable && (UNCLEAR.has(status) || status === 409));
      if (!again || (status === 409 && retryAfterSec === undefined)) return undefined;
      if (retryAfterSec !== undefined) {
        if (retryAfterSec > LONGEST_RETRY_AFTER_SEC) return undefined;
        // Never earlier than told; a little later, so that not all callers come back at once.
        return retryAfterSec * 1000 + this.#o.random() * FIRST_WAIT_MS;
      }
    } else if (!call.repeatable || !(error instanceof NoAnswerError || error instanceof BadAnswerError)) {
      return undefined;
    }
    return this.#o.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  }

  #url({ path, query = {} }: Call): string {
    const given = Object.entries(query).flatMap(([k, v]) =>
      v === undefined ? [] : [[k, String(v)] as [string, string]],
    );
    return `${this.#o.baseUrl}${path}${given.length ? `?${new URLSearchParams(given).toString()}` : ''}`;
  }
}

/** Seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

/** Node hides why a connection failed in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause || error.message;
}

/** Waits, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
