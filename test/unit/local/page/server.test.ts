import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPage, type PageServer } from '../../../../local/page/server.ts';
import { json, problem, scripted, type Scripted, type Step } from '../../clients/support/scripted.ts';

const folder = mkdtempSync(join(tmpdir(), 'decant-page-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
let api: Scripted;
let page: PageServer;
let tokens: number;

const open = async (...steps: Step[]): Promise<void> => {
  api = await scripted(...steps);
  tokens = 0;
  page = await startPage({
    folder,
    environment: 'local',
    api: `${api.url}/api/`,
    token: () => Promise.resolve(`token-${++tokens}`),
    apiKey: 'plan',
  });
};
beforeEach(() => open(json(200, { models: [] }, { 'x-request-id': 'r-1', 'set-cookie': 'a=b' })));
afterEach(async () => {
  await page.close();
  await api.close();
});

const origin = () => new URL(page.url).origin;
const key = () => new URLSearchParams(new URL(page.url).hash.slice(1)).get('key') ?? '';
/** As fetch, with headers that fetch forbids. */
const ask = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    request(`${origin()}${path}`, { method, headers }, (r) => resolve(r.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });

describe('the server of the page on one machine', () => {
  test('listens on the loopback interface, and prints an address with a key that is long and new', async () => {
    const other = await startPage({ folder, environment: 'local', api: api.url, token: () => Promise.resolve('t') });
    await other.close();

    expect(new URL(page.url).hostname).toBe('127.0.0.1');
    expect(key()).toMatch(/^[\w-]{43}$/);
    expect(other.url).not.toContain(key());
  });

  test('passes a request on with a token of its own and the key of the plan, and the answer back', async () => {
    const answer = await fetch(`${origin()}/v1/models?x=1`, {
      headers: { authorization: `Bearer ${key()}`, cookie: 'secret=1', 'idempotency-key': 'i' },
    });

    expect(await answer.json()).toEqual({ models: [] });
    expect([answer.headers.get('x-request-id'), answer.headers.get('set-cookie')]).toEqual(['r-1', null]);
    expect(api.asked[0]).toMatchObject({ path: '/api/v1/models?x=1', headers: { authorization: 'Bearer token-1' } });
    expect(api.asked[0]?.headers).toMatchObject({ 'x-api-key': 'plan', 'idempotency-key': 'i' });
    expect(api.asked[0]?.headers).not.toHaveProperty('cookie');
  });

  test('asks for a token once, and again when the API refuses it', async () => {
    await page.close();
    await api.close();
    await open(problem(401, 'expired'), json(200, {}));
    const headers = { authorization: `Bearer ${key()}` };

    await fetch(`${origin()}/v1/models`, { headers });
    await fetch(`${origin()}/v1/models`, { headers });

    expect(api.asked.map((a) => a.headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
  });

  test.each([
    ['no key', {}],
    ['another key', { authorization: 'Bearer nonsense' }],
    ['half the key', 'half'],
  ])('refuses who has %s, and asks nobody', async (_, headers) => {
    const sent =
      headers === 'half' ? { authorization: `Bearer ${key().slice(0, 20)}` } : (headers as Record<string, string>);

    expect(await ask('/v1/models', sent)).toBe(401);
    expect(api.asked).toEqual([]);
  });

  test.each<[string, Record<string, string>, number]>([
    ['a name that somebody pointed to this machine', { host: 'evil.example' }, 421],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
  ])('refuses %s, also with the key', async (_, headers, status) => {
    expect(await ask('/v1/models', { authorization: `Bearer ${key()}`, ...headers }, 'POST')).toBe(status);
    expect(api.asked).toEqual([]);
  });

  test('serves files to who reads, and sends all else to the page', async () => {
    const found = await fetch(`${origin()}/ui/index.html`);
    const moved = await fetch(`${origin()}/`, { redirect: 'manual' });

    expect([found.status, found.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("'none'"),
    ]);
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/ui/index.html']);
    expect(await ask('/ui/index.html', {}, 'DELETE')).toBe(405);
    expect(await ask('/ui/nothing.js', {})).toBe(404);
  });

  test('says that the API does not answer, without what was asked', async () => {
    await api.close();

    const answer = await fetch(`${origin()}/v1/predictions`, {
      method: 'POST',
      body: '{"items":[{"smiles":"SECRET"}]}',
      headers: { authorization: `Bearer ${key()}` },
    });

    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('SECRET');
  });

  test('does not read a body without end', async () => {
    const answer = await fetch(`${origin()}/v1/predictions`, {
      method: 'POST',
      body: 'C'.repeat(5_000_000),
      headers: { authorization: `Bearer ${key()}` },
    });

    expect([answer.status, api.asked.length]).toEqual([413, 0]);
  });
});
