/** An issuer of tokens for one machine: client credentials, RS256, a key set. It stands where Cognito stands. */
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWTPayload } from 'jose';
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { RESOURCE_SERVER, scopes } from '../../protocol/prediction.ts';

const VALID_SEC = 3600;
export const CLIENT = 'local-client';
/** Tenant of that client. */
export const APPLICATION = 'local';

export interface Issuer {
  readonly issuer: string;
  readonly keys: JSONWebKeySet;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A signed token; claims given here go before its own. */
  token(claims?: JWTPayload): Promise<string>;
  /** Answers `POST /oauth2/token`. */
  grant(authorization: string | undefined, form: URLSearchParams): Promise<{ status: number; body: unknown }>;
}

export const allScopes = Object.keys(scopes).map((scope) => `${RESOURCE_SERVER}/${scope}`);

export async function makeIssuer(issuer: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = randomUUID();
  const clientSecret = randomBytes(24).toString('base64url');
  const token = (claims: JWTPayload = {}): Promise<string> => sign(privateKey, kid, issuer, claims);
  return {
    issuer,
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] },
    clientId: CLIENT,
    clientSecret,
    token,
    grant: async (authorization, form) => {
      const [id, secret] = credentials(authorization, form);
      if (id !== CLIENT || !same(secret, clientSecret)) return { status: 401, body: { error: 'invalid_client' } };
      if (form.get('grant_type') !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      const scope = form.get('scope') ?? allScopes.join(' ');
      if (scope.split(' ').some((s) => !allScopes.includes(s)))
        return { status: 400, body: { error: 'invalid_scope' } };
      const access = await token({ scope });
      return { status: 200, body: { access_token: access, token_type: 'Bearer', expires_in: VALID_SEC } };
    },
  };
}

const sign = (key: CryptoKey, kid: string, issuer: string, claims: JWTPayload): Promise<string> => {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: issuer,
    sub: CLIENT,
    client_id: CLIENT,
    token_use: 'access',
    scope: allScopes.join(' '),
    iat: now,
    exp: now + VALID_SEC,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(key);
};

/** By the Authorization header, or in the form. */
function credentials(authorization: string | undefined, form: URLSearchParams): [string, string] {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString().split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret.join(':'))];
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
