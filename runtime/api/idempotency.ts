/** Once per idempotency key: the first request works, its repetitions get what it answered. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { timeId } from './ids.ts';
import type { Answer } from './http.ts';
import { ApiProblem, retryLater } from './problem.ts';

/** How long an answer is kept. */
export const KEEP_SEC = 24 * 3600;
/** After so long the first request is taken for dead: the function cannot run longer than API Gateway waits. */
const ANSWERING_SEC = 60;
/** DynamoDB holds 400 KB an item, keys and names included. A larger answer is not stored but computed again, which gives the same. */
export const MAX_STORED_BYTES = 350_000;

/** One use of a key, as stored. `answer` is missing while it is being made and where it was too large. */
export interface KeyUse {
  readonly request: string;
  readonly bodyHash: string;
  readonly state: 'answering' | 'answered';
  /** Until when its request is believed to live; seconds since 1970. */
  readonly until: number;
  readonly expires: number;
  /** Made with the first claim and kept by those that take over: names what the work makes, so that it is made once. */
  readonly token: string;
  readonly answer?: Uint8Array;
}

export interface KeyStore {
  /** Stores the use unless one is there that has not expired; then answers that one. */
  claim(use: KeyUse, now: number): Promise<KeyUse | undefined>;
  /** Claims what a dead request held; false when another one was faster. */
  takeOver(use: KeyUse, dead: KeyUse): Promise<boolean>;
  finish(use: KeyUse): Promise<void>;
  /** After an error: the next request with the key works again. */
  release(request: string): Promise<void>;
}

export interface Keyed {
  readonly tenant: string;
  readonly operation: string;
  readonly key: string;
  readonly body: Buffer;
}

const hash = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** The item's key: hashed, since a caller chooses a part of it. */
export const requestOf = ({ tenant, operation, key }: Keyed): string => hash(JSON.stringify([tenant, operation, key]));

const store = (answer: Answer): Uint8Array | undefined => {
  const bytes = gzipSync(JSON.stringify({ status: answer.status, headers: answer.headers, body: answer.body }));
  return bytes.length > MAX_STORED_BYTES ? undefined : bytes;
};

const restore = (bytes: Uint8Array): Answer => ({
  ...(JSON.parse(gunzipSync(bytes).toString()) as Answer),
  log: { replayed: true },
});

const stillAnswering = (seconds: number): ApiProblem =>
  retryLater('still-answering', 'try again to get its answer', Math.max(1, Math.min(5, seconds)));

/**
 * Works once per key and body. Throws 409 for a key that came with another body, and 409 with Retry-After while its first
 * request is still being answered. An error is not stored.
 */
export async function once(
  keys: KeyStore,
  keyed: Keyed,
  work: (token: string) => Promise<Answer>,
  now: () => number = () => Math.floor(Date.now() / 1000),
): Promise<Answer> {
  const started = now();
  const fresh: KeyUse = {
    request: requestOf(keyed),
    bodyHash: hash(keyed.body),
    state: 'answering',
    until: started + ANSWERING_SEC,
    expires: started + KEEP_SEC,
    token: timeId(started * 1000),
  };
  const earlier = await keys.claim(fresh, started);
  if (earlier && earlier.bodyHash !== fresh.bodyHash)
    throw new ApiProblem('idempotency-key-reused', 'use a new key for a new request');
  if (earlier?.state === 'answered') return earlier.answer ? restore(earlier.answer) : work(earlier.token);
  const use = earlier ? { ...fresh, token: earlier.token } : fresh;
  if (earlier) {
    if (earlier.until > started) throw stillAnswering(earlier.until - started);
    if (!(await keys.takeOver(use, earlier))) throw stillAnswering(1);
  }
  try {
    const answer = await work(use.token);
    const stored = store(answer);
    await keys.finish({ ...use, state: 'answered', ...(stored && { answer: stored }) });
    return answer;
  } catch (error) {
    await keys.release(use.request);
    throw error;
  }
}
