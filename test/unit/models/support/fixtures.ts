/** What the tests of models read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../local/root.ts';

export const bundleFolder = join(projectRoot(), 'models', 'chemberta-mtr-mini');
export const fixtureFolder = join(projectRoot(), 'test', 'fixtures', 'chemistry');

export const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** Little-endian fp32 of a file. */
export function readFloats(...path: string[]): Float32Array {
  const bytes = readFileSync(join(...path));
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** Little-endian fp64 of a file. */
export function readDoubles(...path: string[]): Float64Array {
  const bytes = readFileSync(join(...path));
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}

/** Largest absolute difference; Infinity when lengths differ or a value is no number. */
export function maxAbs(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < one.length; i += 1) {
    const gap = Math.abs((one[i] ?? NaN) - (other[i] ?? NaN));
    if (!(gap <= worst)) worst = Number.isNaN(gap) ? Infinity : gap;
  }
  return worst;
}
