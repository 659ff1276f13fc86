/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APPLICATION, CLIENT, makeIssuer, type Issuer } from '../../../../local/api/issuer.ts';
import { apiDocument } from '../../../../runtime/api/document.ts';
import { ApiProblem } from '../../../../runtime/api/problem.ts';
import { authenticate, issuerKeys, type TokenRules } from '../../../../runtime/api/token.ts';
import { document, startApi, type TestApi } from './support.ts';

const ISSUER = 'https://issuer.test/pool';
let issuer: Issuer;
let rules: TokenRules;
beforeAll(async () => {
  issuer = await makeIssuer(ISSUER);
  rules = { issuer: ISSUER, clients: { [CLIENT]: APPLICATION }, keys: createLocalJWKSet(issuer.keys) };
});

const now = (): number => Math.floor(Date.now() / 1000);
/** The problem that a header ends in. */
const refusal = async (authorization: string | undefined, against = rules): Promise<ApiProblem> => {
  const error: unknown = await authenticate(authorization, against).catch((e: unknown) => e);
  if (error instanceof ApiProblem) return error;
  throw new Error(`admitted: ${JSON.stringify(error)}`);
};
const claims = (): JWTPayload => ({
  iss: ISSUER,
  client_id: CLIENT,
  token_use: 'access',
  scope: 'decant/models.read',
  iat: now(),
  exp: now() + 60,
});
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of the issuer', () => {
  test('tells the application and its scopes', async () => {
    const caller = await authenticate(`Bearer ${await issuer.token({ scope: 'decant/models.read' })}`, rules);

    expect(caller).toEqual({ tenant: 'local', scopes: ['decant/models.read'] });
  });

  test('of a person is a tenant of its own below the application', async () => {
    const caller = await authenticate(`Bearer ${await issuer.token({ sub: 'u-1', username: 'ann' })}`, rules);

    expect(caller.tenant).toBe('local/u-1');
  });
});

describe('is refused with 401 and WWW-Authenticate:', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['what is no token', 'Bearer abc'],
    ['two tokens', 'Bearer a.b.c d.e.f'],
  ])('%s', async (_name, header) => {
    const problem = await refusal(header);

    expect(problem.status).toBe(401);
    expect(problem.headers['WWW-Authenticate']).toMatch(/^Bearer realm="decant"/);
  });

  test.each([
    ['expired', () => ({ iat: now() - 7200, exp: now() - 60 }), 'the token has expired'],
    ['not valid yet', () => ({ nbf: now() + 3600 }), 'the claim nbf is not as it must be'],
    ['of another issuer', () => ({ iss: 'https://issuer.test/other' }), 'the claim iss is not as it must be'],
    ['of another client', () => ({ client_id: 'somebody' }), 'it was issued to an unknown client'],
    ['of a client named like a method', () => ({ client_id: 'constructor' }), 'it was issued to an unknown client'],
    ['an identity token', () => ({ token_use: 'id' }), 'it is no access token'],
  ])('a token that is %s', async (_name, change: () => JWTPayload, detail) => {
    const problem = await refusal(`Bearer ${await issuer.token(change())}`);

    expect([problem.status, problem.message]).toEqual([401, detail]);
    expect(problem.headers['WWW-Authenticate']).toContain('error="invalid_token"');
  });

  test('a token without an end', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const endless = { ...claims() };
    delete endless.exp;
    const token = await new SignJWT(endless).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);

    const problem = await refusal(`Bearer ${token}`, { ...rules, keys: () => Promise.resolve(publicKey) });

    expect(problem.message).toBe('the claim exp is not as it must be');
  });

  test('a foreign token: right claims, signed with another key', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const kid = issuer.keys.keys[0]?.kid ?? '';
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);

    expect((await refusal(`Bearer ${token}`)).status).toBe(401);
  });

  test('an unsigned token', async () => {
    expect((await refusal(`Bearer ${part({ alg: 'none' })}.${part(claims())}.`)).status).toBe(401);
  });

  test('a token signed with the public key as a shared secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(issuer.keys.keys[0]));
    const kid = issuer.keys.keys[0]?.kid ?? '';
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);

    expect((await refusal(`Bearer ${token}`)).status).toBe(401);
  });

  test('a token that was tampered with', async () => {
    const [head = '', , signature = ''] = (await issuer.token({ scope: 'decant/models.read' })).split('.');
    const richer = part({ ...claims(), scope: 'decant/jobs.write' });

    expect((await refusal(`Bearer ${head}.${richer}.${signature}`)).status).toBe(401);
  });
});

describe('when the keys of the issuer cannot be had', () => {
  test.each([
    ['nobody answers', undefined],
    ['it answers 500', 500],
    ['it answers something else', 200],
  ])('%s: 503 with Retry-After, since the token may be good', async (_name, status) => {
    const server = createServer((_request, response) => response.writeHead(status ?? 500).end('{"a":1}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    if (status === undefined) await new Promise((resolve) => server.close(resolve));

    const problem = await refusal(`Bearer ${await issuer.token()}`, { ...rules, keys: issuerKeys(url) });
    server.close();

    expect(problem.status).toBe(503);
    expect(problem.headers['Retry-After']).toBe('5');
  });
});

describe('each route', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  const guarded = apiDocument(document).operations.filter((o) => o.scope !== undefined);
  const path = (template: string): string => template.replace(/\{\w+\}/g, 'x');

  test.each(guarded.map((o) => [o.id, o] as const))('%s wants a token', async (_id, operation) => {
    const answer = await api.call(operation.method, path(operation.path), { claims: null });

    expect(answer.status).toBe(401);
  });

  test.each(guarded.map((o) => [o.id, o] as const))(
    '%s wants its own scope, not all the others',
    async (_id, operation) => {
      const others = guarded.map((o) => `decant/${o.scope}`).filter((s) => s !== `decant/${operation.scope}`);

      const answer = await api.call(operation.method, path(operation.path), {
        claims: { scope: `${others.join(' ')} ${operation.scope} other/${operation.scope} decant/${operation.scope}x` },
      });

      expect(answer.status).toBe(403);
      expect(answer.headers['WWW-Authenticate']).toContain('insufficient_scope');
    },
  );

  test('of health wants none', async () => {
    expect((await api.call('GET', '/v1/health/live', { claims: null })).status).toBe(200);
  });
});
