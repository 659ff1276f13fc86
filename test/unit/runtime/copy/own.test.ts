import { describe, expect, it } from '@jest/globals';
import { partBytesOf } from '../../../../runtime/copy/own.ts';

const MIB = 2 ** 20;

describe('parts of a large object', () => {
  it.each([
    ['6 GB', 6e9, 512 * MIB],
    ['5 TB', 5e12, 512 * MIB],
    ['10 TB', 10e12, 1e9],
    ['48 TB', 48e12, 4.8e9],
  ])('of %s have a size that S3 takes', (_what, size, bytes) => {
    expect(partBytesOf(size)).toBe(bytes);
  });

  it('are 10,000 at most, up to the largest object of S3', () => {
    const sizes = [6e9, 5.4e12, 40e12, 50e12];

    expect(sizes.map((s) => Math.ceil(s / partBytesOf(s)) <= 10_000)).toEqual(sizes.map(() => true));
  });
});
