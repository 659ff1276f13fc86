import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBundle, type Bundle } from '../../../../runtime/bundle/read.ts';
import { Predictor, type Predicted } from '../../../../runtime/inference/predictor.ts';
import { bundleFolder, json, maxAbs, molecules, shuffled, tinyFolder, values } from './support.ts';

interface Pairs {
  readonly different: readonly { name: string; smiles: [string, string]; maxAbs: number }[];
  readonly same: readonly { canonical: string; forms: Readonly<Record<string, string>> }[];
}
const pairs = json<Pairs>('pairs.json');

let bundle: Bundle;
let predictor: Predictor;
beforeAll(async () => {
  bundle = await readBundle(bundleFolder);
  predictor = await Predictor.of(bundle);
});
afterAll(() => predictor.close());

async function predicted(texts: readonly string[], by = predictor): Promise<Predicted[]> {
  return (await by.predict(texts)).map((found) => {
    if (!found.ok) throw new Error(found.error.detail);
    return found;
  });
}

describe('the predictor', () => {
  test('gives values in units, as numpy does', async () => {
    const count = 200;
    const found = await predicted(molecules.slice(0, count));

    const apart = found.flatMap((f, i) =>
      bundle.targets.map(
        ({ std }, t) => Math.abs((f.values[t] ?? NaN) - (values[i * bundle.targets.length + t] ?? NaN)) / std,
      ),
    );
    expect(Math.max(...apart)).toBeLessThan(1e-5);
  });

  test('gives as many answers as texts, in their order, errors among them', async () => {
    const texts = ['CCO', 'C1CC', '', 'CCN', 'CC>>C', 'CCO'];

    const found = await predictor.predict(texts);

    expect(found.map((f) => (f.ok ? f.canonical : f.error.code))).toEqual([
      'CCO',
      'RING_NOT_CLOSED',
      'EMPTY',
      'CCN',
      'REACTION',
      'CCO',
    ]);
  });

  test('gives a molecule the same vector whatever comes with it', async () => {
    const texts = molecules.slice(0, 300);
    const order = shuffled([...texts.keys()], 7);

    const straight = await predicted(texts);
    const mixed = await predicted(order.map((i) => texts[i] ?? ''));

    const apart = order.map((place, i) => maxAbs(straight[place]?.embedding ?? [], mixed[i]?.embedding ?? []));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
  });

  test.each(pairs.different.map((p) => [p.name, p] as const))(
    'tells apart: %s',
    async (_, { smiles, maxAbs: wanted }) => {
      const [a, b] = await predicted(smiles);

      expect(maxAbs(a?.embedding ?? [], b?.embedding ?? [])).toBeGreaterThan(wanted / 2);
    },
  );

  test.each(pairs.same)('takes all forms of $canonical for one', async ({ canonical, forms }) => {
    const found = await predicted([canonical, ...Object.values(forms)]);

    expect(new Set(found.map((f) => f.canonical))).toEqual(new Set([canonical]));
    for (const { embedding } of found) expect(maxAbs(embedding, found[0]?.embedding ?? [])).toBeLessThan(1e-5);
  });

  test('gives the mean where a target does not vary', async () => {
    const tiny = await Predictor.open(tinyFolder);
    const flat = tiny.bundle.targets.findIndex(({ std }) => std === 0);

    const found = await predicted(molecules.slice(0, 5), tiny);

    expect(flat).toBeGreaterThanOrEqual(0);
    expect(found.map((f) => f.values[flat])).toEqual(Array(5).fill(tiny.bundle.targets[flat]?.mean));
    await tiny.close();
  });

  test('knows no domain where the bundle has no reference sample', async () => {
    const { reference, referenceVectors, ...rest } = bundle;
    const without = await Predictor.of({ ...rest, reference: undefined, referenceVectors: undefined });

    const [found] = await predicted(['CCO'], without);

    expect([reference, referenceVectors]).not.toContain(undefined);
    expect(found?.nearest).toBeNaN();
    await without.close();
  });

  test('a molecule of the reference sample is as near as can be, and in domain', () => {
    const vectors = bundle.referenceVectors ?? new Float32Array();
    const { dimension } = bundle.index;

    const [nearest] = predictor.applicability.nearest(vectors.slice(5 * dimension, 6 * dimension));

    expect(nearest).toBeCloseTo(1, 5);
  });

  test('what the model has no finite number for has an error instead', async () => {
    const targets = bundle.targets.map((t, i) => (i === 3 ? { ...t, mean: Infinity } : t));
    const broken = await Predictor.of({ ...bundle, targets });

    const found = await broken.predict(['CCO', 'C1CC']);

    expect(found.map((f) => (f.ok ? 'ok' : f.error.code))).toEqual(['NON_FINITE', 'RING_NOT_CLOSED']);
    await broken.close();
  });
});
