import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { removeOldSnapshots, snapshotId } from '../../../../../containers/transformer/modes/snapshot.ts';

const HOUR = 3_600_000;
const now = Date.parse('2026-11-21T12:00:00.000Z');
const ago = (hours: number) => new Date(now - hours * HOUR);

/** A bucket that holds snapshots of the table `people`, each with the time that its file was written. */
function bucketOf(snapshots: Record<string, Date>) {
  const s3 = new S3Client({ region: 'us-east-1' });
  const deleted: string[] = [];
  jest.spyOn(s3, 'send').mockImplementation(((command: unknown) => {
    if (command instanceof DeleteObjectsCommand)
      deleted.push(...(command.input.Delete?.Objects ?? []).map((o) => o.Key ?? ''));
    return Promise.resolve(
      command instanceof ListObjectsV2Command
        ? {
            Contents: Object.entries(snapshots).map(([id, LastModified]) => ({
              Key: `people/snapshot-${id}/000000.parquet`,
              LastModified,
              Size: 1,
              ETag: '"e"',
            })),
          }
        : {},
    );
  }) as never);
  return { s3, deleted };
}

const current = (retired: { snapshot: string; at: string }[]) => ({
  snapshot: 'current',
  keys: ['id'],
  folded: [],
  newest: '',
  file: { key: 'k', rows: 0, bytes: 0, sha256: '', columns: [] },
  retired,
});

describe('old snapshots', () => {
  afterEach(() => void jest.restoreAllMocks());

  test('stay for 24 hours after another took their place, for running queries', async () => {
    const { s3, deleted } = bucketOf({ current: ago(1), late: ago(90), early: ago(90) });
    const retired = [
      { snapshot: 'late', at: ago(23).toISOString() },
      { snapshot: 'early', at: ago(25).toISOString() },
    ];

    const removed = await removeOldSnapshots(s3, 'b', 'people', current(retired), now);

    expect([removed, deleted]).toEqual([['early'], ['people/snapshot-early/000000.parquet']]);
  });

  test('that never came to be current are removed a day after they were written', async () => {
    const { s3 } = bucketOf({ current: ago(90), young: ago(2), forgotten: ago(30) });

    expect(await removeOldSnapshots(s3, 'b', 'people', current([]), now)).toEqual(['forgotten']);
  });
});

test('the same deltas make the same snapshot, in whatever order they came', () => {
  const [a, b] = [
    { shard: 'a', sha256: '1' },
    { shard: 'b', sha256: '2' },
  ];
  const columns = [{ name: 'id', type: 'int' }];

  expect(snapshotId([a, b], columns)).toBe(snapshotId([b, a], columns));
  expect(snapshotId([a], columns)).not.toBe(snapshotId([a, b], columns));
});
