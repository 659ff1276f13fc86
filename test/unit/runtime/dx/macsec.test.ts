import { describe, expect, it } from '@jest/globals';
import { parseMacsecSecret } from '../../../../runtime/dx/macsec.ts';

const ckn = 'ab'.repeat(32);
const cak = '5EC2E7'.padEnd(64, '0');

describe('a MACsec secret', () => {
  it('is a pair of 256 bits', () => {
    expect(parseMacsecSecret(JSON.stringify({ ckn, cak, note: 'of zurich' }), 's')).toEqual({ ckn, cak });
  });

  it.each([
    ['no JSON', cak, 'secret s is not JSON; it must be {"ckn": "…", "cak": "…"}'],
    [
      '128 bits',
      JSON.stringify({ ckn, cak: cak.slice(32) }),
      'cak of secret s must be 64 hexadecimal digits: MACsec takes 256-bit keys only',
    ],
    [
      'other digits',
      JSON.stringify({ ckn: 'z'.repeat(64), cak }),
      'ckn of secret s must be 64 hexadecimal digits: MACsec takes 256-bit keys only',
    ],
    ['null', 'null', 'ckn of secret s must be 64 hexadecimal digits: MACsec takes 256-bit keys only'],
  ])('of %s is refused without repeating it', (_what, text, message) => {
    expect(() => parseMacsecSecret(text, 's')).toThrow(new Error(message));
  });
});
