/** The shipped bundle and the frozen numbers of its model. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..', '..', '..');
export const bundleFolder = join(root, 'models', 'chemberta-mtr-mini');
const fixtures = join(root, 'test', 'fixtures', 'chemistry');

const bytes = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(fixtures, name))).buffer;

/** 1,000 canonical SMILES and their embeddings [1000 × 64], from a forward pass in numpy. */
export const molecules = readFileSync(join(fixtures, 'molecules.txt'), 'utf8').trimEnd().split('\n');
export const embeddings = new Float32Array(bytes('embeddings.f32'));
/** Predictions of the first 200 [200 × 20]: as the model answers, and in their units. */
export const scaled = new Float32Array(bytes('scaled.f32'));
export const values = new Float64Array(bytes('values.f64'));
export const DIMENSION = 64;
export const tinyFolder = join(fixtures, 'tiny');
export const json = <T>(name: string): T => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as T;

/** Largest absolute difference of two arrays of numbers, which must be of one length. */
export function maxAbs(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    if (!(difference <= most)) most = difference;
  }
  return most;
}

/** A number of [0, 1) for each call, the same sequence each time. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function shuffled<T>(values: readonly T[], seed = 1): T[] {
  const random = sequence(seed);
  return values
    .map((value) => [random(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}
