/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Answer } from '../../../../runtime/api/http.ts';
import { KEEP_SEC, once, type Keyed } from '../../../../runtime/api/idempotency.ts';
import { MemoryKeys } from '../../../../runtime/api/memory.ts';
import { ApiProblem } from '../../../../runtime/api/problem.ts';
import { itemsOf, startApi, type TestApi } from './support.ts';

const keyed = (change: Partial<Keyed> = {}): Keyed => ({
  tenant: 'lab',
  operation: 'createJob',
  key: 'k-1',
  body: Buffer.from('{}'),
  ...change,
});
/** Counts how often it works. */
const worker = (answer: Answer = { status: 200, body: { n: 1 } }) => {
  const tokens: string[] = [];
  return {
    tokens,
    work: (token: string): Promise<Answer> => {
      tokens.push(token);
      return Promise.resolve(answer);
    },
  };
};
const problemOf = (work: Promise<unknown>): Promise<ApiProblem> =>
  work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => error as ApiProblem,
  );

describe('an idempotency key', () => {
  test('works once; a repetition gets the stored answer', async () => {
    const keys = new MemoryKeys();
    const { work, tokens } = worker({ status: 202, headers: { Location: '/x' }, body: { id: 1 } });

    const first = await once(keys, keyed(), work);
    const second = await once(keys, keyed(), work);

    expect(tokens).toHaveLength(1);
    expect(second).toMatchObject({ status: first.status, headers: first.headers, body: first.body });
  });

  test('with another body is refused', async () => {
    const keys = new MemoryKeys();
    const { work, tokens } = worker();
    await once(keys, keyed(), work);

    const problem = await problemOf(once(keys, keyed({ body: Buffer.from('{"a":1}') }), work));

    expect([problem.status, problem.type]).toEqual([409, 'idempotency-key-reused']);
    expect(tokens).toHaveLength(1);
  });

  test.each([
    ['tenant', { tenant: 'other' }],
    ['operation', { operation: 'createEmbeddings' }],
    ['key', { key: 'k-2' }],
  ])('is another one for another %s', async (_name, change) => {
    const keys = new MemoryKeys();
    const { work, tokens } = worker();
    await once(keys, keyed(), work);

    await once(keys, keyed(change), work);

    expect(tokens).toHaveLength(2);
  });

  test('whose first request is still being answered is told to come again', async () => {
    const keys = new MemoryKeys();
    let done: (answer: Answer) => void = () => undefined;
    const slow = once(keys, keyed(), () => new Promise<Answer>((resolve) => (done = resolve)));

    const problem = await problemOf(once(keys, keyed(), worker().work));
    done({ status: 200, body: {} });
    await slow;

    expect([problem.status, problem.type]).toEqual([409, 'still-answering']);
    expect(Number(problem.headers['Retry-After'])).toBeGreaterThanOrEqual(1);
  });

  test('whose first request died is taken over after a minute, under the name that the dead one gave', async () => {
    const keys = new MemoryKeys();
    let died = '';
    void once(
      keys,
      keyed(),
      (token) => ((died = token), new Promise<Answer>(() => undefined)),
      () => 1000,
    );
    await Promise.resolve();
    const { work, tokens } = worker();

    const early = await problemOf(once(keys, keyed(), work, () => 1059));
    await once(keys, keyed(), work, () => 1061);

    expect(early.type).toBe('still-answering');
    expect(died).not.toBe('');
    expect(tokens).toEqual([died]);
  });

  test('is free again after an error', async () => {
    const keys = new MemoryKeys();
    await problemOf(once(keys, keyed(), () => Promise.reject(new ApiProblem('overloaded', 'full'))));
    const { work, tokens } = worker();

    await once(keys, keyed(), work);

    expect(tokens).toHaveLength(1);
  });

  test('is forgotten after 24 hours', async () => {
    const keys = new MemoryKeys();
    const { work, tokens } = worker();
    await once(keys, keyed(), work, () => 1000);

    await once(keys, keyed(), work, () => 1000 + KEEP_SEC);

    expect(KEEP_SEC).toBe(86_400);
    expect(tokens).toHaveLength(2);
  });

  test('with an answer too large to store works again, with the same body only', async () => {
    const keys = new MemoryKeys();
    const { work, tokens } = worker({ status: 200, body: { noise: randomBytes(500_000).toString('base64') } });
    await once(keys, keyed(), work);

    await once(keys, keyed(), work);
    const problem = await problemOf(once(keys, keyed({ body: Buffer.from('[]') }), work));

    expect(tokens).toHaveLength(2);
    expect(problem.type).toBe('idempotency-key-reused');
  });
});

describe('through the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  const send = (smiles: string, key: string) =>
    api.post('/v1/embeddings', { items: [{ smiles }] }, { 'idempotency-key': key });

  test('a repetition is the same to the byte, also what it says of the cache', async () => {
    const first = await send('CCCCCCCCCCO', 'e-1');
    const second = await send('CCCCCCCCCCO', 'e-1');

    expect(itemsOf(first)[0]?.['cached']).toBe(false);
    expect(second.text).toBe(first.text);
  });

  test('a replayed key with another body is 409', async () => {
    await send('CCO', 'e-2');

    expect((await send('CCN', 'e-2')).status).toBe(409);
  });

  test('a refused body leaves the key free', async () => {
    await api.post('/v1/embeddings', { items: [] }, { 'idempotency-key': 'e-3' });

    expect((await send('CCO', 'e-3')).status).toBe(200);
  });

  test.each(['', 'a b', 'ä', 'x'.repeat(256)])('the key "%s" is refused', async (key) => {
    expect((await send('CCO', key)).status).toBe(422);
  });
});
