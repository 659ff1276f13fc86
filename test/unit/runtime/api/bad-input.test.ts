/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../../../runtime/api/model.ts';
import { loadOnce } from '../../../../runtime/api/ready.ts';
import { bundleFolder, codesOf, itemsOf, startApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const embed = (...smiles: string[]) => api.post('/v1/embeddings', { items: smiles.map((s) => ({ smiles: s })) });
const warningsOf = async (smiles: string): Promise<unknown> => {
  const [item] = itemsOf(await embed(smiles));
  return (item?.['warnings'] as { code: string }[] | undefined)?.map((w) => w.code);
};

describe('one bad molecule among good ones has its own error', () => {
  test.each([
    ['nothing', '', 'EMPTY'],
    ['blanks', '   ', 'EMPTY'],
    ['what is no SMILES', 'not a molecule', 'INVALID_SMILES'],
    ['a bracket that stays open', 'C(', 'INVALID_SMILES'],
    ['a ring that stays open', 'C1CC', 'RING_NOT_CLOSED'],
    ['a carbon of five bonds', 'C(C)(C)(C)(C)C', 'VALENCE'],
    ['an aromatic ring of five carbons', 'c1cccc1', 'KEKULIZE'],
    ['a reaction', 'CCO>>CC=O', 'REACTION'],
    ['10,000 characters', 'C'.repeat(10_000), 'TOO_LONG'],
    ['more tokens than the model reads', 'C'.repeat(600), 'TOO_LONG'],
    ['a line end within', 'CC\r\nCC', 'INVALID_SMILES'],
    ['an emoji', 'C😀C', 'INVALID_SMILES'],
    ['a NUL byte', 'C\0C', 'INVALID_SMILES'],
  ])('%s', async (_name, smiles, code) => {
    const answer = await embed('CCO', smiles, 'CCN');

    expect(codesOf(answer)).toEqual(['ok', code, 'ok']);
    expect(itemsOf(answer)[1]).not.toHaveProperty('embedding');
  });

  test.each([
    ['a blank before it and a line end after it', ' CCO\r\n'],
    ['a byte order mark', '\uFEFFCCO'],
  ])('%s is no damage', async (_name, smiles) => {
    expect(itemsOf(await embed(smiles))[0]).toMatchObject({ status: 'ok', canonical_smiles: 'CCO' });
  });
});

describe('a molecule that the model reads with reserve has a warning', () => {
  test.each([
    ['a salt', 'CC(=O)[O-].[Na+]', 'MULTI_COMPONENT'],
    ['a dummy atom', '*CC', 'DUMMY_ATOM'],
    ['an isotope', '[13CH3]O', 'ISOTOPE'],
    ['tokens that the vocabulary lacks', '[Og]', 'UNKNOWN_TOKENS'],
  ])('%s', async (_name, smiles, code) => {
    expect(await warningsOf(smiles)).toContain(code);
  });

  test('too many tokens, where that is asked for: cut, said, and the vector of the first ones', async () => {
    const items = [{ smiles: 'C'.repeat(600) }, { smiles: 'C'.repeat(126) }];

    const answer = await api.post('/v1/embeddings', { on_truncation: 'flag', items });

    const [cut, whole] = itemsOf(answer);
    expect(cut).toMatchObject({ status: 'ok', truncated: true, tokens: 602, warnings: [{ code: 'TRUNCATED' }] });
    expect(whole).toMatchObject({ status: 'ok', truncated: false, tokens: 128 });
    expect(cut?.['embedding']).toEqual(whole?.['embedding']);
  });

  test('a vector of a cut molecule is no answer for who wants an error', async () => {
    const items = [{ smiles: 'C'.repeat(601) }];
    await api.post('/v1/embeddings', { on_truncation: 'flag', items });

    expect(codesOf(await api.post('/v1/embeddings', { items }))).toEqual(['TOO_LONG']);
  });
});

describe('a request that is refused as a whole', () => {
  const post = (raw: string | Buffer, headers: Record<string, string> = {}) =>
    api.call('POST', '/v1/embeddings', { raw, headers });

  test.each([
    ['malformed JSON', '{"items":[', 400],
    ['no body', '', 400],
    ['NaN, which is no JSON', '{"items":[{"smiles":NaN}]}', 400],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400],
    ['a body that is a list', '[]', 422],
    ['a body that is null', 'null', 422],
    ['no items', '{}', 422],
    ['0 items', '{"items":[]}', 422],
    ['an item that is a text', '{"items":["CCO"]}', 422],
    ['a SMILES that is a number', '{"items":[{"smiles":1e400}]}', 422],
    ['a SMILES that is null', '{"items":[{"smiles":null}]}', 422],
    ['a field that is not known', '{"items":[{"smiles":"C"}],"normalise":true}', 422],
    ['a field of __proto__', '{"items":[{"smiles":"C","__proto__":{}}]}', 422],
    ['an id that is too long', JSON.stringify({ items: [{ id: 'x'.repeat(129), smiles: 'C' }] }), 422],
    ['a wrong word', '{"on_truncation":"cut","items":[{"smiles":"C"}]}', 422],
  ])('%s', async (_name, raw, status) => {
    const answer = await post(raw);

    expect(answer.status).toBe(status);
    expect(answer.headers['Content-Type']).toBe('application/problem+json');
  });

  test('names the place by JSON pointer, and repeats nothing of the body', async () => {
    const answer = await post('{"items":[{"smiles":"C"},{"smiles":"SECRETSMILES","ID":1}]}');

    expect(answer.body['errors']).toEqual([{ pointer: '#/items/1/ID', detail: 'is not known' }]);
    expect(answer.text).not.toContain('SECRETSMILES');
  });

  test.each([
    [
      'duplicate ids',
      {
        items: [
          { id: 'a', smiles: 'C' },
          { id: 'b', smiles: 'C' },
          { id: 'a', smiles: 'C' },
        ],
      },
      422,
    ],
    ['10,000 items', { items: Array.from({ length: 10_000 }, () => ({ smiles: 'C' })) }, 413],
    ['257 items', { items: Array.from({ length: 257 }, () => ({ smiles: 'C' })) }, 413],
    ['2 MB', { items: [{ smiles: 'C'.repeat(2_000_000) }] }, 413],
  ])('%s', async (_name, body, status) => {
    expect((await api.post('/v1/embeddings', body)).status).toBe(status);
  });

  test.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', { 'content-type': '' }],
    ['a packed body', { 'content-encoding': 'gzip' }],
  ])('another content type: %s', async (_name, headers) => {
    expect((await post('{"items":[{"smiles":"C"}]}', headers as Record<string, string>)).status).toBe(415);
  });

  test('a content type with a charset, and a body with a byte order mark, are welcome', async () => {
    const answer = await post('\uFEFF{"items":[{"smiles":"C"}]}', {
      'content-type': 'Application/JSON; charset=utf-8',
    });

    expect(answer.status).toBe(200);
  });

  test.each([
    ['another path', 'GET', '/v1/nothing', 404],
    ['another method', 'PATCH', '/v1/embeddings', 405],
    ['a broken percent sign', 'GET', '/v1/jobs/%E0%A4%A', 404],
    ['a path that climbs', 'GET', '/v1/models/../jobs', 404],
  ])('%s', async (_name, method, path, status) => {
    expect((await api.call(method, path)).status).toBe(status);
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1&limit=2', 'status=DONE', 'cursor=', 'cursor=abc', 'page=2'])(
    'a parameter that is wrong: %s',
    async (query) => {
      expect((await api.get(`/v1/jobs?${query}`)).status).toBe(422);
    },
  );
});

