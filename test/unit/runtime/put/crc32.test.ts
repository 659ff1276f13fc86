import { describe, expect, test } from '@jest/globals';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { combineCrc32, crcText } from '../../../../runtime/put/crc32.ts';

describe('CRC-32', () => {
  test('of a whole follows from the CRCs of its parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 }), (a, b) => {
        expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });

  test('is written as S3 wants it', () => {
    expect(crcText(crc32('123456789'))).toBe('y/Q5Jg==');
  });
});
