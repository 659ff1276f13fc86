/** Where access tokens come from. */
import { DecantError, SignInError } from './errors.ts';

/** Gives a token for each request. */
export interface TokenSource {
  /** A token that is still good; concurrent callers share one request for it. */
  get(): Promise<string>;
  /** Called when the API refused this token: the next `get` must give another one. */
  drop(token: string): void;
  /** Key of the usage plan of whoever signs in: for applications of Decant, the id of their client. */
  readonly apiKey?: string;
}

export interface ClientCredentials {
  /** `https://<domain>/oauth2/token` of the user pool. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Such as `decant/predictions.write`. @default all that the client may have */
  readonly scopes?: readonly string[];
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A token is renewed this long before it ends, so that no request is under way when it does. */
const MARGIN_MS = 60_000;
const TOKEN_TIMEOUT_MS = 20_000;

interface Given {
  readonly token: string;
  /** Until when it is used. */
  readonly until: number;
  /** Of the request for it. */
  readonly number: number;
}

/** OAuth 2.0 client credentials: one token at a time, kept until shortly before it ends. Throws a SignInError. */
export function clientCredentials(options: ClientCredentials): TokenSource {
  const now = options.now ?? Date.now;
  let current: Promise<Given> | undefined;
  let refused: string | undefined;
  let requests = 0;
  return {
    apiKey: options.clientId,
    async get() {
      const before = requests;
      for (;;) {
        const asking = (current ??= requestToken(options, now, ++requests));
        let given: Given;
        try {
          given = await asking;
        } catch (error) {
          if (current === asking) current = undefined;
          throw error;
        }
        const good = now() < given.until && given.token !== refused;
        // What was asked for since this call began is the best there is.
        if (good || given.number > before) return given.token;
        if (current === asking) current = undefined;
      }
    },
    drop(token) {
      refused = token;
    },
  };
}

async function requestToken(o: ClientCredentials, now: () => number, number: number): Promise<Given> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (o.scopes?.length) form.set('scope', o.scopes.join(' '));
  // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
  const basic = btoa([o.clientId, o.clientSecret].map(encodeURIComponent).join(':'));
  const asked = now();
  let text: string;
  let status: number;
  try {
    const answer = await (o.fetch ?? fetch)(o.tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
    });
    status = answer.status;
    text = await answer.text();
  } catch (cause) {
    throw new SignInError(`no answer from ${o.tokenUrl}`, { cause });
  }
  const body = parse(text);
  if (status !== 200) {
    const why = typeof body['error'] === 'string' ? body['error'] : 'it says no more';
    throw new SignInError(`${o.tokenUrl} answered ${status}: ${why}`);
  }
  const { access_token: token, expires_in: seconds } = body;
  if (typeof token !== 'string' || typeof seconds !== 'number') throw new SignInError(`${o.tokenUrl} gave no token`);
  // A token that lives for less than the margin is good for half its life.
  return { token, until: asked + Math.max(seconds * 1000 - MARGIN_MS, seconds * 500), number };
}

function parse(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A token that somebody else looks after: the token itself, or a function that is asked before each request. */
export function bearer(token: string | (() => string | Promise<string>)): TokenSource {
  return {
    get: async () => {
      const value = typeof token === 'string' ? token : await token();
      if (!value) throw new DecantError('there is no access token');
      return value;
    },
    drop: () => undefined,
  };
}
