import { afterEach, describe, expect, test } from '@jest/globals';
import {
  BadAnswerError,
  clientCredentials,
  ConflictError,
  DecantClient,
  ForbiddenError,
  InvalidRequestError,
  NoAnswerError,
  NotFoundError,
  ThrottledError,
  UnauthorizedError,
  UnavailableError,
  type TokenSource,
} from '../../../../clients/typescript/src/index.ts';
import {
  broken,
  json,
  model,
  predictions,
  problem,
  scripted,
  text,
  type Scripted,
  type Step,
} from '../support/scripted.ts';

let api: Scripted | undefined;
afterEach(() => api?.close());

/** Tokens by number; one that is dropped is followed by the next. */
const tokens = (): TokenSource & { dropped: string[] } => {
  const dropped: string[] = [];
  return { dropped, get: () => Promise.resolve(`t${dropped.length}`), drop: (token) => void dropped.push(token) };
};

const open = async (...steps: Step[]) => {
  api = await scripted(...steps);
  const waits: number[] = [];
  const auth = tokens();
  const client = new DecantClient({
    baseUrl: `${api.url}/api/`,
    auth,
    apiKey: 'plan',
    timeoutSec: 5,
    // Full jitter at its most: what is waited at longest.
    random: () => 1,
    sleep: (ms) => (waits.push(ms), Promise.resolve()),
  });
  return { client, waits, asked: api.asked, auth };
};

const list = json(200, { models: [] });

