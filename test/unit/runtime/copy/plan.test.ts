import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyRoute } from '../../../../protocol/copy.ts';
import { parseItem, type CopyItem } from '../../../../runtime/copy/lines.ts';
import { planCopy, sameCount, type Planned } from '../../../../runtime/copy/plan.ts';
import { OBJECT_WEIGHT, sliceCount, weightOf } from '../../../../runtime/copy/slices.ts';
import { KeyCursor, rangesOf, type KeyRange, type SourceObject } from '../../../../runtime/copy/source.ts';
import { compareKeys } from '../../../../runtime/put/walk.ts';

const route: CopyRoute = {
  dataset: 'assays',
  source: 'partner',
  bucket: 'bucket',
  sourcePrefix: 'assays/',
  targetPrefix: 'partner/assays/',
  batchPrefix: 'partner',
};

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'decant-plan-'))));
afterEach(() => rm(dir, { recursive: true, force: true }));

const object = (key: string, size: number, more: Partial<SourceObject> = {}): SourceObject => ({
  key,
  size,
  etag: 'e',
  at: '2026-11-01T00:00:00.000Z',
  ...more,
});
async function* pages(objects: readonly SourceObject[], size = 7): AsyncGenerator<SourceObject[]> {
  for (let i = 0; i < objects.length; i += size) yield objects.slice(i, i + size);
  await Promise.resolve();
}
const inRange = (objects: readonly SourceObject[], { after, upTo }: KeyRange) =>
  objects.filter(
    (o) =>
      (after === undefined || compareKeys(o.key, after) > 0) && (upTo === undefined || compareKeys(o.key, upTo) <= 0),
  );
const itemsOf = async (id: string): Promise<CopyItem[]> =>
  (await readFile(join(dir, `${id}.csv`), 'utf8')).trimEnd().split('\n').map(parseItem);

/** A listing in lanes at the boundaries, planned. */
const plan = (objects: readonly SourceObject[], boundaries: readonly string[], slices: number): Promise<Planned> =>
  planCopy({ route, dir, slices, lanes: rangesOf(boundaries).map((r) => ({ objects: pages(inRange(objects, r)) })) });

const keyOf = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{1,6}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.constantFrom('a,b', 'a"b', 'a b+c', 'ü/', '\u{1F600}', 'x//y'),
);
const listing = fc
  .uniqueArray(fc.tuple(keyOf, fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 4_000_000_000 }))), {
    minLength: 1,
    maxLength: 60,
    selector: ([key]) => key,
  })
  .map((found) => found.map(([key, size]) => object(`assays/${key}`, size)).sort((a, b) => compareKeys(a.key, b.key)));

describe('slices', () => {
  it('are complete, disjoint and above the mean by less than one object, whatever the keys, sizes and lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        listing,
        fc.array(
          keyOf.map((k) => `assays/${k}`),
          { maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 12 }),
        async (objects, boundaries, n) => {
          await rm(dir, { recursive: true, force: true });
          const { slices, counts } = await plan(objects, boundaries, n);

          const items = await Promise.all(slices.map((s) => itemsOf(s.id)));
          expect(items.flat().map((i) => [i.key, i.size])).toEqual(objects.map((o) => [o.key, o.size]));
          const mean = (counts.batch.bytes + counts.batch.objects * OBJECT_WEIGHT) / n;
          for (const of of items) {
            const weights = of.map((i) => weightOf(i.size));
            const last = weights.at(-1) ?? 0;
            expect(weights.reduce((a, b) => a + b, 0) - last).toBeLessThan(mean);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tell their first and last key and what they weigh', async () => {
    const objects = ['a', 'b', 'c', 'd'].map((k) => object(`assays/${k} 1`, 10));

    const { slices } = await plan(objects, [], 2);

    expect(slices).toEqual([
      { id: 'batch-00001', way: 'batch', objects: 2, bytes: 20, first: 'assays/a 1', last: 'assays/b 1' },
      { id: 'batch-00002', way: 'batch', objects: 2, bytes: 20, first: 'assays/c 1', last: 'assays/d 1' },
    ]);
  });

  it.each([
    ['batch', 0, 0],
    ['batch', 99_999, 1],
    ['batch', 100_000, 16],
    ['batch', 100_000_000, 100],
    ['single', 10_001, 2],
    ['parts', 101, 2],
  ] as const)('of way %s over %d objects are %d', (way, objects, n) => {
    expect(sliceCount(way, objects)).toBe(n);
  });
});

describe('a plan', () => {
  it('counts every listed object in one way, and lists what stays with its reason', async () => {
    const objects = [
      object('assays/', 0),
      object('assays/a', 1),
      object('assays/b', 6e9),
      object('assays/c', 3, { storageClass: 'GLACIER' }),
      object(`assays/${'x'.repeat(1020)}`, 4),
    ];

    const { counts, listed, refused } = await plan(objects, [], 1);

    const ways = Object.fromEntries(Object.entries(counts).map(([way, c]) => [way, c.objects]));
    expect(ways).toEqual({ batch: 1, single: 0, parts: 1, unchanged: 0, marker: 1, restore: 1, refused: 1 });
    expect(listed).toEqual({ objects: 5, bytes: 6e9 + 8 });
    expect(Object.values(refused)).toEqual([1]);
    expect((await readdir(dir)).sort()).toEqual([
      'batch-00001.csv',
      'lanes',
      'parts-00001.csv',
      'refused.csv',
      'restore.csv',
    ]);
  });

  it('leaves out what raw holds already, looked up beside the listing', async () => {
    const objects = ['a', 'b', 'c'].map((k) => object(`assays/${k}`, 1));
    const there = new KeyCursor(pages([object('partner/assays/a', 1), object('partner/assays/c', 2)]));

    const { counts, slices } = await planCopy({ route, dir, lanes: [{ objects: pages(objects), there }] });

    expect([counts.unchanged.objects, counts.batch.objects]).toEqual([1, 2]);
    expect((await itemsOf(slices[0]?.id ?? '')).map((i) => i.key)).toEqual(['assays/b', 'assays/c']);
  });

  it('of nothing has no slice', async () => {
    expect((await plan([], ['assays/a'], 16)).slices).toEqual([]);
  });
});

describe('counts of the same objects', () => {
  it.each([[{ objects: 1, bytes: 2 }], [{ objects: 2, bytes: 1 }]])('that differ are an error (%j)', (other) => {
    expect(() => sameCount('in and out', { objects: 1, bytes: 1 }, other)).toThrow(
      'in and out: 1 objects of 1 bytes against',
    );
  });
});

describe('ranges of a listing', () => {
  it('hold every key once, those that fit no boundary included', () => {
    const boundaries = [...'0123456789abcdef'].map((h) => `assays/${h}`);
    const keys = ['assays/!', 'assays/0', 'assays/00', 'assays/A', 'assays/f', 'assays/ff', 'assays/zz', 'assays/ü'];

    const found = rangesOf(boundaries).flatMap((r) =>
      inRange(
        keys.map((k) => object(k, 1)),
        r,
      ),
    );

    expect(found.map((o) => o.key)).toEqual(keys);
  });
});
