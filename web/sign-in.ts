/** Who asks: people by authorisation code with PKCE (RFC 7636), or the key in the address that the local server printed. */
import type { TokenSource } from '../clients/typescript/src/auth.ts';
import { SignInError } from '../clients/typescript/src/errors.ts';
import type { SignIn } from '../protocol/page.ts';

const STORE = 'decant.token';
const PENDING = 'decant.sign-in';
/** A token is renewed this long before it ends. */
const MARGIN_MS = 60_000;

interface Held {
  readonly token: string;
  readonly until: number;
  readonly refresh?: string | undefined;
}

export interface Session extends TokenSource {
  readonly signedIn: boolean;
  /** Leaves the page for the place where people sign in; comes back with a code. */
  signIn(): Promise<void>;
  /** Forgets the token, and has the user pool forget its session. */
  signOut(): void;
}

/** Reads what the address carries, removes it from the address and the history, and gives the session. */
export async function openSession(config: SignIn): Promise<Session> {
  return config.kind === 'key' ? keySession() : codeSession(config);
}

function keySession(): Session {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem(STORE, given);
    history.replaceState(null, '', location.pathname);
  }
  const key = () => sessionStorage.getItem(STORE);
  return {
    get signedIn() {
      return key() !== null;
    },
    get: () => {
      const value = key();
      return value
        ? Promise.resolve(value)
        : Promise.reject(new SignInError('open the whole address that decant local page printed: it ends with a key'));
    },
    drop: () => sessionStorage.removeItem(STORE),
    signIn: () => Promise.resolve(),
    signOut: () => sessionStorage.removeItem(STORE),
  };
}

type Code = Extract<SignIn, { kind: 'code' }>;

/** Where people come back to: this page, as the user pool has it in its list. */
const callback = (): string => new URL('index.html', location.href).href.replace(/[?#].*$/, '');

async function codeSession(config: Code): Promise<Session> {
  await finishSignIn(config);
  return {
    apiKey: config.clientId,
    get signedIn() {
      return held() !== undefined;
    },
    async get() {
      const now = held();
      if (now && Date.now() < now.until) return now.token;
      if (now?.refresh)
        return (await exchange(config, { grant_type: 'refresh_token', refresh_token: now.refresh })).token;
      throw new SignInError('sign in first');
    },
    drop(token) {
      const now = held();
      if (now?.token === token) keep({ ...now, until: 0 });
    },
    signIn: () => startSignIn(config),
    signOut() {
      sessionStorage.removeItem(STORE);
      const query = new URLSearchParams({ client_id: config.clientId, logout_uri: callback() });
      location.assign(`${config.domain}/logout?${query.toString()}`);
    },
  };
}

function held(): Held | undefined {
  const text = sessionStorage.getItem(STORE);
  return text ? (JSON.parse(text) as Held) : undefined;
}

const keep = (value: Held): void => sessionStorage.setItem(STORE, JSON.stringify(value));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function startSignIn(config: Code): Promise<void> {
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: callback(),
    scope: config.scopes.join(' '),
    state,
    code_challenge_method: 'S256',
    code_challenge: base64url(new Uint8Array(digest)),
  });
  location.assign(`${config.domain}/oauth2/authorize?${query.toString()}`);
}

/** Takes the code out of the address, when this page asked for it, and trades it for a token. */
async function finishSignIn(config: Code): Promise<void> {
  const query = new URLSearchParams(location.search);
  const [code, state, refused] = [query.get('code'), query.get('state'), query.get('error')];
  if (!code && !refused) return;
  history.replaceState(null, '', location.pathname);
  const pending = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  if (refused) throw new SignInError(`you are not signed in: ${refused}`);
  const asked = pending ? (JSON.parse(pending) as { verifier: string; state: string }) : undefined;
  if (!code || !asked || asked.state !== state) throw new SignInError('this sign-in was not started here; start again');
  await exchange(config, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback(),
    code_verifier: asked.verifier,
  });
}

async function exchange(config: Code, form: Record<string, string>): Promise<Held> {
  const answer = await fetch(`${config.domain}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, client_id: config.clientId }).toString(),
  }).catch((cause: unknown) => {
    throw new SignInError('the place where people sign in does not answer', { cause });
  });
  if (!answer.ok) {
    sessionStorage.removeItem(STORE);
    throw new SignInError('your sign-in has ended; sign in again');
  }
  const got = (await answer.json()) as { access_token: string; expires_in: number; refresh_token?: string };
  const value: Held = {
    token: got.access_token,
    until: Date.now() + got.expires_in * 1000 - MARGIN_MS,
    refresh: got.refresh_token ?? form['refresh_token'],
  };
  keep(value);
  return value;
}
