import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Contract } from '../../../protocol/contract.ts';
import type { LedgerRow } from '../../../protocol/ledger.ts';
import { pack, partitionOf } from '../../../runtime/pack.ts';
import { parseShard, shardText } from '../../../runtime/shards.ts';

const contract = Contract.parse({ format: 'csv', options: { quotedNewlines: false }, columns: [{ name: 'id' }] });
const set = { dataset: 'assays', source: 'lab', contract, hash: 'c'.repeat(64) };
const whole = { ...set, contract: Contract.parse({ format: 'csv', columns: [{ name: 'id' }] }) };
const limits = { maxObjects: 10, maxBytes: 1000 };

const rowOf = (i: number, size: number, at = '2026-11-20T10:00:00.000Z'): LedgerRow => ({
  object: `raw/lab/assays/${i}.csv`,
  version: `v${i}`,
  dataset: 'assays',
  state: 'arrived',
  size,
  at,
  since: at,
});
const someRows = fc.array(fc.nat({ max: 1000 }), { maxLength: 60 }).map((sizes) => sizes.map((s, i) => rowOf(i, s)));
const files = (rows: readonly LedgerRow[], of = whole) => pack(of, rows, limits).flatMap((p) => p.files);

describe('packing', () => {
  test('puts every version into exactly one shard', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const members = files(rows).flatMap((f) => f.members.map((m) => m.version));

        expect(members.sort()).toEqual(rows.map((r) => r.version).sort());
      }),
    );
  });

  test('keeps every shard within its limits', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        for (const { header } of files(rows)) {
          expect(header.objects).toBeLessThanOrEqual(limits.maxObjects);
          expect(header.bytes).toBeLessThanOrEqual(limits.maxBytes);
        }
      }),
    );
  });

  test('gives the same files whatever the order of the rows', () => {
    fc.assert(
      fc.property(someRows, fc.infiniteStream(fc.nat()), (rows, ranks) => {
        const other = rows.map((row) => ({ row, rank: ranks.next().value as number })).sort((a, b) => a.rank - b.rank);

        expect(files(other.map((o) => o.row)).map(shardText)).toEqual(files(rows).map(shardText));
      }),
    );
  });

  test('balances bytes: no two shards differ by more than the largest object', () => {
    const many = { maxObjects: 1000, maxBytes: 1000 };
    fc.assert(
      fc.property(someRows, (rows) => {
        const bytes = pack(whole, rows, many).map((p) => p.files[0]?.header.bytes ?? 0);

        expect(Math.max(0, ...bytes) - Math.min(1000, ...bytes)).toBeLessThanOrEqual(
          Math.max(0, ...rows.map((r) => r.size)),
        );
      }),
    );
  });

  test('cuts a huge object into parts that cover it without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1001, max: 1_000_000 }), (size) => {
        const ranges = files([rowOf(1, size)], set).map((f) => f.members[0]?.range ?? { start: 0, end: 0 });

        expect([ranges[0]?.start, ranges.at(-1)?.end]).toEqual([0, size]);
        expect(ranges.slice(1).every((r, i) => r.start === ranges[i]?.end)).toBe(true);
        expect(ranges.every((r) => r.end - r.start <= limits.maxBytes)).toBe(true);
      }),
    );
  });

  test('leaves a huge object whole that cannot be cut, in a shard of its own', () => {
    const shards = files([rowOf(1, 5000), rowOf(2, 10)]);

    expect(shards.map((s) => s.header.bytes).sort()).toEqual([10, 5000]);
  });

  test('keeps delivery dates apart', () => {
    const shards = files([rowOf(1, 1), rowOf(2, 1, '2026-11-21T00:00:00.000Z')]);

    expect(shards.map((s) => s.header.partition)).toEqual(['delivery_date=2026-11-20', 'delivery_date=2026-11-21']);
  });

  test('names another shard for a version opened for replay', () => {
    const [first, again] = [rowOf(1, 1), { ...rowOf(1, 1), before: 'a'.repeat(24) }].map(
      (r) => pack(whole, [r], limits)[0]?.shard,
    );

    expect(first).not.toBe(again);
  });

  test('names another shard under another contract', () => {
    const shards = [whole, { ...whole, hash: 'd'.repeat(64) }].map((s) => pack(s, [rowOf(1, 1)], limits)[0]?.shard);

    expect(shards[0]).not.toBe(shards[1]);
  });
});

describe('a partition from a folder', () => {
  const by = Contract.parse({ format: 'csv', columns: [{ name: 'id' }], partition: { prefix: 2, name: 'site' } });

  test.each([
    ['lab/assays/2026/basel/a.csv', 'site=basel'],
    ['lab/assays/2026/a=b%c/a.csv', 'site=a%3Db%25c'],
    ['lab/assays/2026/a.csv', 'site=__HIVE_DEFAULT_PARTITION__'],
    ['lab/assays/2026//a.csv', 'site=__HIVE_DEFAULT_PARTITION__'],
  ])('of %s is %s', (key, partition) => {
    expect(partitionOf(by, key, '2026-11-20T10:00:00.000Z')).toBe(partition);
  });
});

describe('a shard file', () => {
  test('reads back as it was written', () => {
    const [file] = files([rowOf(1, 3), rowOf(2, 4)]);

    expect(file && parseShard(shardText(file))).toEqual(file);
  });

  test('that lost a line is refused', () => {
    const [file] = files([rowOf(1, 3), rowOf(2, 4)]);
    const text = file ? shardText(file).split('\n').slice(0, 2).join('\n') : '';

    expect(() => parseShard(text)).toThrow('header says 2 objects, 1 follow');
  });
});