describe('a bundle that is not whole', () => {
  test('is refused: health and every route are 503, naming the file and both hashes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'decant-damaged-'));
    cpSync(bundleFolder, folder, { recursive: true });
    const path = join(folder, 'model.onnx');
    const bytes = readFileSync(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const damaged = await startApi(() => ({
      engine: loadOnce(
        () => openEngine(folder),
        () => undefined,
      ),
    }));

    const [live, ready, answer] = [
      await damaged.get('/v1/health/live'),
      await damaged.get('/v1/health/ready'),
      await damaged.post('/v1/embeddings', { items: [{ smiles: 'C' }] }),
    ];

    expect([live.status, ready.status, answer.status]).toEqual([200, 503, 503]);
    expect(ready.body['detail']).toMatch(
      /^model\.onnx of the bundle is damaged: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
    );
    expect(answer.headers['Retry-After']).toBe('60');
    expect(answer.text).not.toContain(folder);
  });
});

describe('what is logged', () => {
  test('is one line a request with counts, and no structure, name or token', async () => {
    const own = await startApi();
    const smiles = 'CC(=O)Nc1ccc(O)cc1';
    await own.post('/v1/predictions', { items: [{ id: 'secret-id', smiles }, { smiles: 'C1CCSECRET' }] });
    await own.call('POST', '/v1/predictions', { raw: `{"items":[{"smiles":"${smiles}"` });

    const text = JSON.stringify(own.logged);
    expect(own.logged.map((l) => l['status'])).toEqual([200, 400]);
    expect(own.logged[0]).toMatchObject({ operation: 'createPredictions', tenant: 'local', ok: 1, failed: 1 });
    for (const secret of [smiles, 'secret-id', 'SECRET', 'RZVAJINKPMORJF', 'eyJ']) expect(text).not.toContain(secret);
  });

  test('of an error within is where it came from; the caller learns nothing of it', async () => {
    const own = await startApi(() => ({
      cache: () => {
        throw new Error('secret CCO in a message');
      },
    }));

    const failed = await own.post('/v1/embeddings', { items: [{ smiles: 'CCO' }] }).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );

    // 500 is nowhere described: it is a defect.
    expect(failed).toContain('status 500');
    expect(JSON.stringify(own.logged)).not.toContain('secret');
    expect(own.logged[0]).toMatchObject({ status: 500, problem: 'internal', cause: { name: 'Error' } });
  });
});
