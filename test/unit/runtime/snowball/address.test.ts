import { describe, expect, test } from '@jest/globals';
import { parseAddress } from '../../../../runtime/snowball/address.ts';

const address = {
  Name: 'Anna Muster',
  Street1: 'Hauptstrasse 1',
  City: 'Basel',
  Country: 'CH',
  PostalCode: '4000',
  PhoneNumber: '+41 61 000 00 00',
};

describe('a shipping address', () => {
  test('is taken as it is', () => {
    expect(parseAddress(JSON.stringify(address), 'address.json')).toEqual(address);
  });

  test.each([
    ['to a post office box', { Street1: 'P.O. Box 12' }, 'Street1: must be no post office box'],
    ['with a country by name', { Country: 'Switzerland' }, 'Country: must be a country code'],
    ['with an unknown field', { Planet: 'Earth' }, 'Planet'],
    ['without a phone', { PhoneNumber: undefined }, 'PhoneNumber'],
  ])('%s is refused by its field', (_what, more, says) => {
    expect(() => parseAddress(JSON.stringify({ ...address, ...more }), 'address.json')).toThrow(says);
  });

  test('that is refused is not printed', () => {
    expect(() => parseAddress(JSON.stringify({ ...address, Country: 'Helvetia' }), 'address.json')).toThrow(
      expect.not.objectContaining({ message: expect.stringMatching(/Muster|Helvetia/) }),
    );
  });
});
