/** decant_embed without Spark: the same tokens, keys, vectors and errors as the frozen numbers and the programs in Node. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { miniBundle, noPython, Python, scratch, titled } from './support/python.ts';

const fixtures = join(__dirname, '..', 'fixtures', 'chemistry');
const BOUND = 1e-5;

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;
const floats = (path: string): Float32Array => new Float32Array(new Uint8Array(readFileSync(path)).buffer);
const doubles = (path: string): Float64Array => new Float64Array(new Uint8Array(readFileSync(path)).buffer);

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return most;
};

interface Numbers {
  readonly values: readonly (readonly number[])[];
  readonly nearest: readonly number[];
  readonly inDomain: readonly boolean[];
  readonly finite: readonly boolean[];
}
/** What is asked of RDKit's module here. */
interface Fingerprints {
  get_mol(smiles: string): { get_morgan_fp(options: string): string };
}
interface Verdict {
  readonly code: string | null;
  readonly canonical: string | null;
  readonly inchikey: string | null;
  readonly position: number | null;
  readonly components: number | null;
  readonly warnings: readonly string[];
  readonly tokens: number | null;
}

(noPython ? describe.skip : describe)(titled('decant_embed', noPython), () => {
  let python: Python;
  const molecules = readFileSync(join(fixtures, 'molecules.txt'), 'utf8').trimEnd().split('\n');
  const dir = join(scratch, 'python');

  beforeAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    python = await Python.start();
  }, 600_000);
  afterAll(() => python.stop());

  async function vectors(more: { batch?: number; seed?: number; plant?: string }, smiles = molecules) {
    const into = join(dir, 'vectors.f32');
    await python.ask('embed', { bundle: miniBundle, smiles, into, ...more });
    return floats(into);
  }
  const judge = async (...texts: string[]) => python.ask<Verdict[]>('judge', { bundle: miniBundle, texts });

  describe('vectors of 1,000 molecules', () => {
    const frozen = floats(join(fixtures, 'embeddings.f32'));

    test.each([
      ['one by one', { batch: 1 }],
      ['by 7, shuffled', { batch: 7, seed: 1 }],
      ['by 64, shuffled', { batch: 64, seed: 2 }],
      ['in batches of like length', { seed: 3 }],
    ])('are the frozen ones within 1e-5 %s', async (_, how) => {
      expect(farthest(await vectors(how), frozen)).toBeLessThanOrEqual(BOUND);
    });

    test.each(['no last token', 'other token'])('are not with a planted error: %s', async (plant) => {
      expect(farthest(await vectors({ plant }), frozen)).toBeGreaterThan(100 * BOUND);
    });

    test('stay within 1e-3 when they are stored as halves', async () => {
      const sample = [...frozen.subarray(0, 20_000)];

      const stored = await python.ask<number[]>('half', { numbers: sample });

      expect(farthest(stored, sample)).toBeLessThanOrEqual(1e-3);
      expect(farthest(stored, sample)).toBeGreaterThan(0);
    });
  });

  describe('predictions', () => {
    test('of 200 molecules are the frozen ones, within 1e-5 deviations of each target', async () => {
      const targets = json<{ std: number }[]>(miniBundle, 'targets.json');
      const frozen = doubles(join(fixtures, 'values.f64'));

      const { values } = await python.ask<Numbers>('values', { bundle: miniBundle, smiles: molecules.slice(0, 200) });

      const scaled = values.flatMap((row) => targets.map(({ std }, i) => (row[i] ?? NaN) / std));
      expect(
        farthest(
          scaled,
          frozen.map((v, i) => v / (targets[i % targets.length]?.std ?? NaN)),
        ),
      ).toBeLessThanOrEqual(BOUND);
    });

    test('of a target without deviation are its mean', async () => {
      const tiny = json<{ smiles: string[]; values: number[][] }>(fixtures, 'tiny.json');

      const { values } = await python.ask<Numbers>('values', { bundle: join(fixtures, 'tiny'), smiles: tiny.smiles });

      expect(farthest(values.flat(), tiny.values.flat())).toBeLessThanOrEqual(1e-4);
      expect(new Set(values.map((row) => row[1])).size).toBe(1);
    });

    test('tell what is near to the reference sample and what is not', async () => {
      const { nearest, inDomain } = await python.ask<Numbers>('values', {
        bundle: miniBundle,
        smiles: ['CC(=O)Oc1ccccc1C(=O)O', 'S'.repeat(60)],
      });

      expect(inDomain).toEqual([true, false]);
      expect(nearest[0]).toBeGreaterThan(nearest[1] ?? 1);
    });
  });

  describe('pairs of molecules', () => {
    const pairs = json<{
      different: { name: string; canonical: [string, string]; maxAbs: number }[];
      same: { smiles?: string; form?: string; canonical: string }[];
    }>(fixtures, 'pairs.json');

    test.each(pairs.different)('$name have different vectors', async ({ canonical, maxAbs }) => {
      const found = await vectors({}, canonical);

      expect(farthest(found.subarray(0, 64), found.subarray(64))).toBeCloseTo(maxAbs, 2);
    });
  });

  describe('texts', () => {
    test('that are no molecule have a code, and where it is wrong', async () => {
      const found = await judge(
        '',
        ' \t',
        'C1CC',
        'C(C)(C)(C)(C)C',
        'c1cccc1',
        'CC(C',
        'CC O',
        'CC>>CC',
        'C'.repeat(10_001),
      );

      expect(found.map(({ code }) => code)).toEqual([
        'EMPTY',
        'EMPTY',
        'RING_NOT_CLOSED',
        'VALENCE',
        'KEKULIZE',
        'INVALID_SMILES',
        'INVALID_SMILES',
        'REACTION',
        'TOO_LONG',
      ]);
    });

    test('with blanks, CR or a byte order mark around them are the molecule within', async () => {
      const found = await judge('OCC\r', '\ufeffOCC', ' OCC ');

      expect(found.map(({ canonical }) => canonical)).toEqual(['CCO', 'CCO', 'CCO']);
    });

    test('of salts, dummy atoms, isotopes and rare tokens are molecules with warnings', async () => {
      const found = await judge('[Na+].CC(=O)[O-]', '*C', '[13CH4]', '[2*]C');

      expect(found.map(({ warnings }) => warnings)).toEqual([
        ['MULTI_COMPONENT'],
        ['DUMMY_ATOM', 'NO_INCHIKEY'],
        ['UNKNOWN_TOKENS', 'ISOTOPE'],
        ['UNKNOWN_TOKENS', 'DUMMY_ATOM', 'NO_INCHIKEY'],
      ]);
    });

    test('that quote nothing: no detail holds the structure', async () => {
      const texts = ['C1CCSECRET', 'c1cccc1', 'CC(C'];

      const said = JSON.stringify(await judge(...texts));

      for (const text of texts) expect(said).not.toContain(text);
    });

    test('are split into tokens that join to them again, or the first lost character is named', async () => {
      const found = await python.ask<unknown[]>('tokenize', {
        texts: ['C%12CC%12', '[nH]1cccc1', 'CCXe', 'HCl', 'C%(100)'],
      });

      expect(found).toEqual([['C', '%12', 'C', 'C', '%12'], ['[nH]', '1', 'c', 'c', 'c', 'c', '1'], 2, 0, 1]);
    });

    test('have the ids that the tokenizer was published with', async () => {
      const [ids] = await python.ask<number[][]>('ids', { bundle: miniBundle, texts: ['CC(=O)OC1=CC=CC=C1C(=O)O'] });

      expect(ids).toEqual([
        12, 16, 16, 17, 22, 19, 18, 19, 16, 20, 22, 16, 16, 22, 16, 16, 22, 16, 20, 16, 17, 22, 19, 18, 19, 13,
      ]);
    });

    test('longer than the model reads are errors, or are cut before the last token when asked', async () => {
      const texts = ['C'.repeat(300)];

      const [error] = await judge(...texts);
      const [flagged] = await python.ask<Verdict[]>('judge', { bundle: miniBundle, texts, on_truncation: 'flag' });
      const [ids = []] = await python.ask<number[][]>('ids', { bundle: miniBundle, texts });

      expect(error).toMatchObject({ code: 'TOO_LONG', detail: "302 tokens, above the model's 128" });
      expect(flagged).toMatchObject({ code: null, warnings: ['TRUNCATED'] });
      expect([ids.length, ids.at(-1)]).toEqual([128, 13]);
    });
  });

  describe('what was frozen for all languages:', () => {
    const golden = json<{
      verdicts: { name: string; text: string }[];
      tokens: { smiles: string; ids: number[] | null; unknown: number | null; lost: number | null }[];
      flagged: { smiles: string; tokens: number; warnings: string[]; ids: number[] };
      fingerprints: { smiles: string; bits: number[] }[];
      keys: { canonical: string; hash: string; pooling: string; dtype: string; key: string }[];
    }>(fixtures, '..', 'molecules', 'golden.json');
    let verdicts: Verdict[];
    let encoded: unknown[];
    beforeAll(async () => {
      verdicts = await judge(...golden.verdicts.map((v) => v.text));
      encoded = await python.ask('encode', { bundle: miniBundle, texts: golden.tokens.map((t) => t.smiles) });
    });

    test.each(golden.verdicts.map(({ name, ...told }, i) => ({ name, told, i })))(
      'the verdict on $name',
      ({ told, i }) => {
        const wanted = Object.fromEntries(Object.entries(told).filter(([key]) => key !== 'text'));

        expect(verdicts[i]).toMatchObject(wanted);
      },
    );

    test('the tokens of molecules and traps', () => {
      expect(encoded).toEqual(
        golden.tokens.map(({ ids, unknown, lost }) => (ids === null ? { lost } : { ids, unknown })),
      );
    });

    test('the ids of a molecule that is cut as asked', async () => {
      const { smiles, ...wanted } = golden.flagged;

      const [found] = await python.ask<Verdict[]>('judge', {
        bundle: miniBundle,
        texts: [smiles],
        on_truncation: 'flag',
      });

      expect(found).toMatchObject(wanted);
    });

    test('the fingerprints', async () => {
      const found = await python.ask<string[]>('morgan', { smiles: golden.fingerprints.map((f) => f.smiles) });

      expect(found.map((bits) => [...bits].flatMap((bit, i) => (bit === '1' ? [i] : [])))).toEqual(
        golden.fingerprints.map((f) => f.bits),
      );
    });

    test.each(golden.keys)('the key for $pooling and $dtype', async ({ key, ...args }) => {
      await expect(python.ask('molecule_key', args)).resolves.toBe(key);
    });
  });

  test('makes the fingerprints that RDKit makes in Node', async () => {
    const load = createRequire(join(__dirname, 'python.test.ts'))('@rdkit/rdkit') as () => Promise<Fingerprints>;
    const rdkit = await load();
    const smiles = molecules.slice(0, 100);
    const wanted = smiles.map((s) => rdkit.get_mol(s).get_morgan_fp(JSON.stringify({ radius: 2, nBits: 2048 })));

    await expect(python.ask('morgan', { smiles })).resolves.toEqual(wanted);
  });
});
