import { describe, expect, it } from '@jest/globals';
import {
  contains,
  cut,
  isNetwork,
  isPublicAddress,
  overlap,
  type Prefix,
  prefixOf,
  show,
} from '../../../protocol/ipv4.ts';

const prefix = (text: string): Prefix => {
  const found = prefixOf(text);
  if (!found) throw new Error(`${text} is no prefix`);
  return found;
};

describe('a prefix', () => {
  it.each(['10.0.0.0', '10.0.0/8', '10.0.0.256/8', '10.0.0.0/33', '2001:db8::/32', ''])('%s is none', (text) => {
    expect(prefixOf(text)).toBeUndefined();
  });

  it('is read and shown by its first address', () => {
    expect(show(prefix('10.64.3.7/20'))).toBe('10.64.0.0/20');
  });

  it('at the upper end keeps its sign', () => {
    expect(show(prefix('255.255.255.255/32'))).toBe('255.255.255.255/32');
  });

  it.each([
    ['10.64.0.0/20', true],
    ['10.64.3.0/20', false],
    ['0.0.0.0/0', true],
  ])('%s is written as a network: %s', (text, expected) => {
    expect(isNetwork(text)).toBe(expected);
  });

  it.each([
    ['10.0.0.0/8', '10.64.0.0/20', true],
    ['10.64.0.0/20', '10.64.16.0/26', false],
    ['10.64.0.0/20', '10.64.15.255/32', true],
    ['0.0.0.0/0', '203.0.113.0/24', true],
  ])('%s holds %s: %s', (outer, inner, expected) => {
    expect(contains(prefix(outer), prefix(inner))).toBe(expected);
    expect(overlap(prefix(inner), prefix(outer))).toBe(expected);
  });
});

describe('cutting', () => {
  it('gives equal parts that are disjoint and inside', () => {
    expect(cut(prefix('10.64.16.0/26'), 3).map(show)).toEqual(['10.64.16.0/28', '10.64.16.16/28', '10.64.16.32/28']);
  });

  it('refuses parts that AWS would not make a subnet', () => {
    expect(() => cut(prefix('10.64.16.0/27'), 3)).toThrow('10.64.16.0/27 is too small for 3 subnets of /28');
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.10', true],
    ['192.168.1.1', false],
    ['172.31.255.255', false],
    ['172.32.0.0', true],
    ['fortress.example.com', false],
  ])('%s is public: %s', (text, expected) => {
    expect(isPublicAddress(text)).toBe(expected);
  });
});
