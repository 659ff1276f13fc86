/** A listing as S3 would give it, in key order and pages of a thousand, made up on the way: nothing is held. */
import type { SourceObject } from '../../runtime/copy/source.ts';

const PAGE = 1000;
const AT = '2026-11-01T00:00:00.000Z';

/** Folders in key order, with the share of the keys that each has. A hash names most; people and machines named the rest. */
const folders: readonly (readonly [string, number])[] = [
  ...[...'0123456789'].map((h, i) => [`${h}`, i === 3 ? 0.19 : 0.04] as const),
  ['A-plates/', 0.03],
  ['ZZ-archive/', 0.05],
  ...[...'abcdef'].map((h) => [`${h}`, h === 'a' ? 0.12 : 0.035] as const),
  ['instrument-7/', 0.05],
  ['überlauf/', 0.005],
];

/** Mulberry32: the same keys and sizes in every run. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `keys` objects below the prefix. One of some thousand is of gigabytes, all below what a batch copy takes. */
export async function* syntheticPages(keys: number, prefix: string): AsyncGenerator<SourceObject[]> {
  const next = random(4711);
  const shares = folders.reduce((sum, [, share]) => sum + share, 0);
  let page: SourceObject[] = [];
  let made = 0;
  for (const [f, [folder, share]] of folders.entries()) {
    const count = f === folders.length - 1 ? keys - made : Math.floor((keys * share) / shares);
    for (let i = 0; i < count; i++) {
      const gauss = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      const size = Math.min(4_900_000_000, Math.floor(Math.exp(11 + 2.5 * gauss)));
      page.push({
        key: `${prefix}${folder}${i.toString(16).padStart(8, '0')}/plate ${i % 384}.csv`,
        size,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        at: AT,
        storageClass: 'STANDARD',
      });
      made++;
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
  await Promise.resolve();
}
