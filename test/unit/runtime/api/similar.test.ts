/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { itemsOf, startApi, type TestApi } from './support.ts';

const molecules = ['CCO', 'CCCO', 'CCCCO', 'c1ccccc1', 'Cc1ccccc1', 'CC(=O)O', 'CCN', 'CCCN', 'C1CCCCC1', 'CC(C)O'];
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await api.post('/v1/embeddings', { items: molecules.map((smiles) => ({ smiles })) });
});

const found = (items: Record<string, unknown>[]): unknown[] => items.map((i) => i['canonical_smiles']);

describe('similarity search', () => {
  test('finds a molecule first by its SMILES, its InChIKey and its vector', async () => {
    const vector = itemsOf(await api.post('/v1/embeddings', { items: [{ smiles: 'CCO' }] }))[0]?.['embedding'];

    const answers = await Promise.all(
      [{ smiles: 'OCC' }, { inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N' }, { vector }].map((query) =>
        api.post('/v1/similarity:search', { query, k: 3 }),
      ),
    );

    for (const answer of answers) {
      expect(itemsOf(answer)[0]).toMatchObject({ rank: 0, canonical_smiles: 'CCO' });
      expect(itemsOf(answer)).toHaveLength(3);
    }
  });

  test('answers by falling score, none below the least', async () => {
    const items = itemsOf(await api.post('/v1/similarity:search', { query: { smiles: 'CCO' }, min_score: 0.5 }));

    const scores = items.map((i) => Number(i['score']));
    expect(scores.length).toBeGreaterThan(0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.5);
  });

  test('leaves out what is excluded, and fills the page all the same', async () => {
    const filter = { exclude_inchikeys: ['LFQSCWFLJHTTHZ-UHFFFAOYSA-N'] };

    const items = itemsOf(await api.post('/v1/similarity:search', { query: { smiles: 'CCO' }, k: 4, filter }));

    expect(items).toHaveLength(4);
    expect(found(items)).not.toContain('CCO');
  });

  test('pages through all of it without a gap or a repetition', async () => {
    const all = itemsOf(await api.post('/v1/similarity:search', { query: { smiles: 'CCO' }, k: 100 }));
    const pages: Record<string, unknown>[] = [];
    let cursor: unknown;
    do {
      const page = await api.post('/v1/similarity:search', {
        query: { smiles: 'CCO' },
        k: 3,
        ...(cursor !== undefined && { cursor }),
      });
      pages.push(...itemsOf(page));
      cursor = page.body['next_cursor'];
    } while (cursor !== undefined);

    expect(all).toHaveLength(molecules.length);
    expect(pages).toEqual(all);
  });

  test('takes a cursor for the question only that it was made for', async () => {
    const { body } = await api.post('/v1/similarity:search', { query: { smiles: 'CCO' }, k: 2 });
    const cursor = String(body['next_cursor']);

    const other = await api.post('/v1/similarity:search', { query: { smiles: 'CCN' }, k: 2, cursor });
    const forged = await api.post('/v1/similarity:search', { query: { smiles: 'CCO' }, k: 2, cursor: 'OTk.AAAA' });

    expect([other.status, forged.status]).toEqual([422, 422]);
    expect(other.body['errors']).toEqual([{ pointer: '#/cursor', detail: 'belongs to another question' }]);
  });

  test.each([
    ['no query', {}],
    ['two queries', { query: { smiles: 'C', inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N' } }],
    ['an empty query', { query: {} }],
    ['a vector of another length', { query: { vector: [1, 2, 3] } }],
    ['a vector without a direction', { query: { vector: Array.from({ length: 64 }, () => 0) } }],
    ['a vector beyond 32 bits', { query: { vector: Array.from({ length: 64 }, () => 1e300) } }],
    ['a structure that cannot be read', { query: { smiles: 'C1CC' } }],
    ['k of 0', { query: { smiles: 'C' }, k: 0 }],
    ['k above 100', { query: { smiles: 'C' }, k: 101 }],
    ['a score above 1', { query: { smiles: 'C' }, min_score: 2 }],
  ])('refuses %s', async (_name, body) => {
    expect((await api.post('/v1/similarity:search', body)).status).toBe(422);
  });

  test('of an InChIKey that nothing is stored for is 404', async () => {
    const answer = await api.post('/v1/similarity:search', { query: { inchikey: 'AAAAAAAAAAAAAA-UHFFFAOYSA-N' } });

    expect(answer.status).toBe(404);
  });
});
