/** Vectors as they are stored: fp32 as computed, or rounded to half floats. */
import type { Dtype } from '../../protocol/bundle.ts';

const HIDDEN = 13; // bits of a fraction that fp32 has and a half float has not
const SMALLEST_NORMAL = 2 ** -14;
const SMALLEST = 2 ** -24;
const LARGEST = 65_504;

/** The nearest half float (IEEE 754 binary16), of two equally near ones the even one, as fp32. Beyond the largest: infinity. */
export function roundToHalf(values: Float32Array): Float32Array {
  const out = Float32Array.from(values);
  const bits = new Uint32Array(out.buffer);
  for (const [i, value] of out.entries()) {
    const size = Math.abs(value);
    if (!Number.isFinite(value)) continue;
    if (size < SMALLEST_NORMAL) {
      out[i] = Math.sign(value) * roundEven(size / SMALLEST) * SMALLEST;
      continue;
    }
    const word = bits[i] ?? 0;
    const even = (word >>> HIDDEN) & 1;
    bits[i] = (word + (1 << (HIDDEN - 1)) - 1 + even) & ~((1 << HIDDEN) - 1);
    if (Math.abs(out[i] ?? 0) > LARGEST) out[i] = Math.sign(value) * Infinity;
  }
  return out;
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

export const stored = (embedding: Float32Array, dtype: Dtype): Float32Array =>
  dtype === 'fp16' ? roundToHalf(embedding) : embedding;