describe('a request', () => {
  test('carries token, key of the plan and type, to the stage', async () => {
    const { client, asked } = await open(predictions());

    await client.predict(['CCO'], { endpoints: ['MolWt'] });

    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/predictions',
      headers: { authorization: 'Bearer t0', 'x-api-key': 'plan', 'content-type': 'application/json' },
    });
    expect(JSON.parse(asked[0]?.text ?? '')).toEqual({ endpoints: ['MolWt'], items: [{ smiles: 'CCO' }] });
  });

  test('whose token has expired is sent once more with a new one', async () => {
    const { client, asked, auth } = await open(problem(401, 'expired'), list);

    await client.models();

    expect(asked.map((a) => a.headers.authorization)).toEqual(['Bearer t0', 'Bearer t1']);
    expect(auth.dropped).toEqual(['t0']);
  });

  test('gets its new token from where tokens come from', async () => {
    let n = 0;
    const pool = await scripted((response, asked) =>
      json(200, { access_token: `token-${++n}`, expires_in: 3600 })(response, asked),
    );
    const { asked } = await open(problem(401, 'expired'), list);
    const auth = clientCredentials({ tokenUrl: pool.url, clientId: 'client', clientSecret: 'secret' });

    await new DecantClient({ baseUrl: api?.url ?? '', auth }).models();
    await pool.close();

    expect(asked.map((a) => a.headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(asked.map((a) => a.headers['x-api-key'])).toEqual(['client', 'client']);
  });

  test('whose new token is refused as well is not sent a third time', async () => {
    const { client, asked } = await open(problem(401, 'foreign'));

    await expect(client.models()).rejects.toThrow(UnauthorizedError);

    expect(asked).toHaveLength(2);
  });

  test.each([429, 503])('that is answered %i waits as long as Retry-After says, at least', async (status) => {
    const { client, waits, asked } = await open(problem(status, 'busy', { 'retry-after': '7' }), list);

    await client.models();

    expect(asked).toHaveLength(2);
    expect(waits).toEqual([7500]);
  });

  test('reads a Retry-After that is a date', async () => {
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    const { client, waits } = await open(problem(503, 'busy', { 'retry-after': inTenSeconds }), list);

    await client.models();

    expect(waits[0]).toBeGreaterThan(5_000);
    expect(waits[0]).toBeLessThanOrEqual(10_500);
  });

  test('does not sleep for an hour, but tells how long to wait', async () => {
    const { client, waits } = await open(problem(429, 'quota', { 'retry-after': '3600' }));

    const error = await client.models().catch((e: unknown) => e);

    expect(error).toBeInstanceOf(ThrottledError);
    expect((error as ThrottledError).retryAfterSec).toBe(3600);
    expect(waits).toEqual([]);
  });

  test('waits longer from try to try, and gives up after five', async () => {
    const { client, waits, asked } = await open(problem(500, 'broken'));

    await expect(client.models()).rejects.toThrow(UnavailableError);

    expect(asked).toHaveLength(5);
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  test.each<[string, Step]>([
    ['a connection that breaks within the answer', broken],
    ['a connection that is refused without a word', (response) => response.destroy()],
    ['JSON that is cut off', text(200, '{"models": [')],
    ['a page of a proxy', text(502, '<html>Bad gateway</html>')],
  ])('survives %s', async (_, step) => {
    const { client, asked } = await open(step, list);

    await expect(client.models()).resolves.toEqual([]);

    expect(asked).toHaveLength(2);
  });

  test('that never gets a whole answer says so', async () => {
    const { client } = await open(broken);

    await expect(client.models()).rejects.toThrow(NoAnswerError);
  });

  test('that never gets JSON names the request', async () => {
    const { client } = await open(text(200, 'oops', { 'x-request-id': 'r-7' }));

    const error = await client.models().catch((e: unknown) => e);

    expect(error).toBeInstanceOf(BadAnswerError);
    expect(String(error)).toContain('r-7');
  });

  test('has the same idempotency key in all its tries, and another one than the next', async () => {
    const { client, asked } = await open(broken, predictions());

    await client.predict(['CCO']);
    await client.predict(['CCO']);

    const [first, again, other] = asked.map((a) => a.headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('whose first try is still being answered waits for it', async () => {
    const { client, asked } = await open(problem(409, 'in progress', { 'retry-after': '1' }), predictions());

    await client.predict(['CCO']);

    expect(asked).toHaveLength(2);
  });

  test('ends when its caller ends it, while it waits', async () => {
    const { client } = await open(problem(503, 'busy'));
    const real = new DecantClient({ baseUrl: api?.url ?? '', auth: tokens(), random: () => 1 });
    const stop = new AbortController();

    const asked = real.models({ signal: stop.signal });
    stop.abort(new Error('enough'));

    await expect(asked).rejects.toThrow('enough');
    expect(client).toBeDefined();
  });
});

describe('a problem', () => {
  test.each([
    [400, InvalidRequestError],
    [403, ForbiddenError],
    [404, NotFoundError],
    [409, ConflictError],
    [413, InvalidRequestError],
    [415, InvalidRequestError],
    [422, InvalidRequestError],
  ])('of status %i is an error of its own, and is not tried again', async (status, Class) => {
    const { client, asked } = await open(problem(status, 'no', { 'x-request-id': 'r-1' }));

    const error = await client.models().catch((e: unknown) => e);

    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ status, requestId: 'r-1', problem: { title: 'A problem', detail: 'no' } });
    expect(asked).toHaveLength(1);
  });

  test('names the places that are wrong', async () => {
    const errors = [{ pointer: '#/items/0/smiles', detail: 'is missing' }];
    const { client } = await open(json(422, { type: 'x', title: 'Invalid', status: 422, detail: 'the body', errors }));

    await expect(client.predict(['CCO'])).rejects.toThrow('#/items/0/smiles is missing');
  });

  test('that is none, as proxies answer, has the status all the same', async () => {
    const { client } = await open(text(403, 'Forbidden'));

    await expect(client.models()).rejects.toMatchObject({ name: 'ForbiddenError', status: 403 });
  });

  test('never repeats a structure', async () => {
    const { client } = await open(broken);

    const error = await client.predict(['C1=SECRET']).catch((e: unknown) => e);

    expect(String(error) + String((error as Error).cause)).not.toContain('SECRET');
  });
});

describe('jobs', () => {
  const job = (state: string) => ({ id: 'j1', type: 'predictions', state, model, input: {}, output: {} });

  test('are started once, by their idempotency key, however often the answer is lost', async () => {
    const { client, asked } = await open(broken, json(202, job('QUEUED')));

    const started = await client.jobs.start({ type: 'predictions', input: { s3uri: 's3://a-b/c.csv', format: 'csv' } });

    expect(started.state).toBe('QUEUED');
    expect(new Set(asked.map((a) => a.headers['idempotency-key'])).size).toBe(1);
  });

  test('are followed to their end, with progress', async () => {
    const { client, waits } = await open(
      json(200, job('QUEUED')),
      json(200, job('RUNNING')),
      json(200, job('PARTIAL')),
    );
    const seen: string[] = [];

    const ended = await client.jobs.wait('j1', { onProgress: ({ state }) => seen.push(state) });

    expect(ended.state).toBe('PARTIAL');
    expect(seen).toEqual(['QUEUED', 'RUNNING', 'PARTIAL']);
    expect(waits).toEqual([2000, 2600]);
  });

  test.each(['FAILED', 'CANCELLED'])('that are %s reject who waits for them', async (state) => {
    const { client } = await open(json(200, { ...job(state), error: { code: 'E', detail: 'because' } }));

    await expect(client.jobs.wait('j1')).rejects.toMatchObject({
      name: 'JobError',
      message: expect.stringContaining('because'),
    });
  });

  test('are listed over all pages', async () => {
    const { client, asked } = await open(
      json(200, { jobs: [job('RUNNING')], next_cursor: 'a b' }),
      json(200, { jobs: [job('RUNNING'), job('RUNNING')] }),
    );

    const found = [];
    for await (const one of client.jobs.list({ status: 'RUNNING' })) found.push(one);

    expect(found).toHaveLength(3);
    expect(asked[1]?.path).toBe('/api/v1/jobs?status=RUNNING&cursor=a+b');
  });

  test('whose cancellation was answered into a broken connection are cancelled', async () => {
    const { client } = await open(broken, problem(409, 'has ended already'), json(200, job('CANCELLED')));

    await expect(client.jobs.cancel('j1')).resolves.toMatchObject({ state: 'CANCELLED' });
  });

  test('that ended before they were cancelled are a conflict', async () => {
    const { client } = await open(problem(409, 'has ended already'), json(200, job('SUCCEEDED')));

    await expect(client.jobs.cancel('j1')).rejects.toThrow(ConflictError);
  });

  test('have results and errors, read by whoever may read S3', async () => {
    const { client } = await open(list);
    const outputs = { results: ['s3://b/1.parquet'], errors: 's3://b/errors.jsonl', manifest: 's3://b/manifest.json' };
    const done = { ...job('PARTIAL'), outputs } as unknown as Parameters<typeof client.jobs.results>[0];
    const read = (uri: string) =>
      Promise.resolve(new TextEncoder().encode(uri.endsWith('jsonl') ? '{"row":3}\n\n' : 'PAR1'));

    expect(await client.jobs.errors(done, read)).toEqual([{ row: 3 }]);
    expect(await client.jobs.results(done, read)).toHaveLength(1);
  });
});
