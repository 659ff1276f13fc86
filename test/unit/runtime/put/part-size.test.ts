import { describe, expect, test } from '@jest/globals';
import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PARTS,
  partSizeOf,
  PART_BYTES,
  sizeProblem,
} from '../../../../runtime/put/part-size.ts';

describe('partSizeOf', () => {
  test.each([PART_BYTES + 1, 2e9, 160e9, 168e9, 1e12, 20e12, 21e12, 49e12, MAX_OBJECT_BYTES])(
    'cuts %d bytes into parts that S3 takes',
    (size) => {
      const partSize = partSizeOf(size);

      expect(Math.ceil(size / partSize)).toBeLessThanOrEqual(MAX_PARTS);
      expect(partSize).toBeLessThanOrEqual(MAX_PART_BYTES);
      expect(partSize % (1024 * 1024)).toBe(0);
    },
  );
});

describe('sizeProblem', () => {
  test('accepts the largest object that S3 holds', () => {
    expect(sizeProblem(MAX_OBJECT_BYTES)).toBeUndefined();
  });

  test('refuses a file that is one byte too large, with both sizes', () => {
    expect(sizeProblem(MAX_OBJECT_BYTES + 1)).toContain(`${MAX_OBJECT_BYTES + 1} bytes, an S3 object at most`);
  });
});
