/**
 * Who asks: the access token is checked here as well, whatever a gateway in front has checked already. An embedded AWS's
 * authorisation is an imitation, and a function can be called past its gateway.
 */
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { RESOURCE_SERVER, type Scope } from '../../protocol/prediction.ts';
import { ApiProblem, retryLater } from './problem.ts';

/** Cognito signs with RSA and SHA-256; `none` and everything symmetric is refused. */
const ALGORITHMS = ['RS256'];
/** Clocks differ a little. */
const CLOCK_TOLERANCE_SEC = 5;

export interface TokenRules {
  readonly issuer: string;
  /** Id of an app client → who it is. */
  readonly clients: Readonly<Record<string, string>>;
  readonly keys: JWTVerifyGetKey;
  /** @default now */
  readonly now?: () => Date;
}

/** Who asks: the tenant of what is stored. */
export interface Caller {
  /** Name of the application; of people, `<application>/<user id>`. */
  readonly tenant: string;
  readonly scopes: readonly string[];
}

/** Keys of the issuer, fetched when the first token comes and again when a key is not known. */
export const issuerKeys = (jwksUrl: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 10_000 });

const refused = (error: string | undefined, detail: string, cause?: unknown): ApiProblem =>
  new ApiProblem('unauthorized', detail, {
    cause,
    headers: {
      'WWW-Authenticate': `Bearer realm="${RESOURCE_SERVER}"${
        error === undefined ? '' : `, error="${error}", error_description="${detail}"`
      }`,
    },
  });

/** Throws 401 with WWW-Authenticate for a token that is none of ours; 503 when the issuer's keys cannot be had. */
export async function authenticate(authorization: string | undefined, rules: TokenRules): Promise<Caller> {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refused(undefined, 'a bearer token is needed');
  const { payload } = await jwtVerify(token, rules.keys, {
    issuer: rules.issuer,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SEC,
    requiredClaims: ['exp', 'iat', 'client_id', 'token_use'],
    ...(rules.now && { currentDate: rules.now() }),
  }).catch((cause: unknown) => {
    throw translated(cause);
  });
  const { client_id: client, token_use: use, scope, username, sub } = payload;
  if (use !== 'access') throw refused('invalid_token', 'it is no access token');
  const application = typeof client === 'string' ? own(rules.clients, client) : undefined;
  if (application === undefined) throw refused('invalid_token', 'it was issued to an unknown client');
  return {
    tenant: typeof username === 'string' ? `${application}/${sub ?? username}` : application,
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
  };
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function translated(cause: unknown): ApiProblem {
  if (cause instanceof errors.JWTExpired) return refused('invalid_token', 'the token has expired', cause);
  if (cause instanceof errors.JWTClaimValidationFailed)
    return refused('invalid_token', `the claim ${cause.claim} is not as it must be`, cause);
  // A key set that is not there or no key set is told by the general error, a refused connection by none of jose's.
  const keysFailed = cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid;
  if (keysFailed || !(cause instanceof errors.JOSEError) || cause.code === 'ERR_JOSE_GENERIC')
    return retryLater('unavailable', 'the keys of the token issuer cannot be had', 5, { cause });
  return refused('invalid_token', 'the signature is not one of the issuer', cause);
}

/** Throws 403 unless the token has the scope. */
export function authorize(caller: Caller, scope: Scope): void {
  const wanted = `${RESOURCE_SERVER}/${scope}`;
  if (caller.scopes.includes(wanted)) return;
  throw new ApiProblem('forbidden', `the token lacks the scope ${wanted}`, {
    headers: { 'WWW-Authenticate': `Bearer realm="${RESOURCE_SERVER}", error="insufficient_scope", scope="${wanted}"` },
  });
}
