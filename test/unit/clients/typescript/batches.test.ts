import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cut } from '../../../../clients/typescript/src/batches.ts';
import { BadAnswerError, bearer, DecantClient, PartialAnswerError } from '../../../../clients/typescript/src/index.ts';
import { json, model, predictions, problem, scripted, type Scripted, type Step } from '../support/scripted.ts';

let api: Scripted | undefined;
afterEach(() => api?.close());

const open = async (...steps: Step[]) => {
  api = await scripted(...steps);
  const sleep = () => Promise.resolve();
  return { client: new DecantClient({ baseUrl: api.url, auth: bearer('t'), concurrency: 3, sleep }), asked: api.asked };
};
const sizes = (asked: Scripted['asked']) => asked.map((a) => (JSON.parse(a.text) as { items: unknown[] }).items.length);
const chain = (n: number): string[] => Array.from({ length: n }, (_, i) => 'C'.repeat((i % 50) + 1));

describe('many molecules', () => {
  test('go in requests of 256 and come back in their order', async () => {
    const { client, asked } = await open(predictions());
    const molecules = chain(1000);

    const { items, summary } = await client.predict(molecules);

    expect(sizes(asked).sort()).toEqual([232, 256, 256, 256]);
    expect(items.map((i) => i.canonical_smiles)).toEqual(molecules);
    expect(items.map((i) => i.index)).toEqual(molecules.map((_, i) => i));
    expect(summary).toEqual({ ok: 1000, failed: 0 });
  });

  test('keep their ids, which may repeat, since they are not sent', async () => {
    const { client, asked } = await open(predictions());

    const { items } = await client.predict([{ id: 'a', smiles: 'C' }, 'CC', { id: 'a', smiles: 'bad' }]);

    expect(items.map((i) => i.id)).toEqual(['a', undefined, 'a']);
    expect(items[2]).toMatchObject({ status: 'error', error: { code: 'INVALID_SMILES' } });
    expect(asked[0]?.text).not.toContain('"id"');
  });

  test('tell how far they are', async () => {
    const { client } = await open(predictions());
    const seen: [number, number][] = [];

    await client.predict(chain(600), {}, { onProgress: (...now) => seen.push(now) });

    expect(seen).toHaveLength(3);
    expect(seen.at(-1)).toEqual([600, 600]);
  });

  test('that are none are refused before anything is sent', async () => {
    const { client, asked } = await open(predictions());

    await expect(client.predict([])).rejects.toThrow(RangeError);

    expect(asked).toEqual([]);
  });

  test('of which one batch is refused give what was answered, with the reason', async () => {
    const refuse: Step = (response, asked) =>
      (asked.text.includes('"refused"') ? problem(422, 'no') : predictions())(response, asked);
    const { client } = await open(refuse);
    const one = new DecantClient({ baseUrl: api?.url ?? '', auth: bearer('t'), concurrency: 1 });
    const molecules = [...chain(300), 'refused', ...chain(300)];

    const error = await one.predict(molecules).catch((e: unknown) => e);

    expect(client).toBeDefined();
    expect(error).toBeInstanceOf(PartialAnswerError);
    const { items, cause } = error as PartialAnswerError<{ canonical_smiles?: string }>;
    expect(cause).toMatchObject({ name: 'InvalidRequestError' });
    expect(items).toHaveLength(601);
    expect(items.slice(0, 256).map((i) => i?.canonical_smiles)).toEqual(molecules.slice(0, 256));
    expect(items.slice(256).every((i) => i === undefined)).toBe(true);
  });

  test('of which the first batch is refused have just that error', async () => {
    const { client } = await open(problem(403, 'no scope'));

    await expect(client.predict(chain(600))).rejects.toMatchObject({ name: 'ForbiddenError' });
  });

  test('answered by two models are no answer', async () => {
    const { client } = await open(predictions(), predictions('b'.repeat(64)));

    const error = await client.predict(chain(400)).catch((e: unknown) => e);

    expect((error as Error).cause).toBeInstanceOf(BadAnswerError);
    expect(String(error)).toContain('the model changed');
  });

  test.each<[string, unknown]>([
    ['too few', []],
    [
      'out of order',
      [
        { index: 1, status: 'ok' },
        { index: 0, status: 'ok' },
      ],
    ],
    ['none at all', undefined],
  ])('whose answers are %s are no answer', async (_, items) => {
    const { client } = await open(json(200, { model, summary: { ok: 0, failed: 0 }, items }));

    await expect(client.predict(['C', 'CC'])).rejects.toThrow(BadAnswerError);
  });
});

describe('cutting', () => {
  test('never loses, doubles or reorders a molecule, and holds both limits', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 60 }), (smiles) => {
        const parts = cut(smiles, 7, 120);

        expect(parts.flatMap(([from, to]) => smiles.slice(from, to))).toEqual(smiles);
        for (const [from, to] of parts) {
          expect(to).toBeGreaterThan(from);
          expect(to - from).toBeLessThanOrEqual(7);
          const bytes = Buffer.byteLength(JSON.stringify(smiles.slice(from, to).map((s) => ({ smiles: s }))));
          if (to - from > 1) expect(bytes).toBeLessThanOrEqual(120 + 2);
        }
      }),
    );
  });
});
