/** IPv4 prefixes: read, compared and cut. */

export interface Prefix {
  /** First address, as a number. */
  readonly first: number;
  /** Bits of the network part, 0 to 32. */
  readonly bits: number;
}

/** Number of an address such as 10.64.0.1; undefined when it is none. */
export function addressOf(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((p) => p > 255)) return undefined;
  return parts.reduce((sum, p) => sum * 256 + p, 0);
}

/** The prefix of a text such as 10.64.0.0/20, or that an address with a length lies in; undefined when it is none. */
export function prefixOf(text: string): Prefix | undefined {
  const [, address = '', length] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const number = addressOf(address);
  const bits = Number(length);
  if (number === undefined || !(bits <= 32)) return undefined;
  return { first: number - (number % size({ first: 0, bits })), bits };
}

/** Addresses of a prefix. */
export const size = ({ bits }: Prefix): number => 2 ** (32 - bits);

/** Whether the text is written as the prefix's first address, such as 10.64.0.0/20 and not 10.64.3.1/20. */
export const isNetwork = (text: string): boolean => {
  const prefix = prefixOf(text);
  return prefix !== undefined && text === show(prefix);
};

export const contains = (outer: Prefix, inner: Prefix): boolean =>
  outer.bits <= inner.bits && inner.first >= outer.first && inner.first < outer.first + size(outer);

export const overlap = (a: Prefix, b: Prefix): boolean => contains(a, b) || contains(b, a);

export const show = ({ first, bits }: Prefix): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;

/** The first `count` equal parts, each of a power of two. Throws a RangeError when a part would be smaller than /28. */
export function cut(prefix: Prefix, count: number): Prefix[] {
  const bits = prefix.bits + Math.ceil(Math.log2(count));
  if (bits > 28) throw new RangeError(`${show(prefix)} is too small for ${count} subnets of /28`);
  return Array.from({ length: count }, (_, i) => ({ first: prefix.first + i * 2 ** (32 - bits), bits }));
}

/** RFC 1918 and the link-local range that BGP sessions use. */
const privateRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
];

export function isPublicAddress(text: string): boolean {
  const first = addressOf(text);
  if (first === undefined) return false;
  return !privateRanges.some((range) => contains(prefixOf(range) as Prefix, { first, bits: 32 }));
}
