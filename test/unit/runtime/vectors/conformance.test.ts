/** Both implementations of the search answer the same: an exact file, and S3 Vectors at the boundary of its client. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IndexFileError, readExactFile, writeExactFile } from '../../../../runtime/vectors/exact-file.ts';
import { nearest } from '../../../../runtime/vectors/nearest.ts';
import { S3VectorsIndex } from '../../../../runtime/vectors/s3-vectors-index.ts';
import { together, type VectorIndex } from '../../../../runtime/vectors/vector-index.ts';
import { S3VectorsWriter, type VectorRow } from '../../../../runtime/vectors/write-s3-vectors.ts';
import { FakeS3Vectors } from './fake-s3-vectors.ts';

const DIMENSION = 3;
const row = (molecule_key: string, ...vector: number[]): VectorRow => ({
  ...{
    molecule_key,
    canonical_smiles: `C${molecule_key}`,
    inchikey: molecule_key === 'b' ? undefined : `KEY-${molecule_key}`,
  },
  vector: Float32Array.from(vector),
});
/** b and c point the same way, at different lengths; d is opposite to a. */
const ROWS = [row('a', 1, 0, 0), row('b', 1, 1, 0), row('c', 3, 3, 0), row('d', -2, 0, 0), row('e', 0, 0, 5)];
/** In a plane, each a bit further from the first. */
const MANY = Array.from({ length: 350 }, (_, i) =>
  row(`m${String(i).padStart(3, '0')}`, Math.cos(i / 200), Math.sin(i / 200), 0),
);

async function* each(rows: readonly VectorRow[]): AsyncGenerator<VectorRow> {
  for (const r of rows) {
    await Promise.resolve();
    yield r;
  }
}

let folder: string;
const exact = async (rows: readonly VectorRow[]): Promise<VectorIndex> => {
  const path = join(folder, `${rows.length}.vectors`);
  await writeExactFile(path, DIMENSION, each(rows));
  const file = await readExactFile(path);
  return { dimension: DIMENSION, search: (query) => Promise.resolve().then(() => nearest(file, query)) };
};
const s3Vectors = async (rows: readonly VectorRow[]): Promise<VectorIndex> => {
  const { client } = new FakeS3Vectors(DIMENSION);
  const place = { client, bucket: 'b', index: 'i', dimension: DIMENSION };
  await new S3VectorsWriter(place).write(each(rows));
  return new S3VectorsIndex(place);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ['an exact file', exact],
  ['S3 Vectors', s3Vectors],
] as const)('a search in %s', (_name, make) => {
  let index: VectorIndex;
  beforeAll(async () => {
    index = await make(ROWS);
  });
  const search = async (vector: number[], k: number, minScore?: number) =>
    index.search({ vector: Float32Array.from(vector), k, ...(minScore === undefined ? {} : { minScore }) });

  it('gives the cosine of each neighbour, nearest first, whatever the lengths', async () => {
    const found = await search([7, 0, 0], 5);

    expect(found.map((n) => n.molecule_key)).toEqual(['a', 'b', 'c', 'e', 'd']);
    for (const [i, score] of [1, Math.SQRT1_2, Math.SQRT1_2, 0, -1].entries())
      expect(found[i]?.score).toBeCloseTo(score, 6);
  });

  it('gives what is known of a neighbour, and no InChIKey where there is none', async () => {
    const found = await search([1, 1, 0], 2);

    expect(found).toMatchObject([
      { molecule_key: 'b', canonical_smiles: 'Cb', inchikey: undefined },
      { molecule_key: 'c', canonical_smiles: 'Cc', inchikey: 'KEY-c' },
    ]);
  });

  it('gives as many as there are when more are asked for', async () => {
    expect(await search([1, 0, 0], 100)).toHaveLength(5);
  });

  it('leaves out what is below the least score', async () => {
    expect((await search([1, 0, 0], 5, 0.5)).map((n) => n.molecule_key)).toEqual(['a', 'b', 'c']);
  });

  it('gives 300 of 350 in order, over several pages', async () => {
    const many = await make(MANY);
    const found = await many.search({ vector: Float32Array.of(1, 0, 0), k: 300 });

    expect(found.map((n) => n.molecule_key)).toEqual(MANY.slice(0, 300).map((r) => r.molecule_key));
  });

  it('never scores beyond 1', async () => {
    const scores = (await search([0.1, 0.1, 0], 5)).map((n) => n.score);

    expect(Math.max(...scores)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['another dimension', [1, 2], 1, undefined, 'the query has 2 components, the index has 3'],
    ['NaN', [1, NaN, 0], 1, undefined, 'no finite number'],
    ['infinity', [1, Infinity, 0], 1, undefined, 'no finite number'],
    ['zeros', [0, 0, 0], 1, undefined, 'the query is zero'],
    ['k of 0', [1, 0, 0], 0, undefined, 'k is 0'],
    ['k of 1.5', [1, 0, 0], 1.5, undefined, 'k is 1.5'],
    ['k above 10,000', [1, 0, 0], 10_001, undefined, 'k is 10001'],
    ['a least score of NaN', [1, 0, 0], 1, NaN, 'the least score is NaN'],
  ])('refuses %s', async (_what, vector, k, minScore, message) => {
    await expect(search(vector, k, minScore)).rejects.toThrow(message);
  });

  it('finds nothing in an empty index', async () => {
    const empty = await make([]);

    expect(await empty.search({ vector: Float32Array.of(1, 0, 0), k: 3 })).toEqual([]);
  });
});

describe('a search in several indexes', () => {
  it('finds a molecule of both once, and keeps the order', async () => {
    const index = together([await exact(ROWS.slice(0, 2)), await s3Vectors(ROWS.slice(1))]);
    const found = await index.search({ vector: Float32Array.of(1, 0, 0), k: 3 });

    expect(found.map((n) => n.molecule_key)).toEqual(['a', 'b', 'c']);
  });
});

describe('the file of an exact index', () => {
  it('refuses keys that do not rise', async () => {
    const [a, b] = ROWS;
    const rows = each([b, a].filter((r) => r !== undefined));

    await expect(writeExactFile(join(folder, 'bad.vectors'), DIMENSION, rows)).rejects.toThrow('a comes after b');
  });

  it('is not read when it is cut', async () => {
    const { truncate } = await import('node:fs/promises');
    const path = join(folder, 'cut.vectors');
    await writeExactFile(path, DIMENSION, each(ROWS));
    await truncate(path, 300);

    await expect(readExactFile(path)).rejects.toThrow(IndexFileError);
  });

  it('is the same for the same rows', async () => {
    const { readFile } = await import('node:fs/promises');
    const paths = ['one', 'two'].map((name) => join(folder, `${name}.vectors`));
    for (const path of paths) await writeExactFile(path, DIMENSION, each(ROWS));
    const [one, two] = await Promise.all(paths.map((p) => readFile(p)));

    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });
});
