import { apiError, ApiError, BadAnswerError, DecantError, NoAnswerError } from './errors.js';
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
    #apiKey;
    #o;
    constructor(options) {
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
    async send(call) {
        let renewed = false;
        for (let tries = 1;; tries++) {
            const token = await this.#o.auth.get();
            call.signal?.throwIfAborted();
            let error;
            try {
                return await this.#once(call, token);
            }
            catch (caught) {
                call.signal?.throwIfAborted();
                if (!(caught instanceof DecantError))
                    throw caught;
                error = caught;
            }
            if (error instanceof ApiError && error.status === 401 && !renewed) {
                renewed = true;
                tries--;
                this.#o.auth.drop(token);
                continue;
            }
            const wait = this.#waitBefore(tries, call, error);
            if (wait === undefined || tries >= this.#o.maxTries)
                throw error;
            await this.#o.sleep(wait, call.signal);
        }
    }
    async #once(call, token) {
        const limit = AbortSignal.timeout(this.#o.timeoutSec * 1000);
        let status;
        let headers;
        let text;
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
        }
        catch (cause) {
            const why = limit.aborted ? `none within ${this.#o.timeoutSec} s` : reason(cause);
            throw new NoAnswerError(`no answer to ${call.method} ${call.path}: ${why}`, { cause });
        }
        const requestId = headers.get('x-request-id') ?? undefined;
        if (status < 200 || status > 299)
            throw apiError(status, text, requestId, retryAfter(headers));
        try {
            return JSON.parse(text);
        }
        catch (cause) {
            const said = requestId ? ` (request ${requestId})` : '';
            throw new BadAnswerError(`the answer to ${call.method} ${call.path} is no JSON${said}`, { cause });
        }
    }
    /** Milliseconds to wait before the next try; undefined when there must be none. */
    #waitBefore(tries, call, error) {
        if (error instanceof ApiError) {
            const { status, retryAfterSec } = error;
            // A conflict with a time to wait: the first request with this idempotency key is still being answered.
            const again = NOT_DONE.has(status) || (call.repeatable && (UNCLEAR.has(status) || status === 409));
            if (!again || (status === 409 && retryAfterSec === undefined))
                return undefined;
            if (retryAfterSec !== undefined) {
                if (retryAfterSec > LONGEST_RETRY_AFTER_SEC)
                    return undefined;
                // Never earlier than told; a little later, so that not all callers come back at once.
                return retryAfterSec * 1000 + this.#o.random() * FIRST_WAIT_MS;
            }
        }
        else if (!call.repeatable || !(error instanceof NoAnswerError || error instanceof BadAnswerError)) {
            return undefined;
        }
        return this.#o.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    }
    #url({ path, query = {} }) {
        const given = Object.entries(query).flatMap(([k, v]) => v === undefined ? [] : [[k, String(v)]]);
        return `${this.#o.baseUrl}${path}${given.length ? `?${new URLSearchParams(given).toString()}` : ''}`;
    }
}
/** Seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3). */
function retryAfter(headers) {
    const value = headers.get('retry-after');
    if (value === null)
        return undefined;
    if (/^\s*\d+\s*$/.test(value))
        return Number(value);
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}
/** Node hides why a connection failed in the cause. */
function reason(error) {
    if (!(error instanceof Error))
        return String(error);
    const cause = error.cause instanceof Error ? error.cause.message : '';
    return cause || error.message;
}
/** Waits, or rejects with the signal's reason. */
export function sleep(ms, signal) {
    return new Promise((resolve, reject) => {
        const stop = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', stop);
            resolve();
        }, ms);
        if (signal?.aborted)
            stop();
        else
            signal?.addEventListener('abort', stop, { once: true });
    });
}
