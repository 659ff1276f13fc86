import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readBundle, type Bundle } from '../../../../runtime/bundle/read.ts';
import { Encoder } from '../../../../runtime/inference/encoder.ts';
import { Tokenizer } from '../../../../runtime/inference/tokenizer.ts';
import { bundleFolder, DIMENSION, embeddings, maxAbs, molecules, scaled, shuffled } from './support.ts';

/** Of the largest component, whatever the batch. */
const BOUND = 1e-5;

let bundle: Bundle;
let encoder: Encoder;
let rows: (readonly number[])[];
beforeAll(async () => {
  bundle = await readBundle(bundleFolder);
  const tokenizer = new Tokenizer(bundle);
  const { model, targets, index } = bundle;
  encoder = await Encoder.open({ model, dimension: index.dimension, targets: targets.length, pad: tokenizer.pad });
  rows = molecules.map((smiles) => {
    const encoded = tokenizer.encode(smiles);
    if (!('ok' in encoded)) throw new Error('a frozen molecule has no tokens');
    return encoded.ids;
  });
});
afterAll(() => encoder.close());

/** Embeddings in the order of `places`, so many molecules at once. */
async function inBatches(places: readonly number[], size: number): Promise<Float32Array> {
  const out = new Float32Array(places.length * DIMENSION);
  for (let from = 0; from < places.length; from += size) {
    const batch = places.slice(from, from + size).map((place) => rows[place] ?? []);
    out.set((await encoder.run(batch)).embedding, from * DIMENSION);
  }
  return out;
}

const expected = (places: readonly number[]): Float32Array =>
  Float32Array.from(places.flatMap((p) => [...embeddings.subarray(p * DIMENSION, (p + 1) * DIMENSION)]));

const all = molecules.map((_, i) => i);

describe('the encoder', () => {
  test.each([1, 7, 64])('embeds 1,000 molecules as numpy does, %d at once', async (size) => {
    expect(maxAbs(await inBatches(all, size), embeddings)).toBeLessThan(BOUND);
  });

  test.each([7, 64, 1000])('embeds shuffled molecules as numpy does, %d at once', async (size) => {
    const places = shuffled(all);

    expect(maxAbs(await inBatches(places, size), expected(places))).toBeLessThan(BOUND);
  });

  test('answers in the order of the rows, though it computes them by length', async () => {
    const longFirst = [...all].sort((a, b) => (rows[b]?.length ?? 0) - (rows[a]?.length ?? 0)).slice(0, 300);

    expect(maxAbs(await inBatches(longFirst, 300), expected(longFirst))).toBeLessThan(BOUND);
  });

  test('predicts as numpy does', async () => {
    const { prediction } = await encoder.run(rows.slice(0, 200));

    expect(maxAbs(prediction, scaled)).toBeLessThan(BOUND);
  });

  test('a row longer than a batch may be is a batch by itself', async () => {
    const tokenizer = new Tokenizer(bundle);
    const small = await Encoder.open(
      { model: bundle.model, dimension: DIMENSION, targets: bundle.targets.length, pad: tokenizer.pad },
      8,
    );

    const { embedding } = await small.run(rows.slice(0, 20));

    expect(maxAbs(embedding, embeddings.subarray(0, 20 * DIMENSION))).toBeLessThan(BOUND);
    await small.close();
  });

  test('no rows have no vectors', async () => {
    expect((await encoder.run([])).embedding).toHaveLength(0);
  });

  test('a model of another width than its bundle says is refused', async () => {
    const wrong = await Encoder.open({ model: bundle.model, dimension: 32, targets: 0, pad: 0 });

    await expect(wrong.run(rows.slice(0, 2))).rejects.toThrow('does not answer what its bundle says');
    await wrong.close();
  });
});

/** The runtime asked by hand, with a mistake: what the bound must notice. */
describe('a mistake in the way to the model is far above the bound', () => {
  interface Batch {
    ids: number[][];
    mask: number[][];
  }
  const mistakes: Record<string, (b: Batch) => void> = {
    'a mask that takes padding for tokens': (b) => b.mask.forEach((row) => row.fill(1)),
    'padding on the left': (b) => {
      for (const [i, row] of b.ids.entries()) {
        const length = b.mask[i]?.filter((m) => m === 1).length ?? 0;
        b.ids[i] = [...Array<number>(row.length - length).fill(0), ...row.slice(0, length)];
      }
    },
    'no closing token': (b) => {
      for (const [i, row] of b.ids.entries()) {
        const last = row.lastIndexOf(bundle.vocabulary.last);
        row[last] = 0;
        if (b.mask[i]) b.mask[i][last] = 0;
      }
    },
    'no opening token': (b) => {
      for (const [i, row] of b.ids.entries()) {
        row.push(0);
        row.shift();
        b.mask[i]?.push(0);
        b.mask[i]?.shift();
      }
    },
    'ids of another vocabulary, off by one': (b) => {
      b.ids = b.ids.map((row, i) => row.map((id, t) => (b.mask[i]?.[t] ? id + 1 : id)));
    },
    'rows that changed places': (b) => {
      b.ids.reverse();
      b.mask.reverse();
    },
  };
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(bundle.model);
  });
  afterAll(() => session.release());

  async function byHand(change: (b: Batch) => void): Promise<Float32Array> {
    const chosen = rows.slice(0, 16);
    const length = Math.max(...chosen.map((row) => row.length));
    const padded = (of: (row: readonly number[], t: number) => number) =>
      chosen.map((row) => Array.from({ length }, (_, t) => (t < row.length ? of(row, t) : 0)));
    const batch = { ids: padded((row, t) => row[t] ?? 0), mask: padded(() => 1) };
    change(batch);
    const tensor = (of: number[][]) =>
      new Tensor('int64', BigInt64Array.from(of.flat().map(BigInt)), [of.length, of[0]?.length ?? 0]);
    const found = await session.run({ input_ids: tensor(batch.ids), attention_mask: tensor(batch.mask) });
    return found['embedding']?.data as Float32Array;
  }

  const reference = () => embeddings.subarray(0, 16 * DIMENSION);

  test('without a mistake, the same way is within the bound', async () => {
    expect(maxAbs(await byHand(() => undefined), reference())).toBeLessThan(BOUND);
  });

  test.each(Object.keys(mistakes))('%s', async (name) => {
    expect(maxAbs(await byHand(mistakes[name] ?? (() => undefined)), reference())).toBeGreaterThan(100 * BOUND);
  });
});
