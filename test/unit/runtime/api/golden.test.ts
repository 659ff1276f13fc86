/** @jest-environment ./test/jest/onnx-environment.cjs */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { codesOf, itemsOf, root, startApi } from './support.ts';

const fixtures = join(root, 'test', 'fixtures', 'chemistry');
const BOUND = 1e-5;
const DIMENSION = 64;

const molecules = readFileSync(join(fixtures, 'molecules.txt'), 'utf8').trim().split('\n');
const bytes = readFileSync(join(fixtures, 'embeddings.f32'));
const frozen = (molecule: number): number[] =>
  Array.from({ length: DIMENSION }, (_, i) => bytes.readFloatLE((molecule * DIMENSION + i) * 4));

/** The numbers 0 to n − 1 in an order that looks like none, and is the same each time. */
const shuffled = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => i).sort((a, b) => ((a * 7919) % n) - ((b * 7919) % n));

describe('1,000 molecules through the API', () => {
  test.each([1, 7, 64, 256])(
    'are the frozen vectors of the reference to 1e-5, in requests of %i, in any order',
    async (size) => {
      const api = await startApi();
      // A request a molecule costs most: a quarter of them tells as much.
      const order = shuffled(molecules.length).slice(0, size === 1 ? 250 : molecules.length);
      let worst = 0;
      let compared = 0;
      for (let from = 0; from < order.length; from += size) {
        const batch = order.slice(from, from + size);
        const answer = await api.post('/v1/embeddings', { items: batch.map((m) => ({ smiles: molecules[m] })) });
        for (const [i, item] of itemsOf(answer).entries()) {
          const expected = frozen(batch[i] ?? -1);
          for (const [k, v] of (item['embedding'] as number[]).entries())
            worst = Math.max(worst, Math.abs(v - (expected[k] ?? NaN)));
          compared++;
        }
      }

      expect(compared).toBe(order.length);
      expect(worst).toBeLessThanOrEqual(BOUND);
    },
  );

  test('and predictions of the first 200 are the frozen values', async () => {
    const api = await startApi();
    const values = readFileSync(join(fixtures, 'values.f64'));
    const answer = await api.post('/v1/predictions', { items: molecules.slice(0, 200).map((smiles) => ({ smiles })) });
    const { models } = (await api.get('/v1/models')).body as { models: { targets: { name: string }[] }[] };
    const targets = models[0]?.targets ?? [];

    const worst = itemsOf(answer).flatMap((item, m) => {
      const found = new Map(
        (item['predictions'] as { endpoint: string; value: number }[]).map((p) => [p.endpoint, p.value]),
      );
      return targets.map(({ name }, t) => {
        const expected = values.readDoubleLE((m * targets.length + t) * 8);
        return Math.abs((found.get(name) ?? NaN) - expected) / Math.max(1, Math.abs(expected));
      });
    });

    expect(worst).toHaveLength(200 * 20);
    expect(Math.max(...worst)).toBeLessThanOrEqual(BOUND);
  });
});

const data = process.env['DECANT_TEST_DATA'];

describe('all 99,991 PubChem SMILES through the API', () => {
  (data ? test : test.skip)(
    'get 99,991 verdicts in their order, none lost (needs DECANT_TEST_DATA)',
    async () => {
      const api = await startApi();
      const text = gunzipSync(readFileSync(join(data ?? '', 'pubchem_100k_standardized.csv.gz'))).toString();
      const smiles = text.split('\n').flatMap((line) => line.split('\t')[0] || []);
      const codes: Record<string, number> = {};
      let misplaced = 0;
      let seen = 0;
      for (let from = 0; from < smiles.length; from += 256) {
        const batch = smiles.slice(from, from + 256);
        const items = batch.map((s, i) => ({ id: String(from + i), smiles: s }));
        const answer = await api.post('/v1/embeddings', { encoding: 'base64_f32', on_truncation: 'flag', items });
        for (const [i, item] of itemsOf(answer).entries()) {
          if (item['index'] !== i || item['id'] !== String(from + i)) misplaced++;
          if ((item['status'] === 'ok') !== (typeof item['embedding_base64'] === 'string')) misplaced++;
          seen++;
        }
        for (const code of codesOf(answer)) codes[String(code)] = (codes[String(code)] ?? 0) + 1;
      }

      expect(smiles).toHaveLength(99_991);
      expect([seen, misplaced]).toEqual([99_991, 0]);
      // This release of RDKit refuses 12 of them.
      expect(codes).toMatchObject({ ok: 99_979 });
    },
    1_800_000,
  );
});
