/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { itemsOf, startApi, type TestApi } from './support.ts';

const aspirin = 'CC(=O)Oc1ccccc1C(=O)O';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

describe('every answer', () => {
  test.each([
    ['a result', 'POST', '/v1/predictions', { items: [{ smiles: aspirin }] }],
    ['a problem', 'POST', '/v1/predictions', { items: [] }],
    ['a state of health', 'GET', '/v1/health/ready', undefined],
  ])('%s carries the request id and the model with its hash', async (_name, method, path, body) => {
    const { headers } = await api.call(method, path, body ? { body } : {});

    expect(headers['x-request-id']).toBe('request-1');
    expect(headers['x-model']).toBe('chemberta-mtr-mini@1.0.0');
    expect(headers['x-model-sha256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('says that nothing may keep it', async () => {
    const { headers } = await api.get('/v1/models');

    expect(headers['Cache-Control']).toBe('no-store');
  });
});

describe('an answer about molecules', () => {
  test('has the length and order of the request, ids and errors in place', async () => {
    const items = ['CCO', 'C1CC', 'c1ccccc1', '', 'CCO'].map((smiles, i) => ({ id: `m${i}`, smiles }));

    const answer = await api.post('/v1/embeddings', { items });

    expect(itemsOf(answer).map((i) => [i['index'], i['id'], i['status']])).toEqual([
      [0, 'm0', 'ok'],
      [1, 'm1', 'error'],
      [2, 'm2', 'ok'],
      [3, 'm3', 'error'],
      [4, 'm4', 'ok'],
    ]);
    expect(answer.body['summary']).toEqual({ ok: 3, failed: 2 });
  });

  test('is 200 also when no molecule can be read', async () => {
    const answer = await api.post('/v1/predictions', { items: [{ smiles: 'X' }, { smiles: 'C(' }] });

    expect(answer.status).toBe(200);
    expect(answer.body['summary']).toEqual({ ok: 0, failed: 2 });
  });

  test('gives an error its code, title, detail and place, and never the structure', async () => {
    const answer = await api.post('/v1/embeddings', { items: [{ smiles: 'CC1CCC' }] });

    expect(itemsOf(answer)[0]?.['error']).toEqual({
      type: 'urn:decant:problem:ring-not-closed',
      title: 'A ring is not closed',
      detail: 'a ring is opened and not closed',
      code: 'RING_NOT_CLOSED',
      position: 2,
    });
    expect(answer.text).not.toContain('CC1CCC');
  });
});

describe('embeddings', () => {
  test('are the same numbers as JSON and as base64', async () => {
    const items = [{ smiles: aspirin }];

    const json = itemsOf(await api.post('/v1/embeddings', { items }))[0];
    const base64 = itemsOf(await api.post('/v1/embeddings', { items, encoding: 'base64_f32' }))[0];

    const bytes = Buffer.from(String(base64?.['embedding_base64']), 'base64');
    const vector = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    expect(vector).toHaveLength(64);
    expect(json?.['embedding']).toEqual(vector);
  });

  test('have length 1 when normalised, and the direction they had', async () => {
    const items = [{ smiles: aspirin }];

    const plain = itemsOf(await api.post('/v1/embeddings', { items }))[0]?.['embedding'] as number[];
    const unit = itemsOf(await api.post('/v1/embeddings', { items, normalize: true }))[0]?.['embedding'] as number[];

    expect(Math.hypot(...unit)).toBeCloseTo(1, 6);
    expect((unit[0] ?? 0) / (unit[1] ?? 0)).toBeCloseTo((plain[0] ?? 0) / (plain[1] ?? 0), 4);
  });

  test('are refused with a pooling that the bundle has not', async () => {
    const answer = await api.post('/v1/embeddings', { pooling: 'cls', items: [{ smiles: 'C' }] });

    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toEqual([{ pointer: '#/pooling', detail: 'the model is pooled by mean' }]);
  });

  test('are of one form of a molecule, however it is written', async () => {
    const items = ['c1ccccc1O', 'OC1=CC=CC=C1', 'C1=CC=CC=C1O'].map((smiles) => ({ smiles }));

    const answer = await api.post('/v1/embeddings', { items });

    expect(new Set(itemsOf(answer).map((i) => JSON.stringify(i['embedding']))).size).toBe(1);
  });

  test('are marked as cached once they were computed', async () => {
    const items = [{ smiles: 'CCCCCCCCNCCO' }];

    const first = itemsOf(await api.post('/v1/embeddings', { items }))[0];
    const second = itemsOf(await api.post('/v1/embeddings', { items }))[0];

    expect([first?.['cached'], second?.['cached']]).toEqual([false, true]);
    expect(second?.['embedding']).toEqual(first?.['embedding']);
  });
});

describe('predictions', () => {
  test('have every endpoint of the model with unit and status, and say how far the molecule is from what the model knows', async () => {
    const answer = await api.post('/v1/predictions', { items: [{ smiles: aspirin }] });

    const [item] = itemsOf(answer);
    const predictions = item?.['predictions'] as { endpoint: string; value: number; unit: string; status: string }[];
    const weight = predictions.find((p) => p.endpoint === 'MolWt');
    expect(predictions.length).toBeGreaterThanOrEqual(20);
    expect(weight).toMatchObject({ unit: 'g/mol', status: 'descriptor' });
    expect(Math.abs((weight?.value ?? 0) - 180.16)).toBeLessThan(20);
    expect(item?.['applicability']).toMatchObject({ in_domain: true });
  });

  test('are those that are asked for, in that order', async () => {
    const answer = await api.post('/v1/predictions', { endpoints: ['qed', 'TPSA'], items: [{ smiles: aspirin }] });

    const predictions = itemsOf(answer)[0]?.['predictions'] as { endpoint: string }[];
    expect(predictions.map((p) => p.endpoint)).toEqual(['qed', 'TPSA']);
  });

  test('of an unknown endpoint are refused, with its place', async () => {
    const answer = await api.post('/v1/predictions', { endpoints: ['qed', 'iq'], items: [{ smiles: 'C' }] });

    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toEqual([{ pointer: '#/endpoints/1', detail: 'the model has no such endpoint' }]);
  });
});

describe('standardising', () => {
  test('tells canonical form, parent, components and what changed', async () => {
    const answer = await api.post('/v1/molecules:standardize', { items: [{ smiles: ' [Na+].OC1=CC=CC=C1' }] });

    expect(itemsOf(answer)[0]).toMatchObject({
      canonical_smiles: 'Oc1ccccc1.[Na+]',
      parent: 'Oc1ccccc1',
      components: 2,
      changes: ['TRIMMED', 'CANONICALIZED', 'AROMATIZED'],
      warnings: [{ code: 'MULTI_COMPONENT', detail: 'A salt or mixture of several components' }],
    });
  });
});

describe('tokens', () => {
  test('are those that the model reads, the special ones included', async () => {
    const answer = await api.post('/v1/tokenize', { items: [{ smiles: 'OCC' }, { smiles: 'Clc1ccccc1' }] });

    expect(itemsOf(answer)[0]).toMatchObject({
      tokens: ['[CLS]', 'C', 'C', 'O', '[SEP]'],
      token_ids: [12, 16, 16, 19, 13],
    });
    expect(itemsOf(answer)[1]?.['tokens']).toContain('Cl');
  });

  test('of a long molecule are all there, and it is said that the model would not read them all', async () => {
    const answer = await api.post('/v1/tokenize', { items: [{ smiles: 'C'.repeat(300) }] });

    expect(itemsOf(answer)[0]).toMatchObject({ truncated: true });
    expect(itemsOf(answer)[0]?.['token_ids']).toHaveLength(302);
  });
});

describe('models', () => {
  test('are listed with targets, limits, tokenizer and card', async () => {
    const { body } = await api.get('/v1/models');

    expect(body['models']).toMatchObject([
      { name: 'chemberta-mtr-mini', dimension: 64, pooling: 'mean', limits: { max_tokens: 128, max_items: 256 } },
    ]);
  });

  test.each([
    ['the served version', '/v1/models/chemberta-mtr-mini/versions/1.0.0', 200],
    ['another version', '/v1/models/chemberta-mtr-mini/versions/9.9.9', 404],
    ['another model', '/v1/models/gpt/versions/1.0.0', 404],
  ])('are found by name and version: %s', async (_name, path, status) => {
    expect((await api.get(path)).status).toBe(status);
  });

  test.each([
    ['chemberta-mtr-mini', 200],
    ['chemberta-mtr-mini@1.0.0', 200],
    ['chemberta-mtr-mini@2.0.0', 404],
    ['other', 404],
  ])('a request for %s is answered with %i', async (model, status) => {
    expect((await api.post('/v1/embeddings', { model, items: [{ smiles: 'C' }] })).status).toBe(status);
  });
});

describe('stored embeddings', () => {
  const inchikey = 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N';

  test('are found by InChIKey once they were computed, with an ETag that saves the next answer', async () => {
    const own = await startApi();
    const before = await own.get(`/v1/embeddings/${inchikey}`);
    await own.post('/v1/embeddings', { items: [{ smiles: 'OCC' }] });

    const found = await own.get(`/v1/embeddings/${inchikey}`);
    const again = await own.get(`/v1/embeddings/${inchikey}`, { 'if-none-match': found.headers['ETag'] ?? '' });
    const other = await own.get(`/v1/embeddings/${inchikey}?encoding=base64_f32`, {
      'if-none-match': found.headers['ETag'] ?? '',
    });

    expect(before.status).toBe(404);
    expect(itemsOf(found)).toMatchObject([{ canonical_smiles: 'CCO', tokens: 5 }]);
    expect([again.status, again.text]).toEqual([304, '']);
    expect(other.status).toBe(200);
  });

  test('of several molecules that share an InChIKey are all answered', async () => {
    const own = await startApi();
    // Tautomers: standard InChI makes no difference.
    await own.post('/v1/embeddings', { items: [{ smiles: 'Oc1ccccn1' }, { smiles: 'O=c1cccc[nH]1' }] });

    const found = await own.get('/v1/embeddings/UBQKCCHYAOITMY-UHFFFAOYSA-N');

    expect(
      itemsOf(found)
        .map((i) => i['canonical_smiles'])
        .sort(),
    ).toEqual(['O=c1cccc[nH]1', 'Oc1ccccn1']);
  });

  test.each(['ABC', `${inchikey}X`, inchikey.toLowerCase()])('are not looked for by %s', async (key) => {
    expect((await api.get(`/v1/embeddings/${key}`)).status).toBe(422);
  });
});
