/** Half floats. */
import { expect, test } from '@jest/globals';
import { decodeHalf } from '../../../../runtime/bundle/half.ts';

const decode = (...halves: number[]): number[] => [...decodeHalf(new Uint8Array(Uint16Array.from(halves).buffer))];

test('numbers of every kind are exact', () => {
  // Largest, 1/3 rounded, smallest normal, smallest subnormal, both zeros, both infinities; by IEEE 754.
  expect(decode(0x7bff, 0x3555, 0x0400, 0x0001, 0x0000, 0x8000, 0x7c00, 0xfc00)).toEqual([
    65504,
    0.333251953125,
    2 ** -14,
    2 ** -24,
    0,
    -0,
    Infinity,
    -Infinity,
  ]);
  expect(decode(0x7e00)[0]).toBeNaN();
});

test('half a number is refused', () => {
  expect(() => decodeHalf(new Uint8Array(3))).toThrow(RangeError);
});
