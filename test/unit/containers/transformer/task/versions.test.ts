import { describe, expect, test } from '@jest/globals';
import { neighbours, standing } from '../../../../../containers/transformer/task/versions.ts';
import type { LedgerRow } from '../../../../../protocol/ledger.ts';
import type { Ledger } from '../../../../../runtime/ledger.ts';
import { S3Client } from '@aws-sdk/client-s3';
import { jest } from '@jest/globals';

const shard = 'a'.repeat(24);
const row = (version: string, at: string, more: Partial<LedgerRow> = {}): LedgerRow => ({
  object: 'raw/s/d/k.csv',
  version,
  dataset: 'd',
  state: 'bound',
  size: 1,
  at,
  since: at,
  shard,
  ...more,
});
const header = { shard };

describe('standing', () => {
  test('a member that is bound to the shard is worked on', () => {
    expect(standing(header, {}, { own: row('v1', '2026-01-01T00:00:00.000Z'), older: [], newer: [] })).toBe('work');
  });

  test('a member that is bound to another shard is skipped', () => {
    const own = row('v1', '2026-01-01T00:00:00.000Z', { shard: 'b'.repeat(24) });

    expect(standing(header, {}, { own, older: [], newer: [] })).toBe('skipped');
  });

  test('a member that the ledger does not know is skipped', () => {
    expect(standing(header, {}, { own: undefined, older: [], newer: [] })).toBe('skipped');
  });

  test('a part and a replay belong to the shard that they are of', () => {
    const own = row('v1', '2026-01-01T00:00:00.000Z', { state: 'transformed' });

    expect(standing({ shard: `${shard}-p3-r1` }, {}, { own, older: [], newer: [] })).toBe('work');
  });

  test('a version comes late when a newer one is transformed', () => {
    const newer = [row('v2', '2026-01-02T00:00:00.000Z', { state: 'transformed' })];

    expect(standing(header, {}, { own: row('v1', '2026-01-01T00:00:00.000Z'), older: [], newer })).toBe('late');
  });

  test('a version comes late when the object was deleted after it', () => {
    const newer = [row('v2', '2026-01-02T00:00:00.000Z', { state: 'deleted' })];

    expect(standing(header, {}, { own: row('v1', '2026-01-01T00:00:00.000Z'), older: [], newer })).toBe('late');
  });

  test('a newer version that waits in quarantine leaves the older one in its place', () => {
    const newer = [row('v2', '2026-01-02T00:00:00.000Z', { state: 'quarantined' })];

    expect(standing(header, {}, { own: row('v1', '2026-01-01T00:00:00.000Z'), older: [], newer })).toBe('work');
  });
});

describe('neighbours', () => {
  const ledgerOf = (rows: LedgerRow[]) => ({ versions: () => Promise.resolve(rows) }) as unknown as Ledger;
  const member = { key: 's/d/k.csv', version: 'v2' };

  test('versions are told apart by their sequencers, whatever their times say', async () => {
    const rows = [
      row('v1', '2026-01-03T00:00:00.000Z', { sequencer: '01' }),
      row('v2', '2026-01-01T00:00:00.000Z', { sequencer: '02' }),
    ];

    const found = await neighbours(ledgerOf(rows), new S3Client(), 'raw', member);

    expect(found.older.map((r) => r.version)).toEqual(['v1']);
  });

  test('S3 is asked when two versions of one second have no sequencer', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    const s3 = new S3Client();
    const version = (VersionId: string) => ({ Key: 's/d/k.csv', VersionId, LastModified: new Date(at), Size: 1 });
    const listing = { Versions: [version('v1'), version('v2')], IsTruncated: false };
    (jest.spyOn(s3, 'send') as unknown as jest.Mock<() => Promise<unknown>>).mockResolvedValue(listing);

    const found = await neighbours(ledgerOf([row('v1', at), row('v2', at)]), s3, 'raw', member);

    expect({ older: found.older.length, newer: found.newer.map((r) => r.version) }).toEqual({
      older: 0,
      newer: ['v1'],
    });
  });
});
