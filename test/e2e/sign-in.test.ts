/** People sign in on the page by authorisation code with PKCE: in a real browser, at a user pool that checks what it is told. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../../local/root.ts';
import type { PageConfig } from '../../protocol/page.ts';
import { PageFiles } from '../../runtime/page/files.ts';
import { describeInChromium } from './browser.ts';

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly apiKey: string | string[] | undefined;
}

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** What the user pool does with the next sign-in. */
interface Pool {
  readonly server: Server;
  readonly url: string;
  readonly asked: URLSearchParams[];
  readonly grants: string[];
  /** Seconds that its tokens last. */
  lasts: number;
  refuse: boolean;
  tamper: (redirect: URL) => void;
}

/** Hosted pages that sign in whoever comes, and a token endpoint that checks code, verifier and address as RFC 7636 says. */
async function userPool(): Promise<Pool> {
  const asked: URLSearchParams[] = [];
  const grants: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://pool');
    if (url.pathname === '/oauth2/authorize') {
      asked.push(url.searchParams);
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      if (pool.refuse) back.searchParams.set('error', 'access_denied');
      else back.searchParams.set('code', `code-${asked.length}`);
      pool.tamper(back);
      response.writeHead(302, { location: back.href }).end();
    } else if (url.pathname === '/logout') {
      response.writeHead(302, { location: url.searchParams.get('logout_uri') ?? '' }).end();
    } else {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const first = asked.at(-1);
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const good =
          form.get('grant_type') === 'refresh_token'
            ? form.get('refresh_token') === 'refresh'
            : form.get('code') === `code-${asked.length}` &&
              form.get('redirect_uri') === first?.get('redirect_uri') &&
              first?.get('code_challenge_method') === 'S256' &&
              challenge === first.get('code_challenge');
        grants.push(form.get('grant_type') ?? '');
        response.writeHead(good ? 200 : 400, {
          'content-type': 'application/json',
          'access-control-allow-origin': '*',
        });
        const given = { access_token: `token-${grants.length}`, expires_in: pool.lasts, refresh_token: 'refresh' };
        response.end(JSON.stringify(good ? given : { error: 'invalid_grant' }));
      });
    }
  });
  const pool: Pool = {
    server,
    url: await listen(server),
    asked,
    grants,
    lasts: 3600,
    refuse: false,
    tamper: () => undefined,
  };
  return pool;
}

describeInChromium('signing in on the page', (tab) => {
  let pool: Pool;
  let site: Server;
  let url: string;
  let seen: Seen[];

  beforeEach(async () => {
    pool = await userPool();
    seen = [];
    const files = new PageFiles(join(projectRoot(), 'build', 'page'));
    const config: PageConfig = {
      environment: 'dev',
      signIn: { kind: 'code', domain: pool.url, clientId: 'people', scopes: ['openid', 'decant/predictions.write'] },
    };
    // As the deployed API does: the page below the stage, the routes beside it.
    site = createServer((request, response) => {
      const path = (request.url ?? '').replace(/\?.*/, '');
      const name = /^\/api\/ui\/([^/]+)$/.exec(path)?.[1];
      if (name === undefined) {
        const { authorization, 'x-api-key': apiKey } = request.headers;
        seen.push({ path, authorization, apiKey });
        response.writeHead(403, { 'content-type': 'application/problem+json' });
        response.end('{"type":"x","title":"No","status":403,"detail":"seen"}');
        return;
      }
      void files
        .answer(name, config)
        .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
    url = `${await listen(site)}/api/ui/index.html`;
  });
  afterEach(async () => {
    await close(site);
    await close(pool.server);
  });

  const button = (name: string) => tab().page.getByRole('button', { name });
  const signIn = async (): Promise<void> => {
    await tab().page.goto(url);
    await button('Sign in').click();
  };
  const predict = async (): Promise<void> => {
    await tab().page.getByLabel('Structures').fill('C');
    await button('Predict').click();
  };

  test('asks with PKCE and the scopes, comes back without a trace in the address, and asks the API with token and key', async () => {
    await signIn();
    await button('Sign out').waitFor();
    await predict();
    await tab().page.getByText('403 No: seen').waitFor();

    expect(Object.fromEntries(pool.asked[0] ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'people',
      redirect_uri: url,
      scope: 'openid decant/predictions.write',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(tab().page.url()).toBe(url);
    expect(seen).toEqual([{ path: '/api/v1/predictions', authorization: 'Bearer token-1', apiKey: 'people' }]);
  });

  test('renews a token that has ended without asking the person again', async () => {
    pool.lasts = 30; // Less than the margin: it has ended as soon as it is there.
    await signIn();
    await button('Sign out').waitFor();
    await predict();
    await tab().page.getByText('403 No: seen').waitFor();

    expect(pool.grants).toEqual(['authorization_code', 'refresh_token']);
    expect(seen.map((s) => s.authorization)).toEqual(['Bearer token-2']);
  });

  test.each<[string, (pool: Pool) => void, string]>([
    [
      'a code that comes back with another state',
      (p) => (p.tamper = (back) => back.searchParams.set('state', 'forged')),
      'was not started here',
    ],
    [
      'a code that the pool did not give',
      (p) => (p.tamper = (back) => back.searchParams.set('code', 'forged')),
      'sign in again',
    ],
    ['a refusal', (p) => (p.refuse = true), 'you are not signed in: access_denied'],
  ])('refuses %s, and lets the person try again', async (_, prepare, said) => {
    prepare(pool);

    await signIn();
    await tab().page.getByRole('alert').filter({ hasText: said }).waitFor();

    expect(tab().page.url()).toBe(url);
    expect(await button('Sign in').isVisible()).toBe(true);
  });

  test('ignores a code in the address that nobody asked for here', async () => {
    await tab().page.goto(`${url}?code=stolen&state=x`);
    await tab().page.getByRole('alert').filter({ hasText: 'was not started here' }).waitFor();

    expect(pool.grants).toEqual([]);
  });

  test('sends nothing to the API before somebody signed in, or after they signed out', async () => {
    await signIn();
    await button('Sign out').click();
    await button('Sign in').waitFor();
    await predict();
    await tab().page.getByRole('alert').filter({ hasText: 'sign in first' }).waitFor();

    expect(seen).toEqual([]);
  });
});
