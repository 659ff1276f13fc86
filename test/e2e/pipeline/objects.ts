/** Single objects: one poisoned among many, one too large for a shard, and many small files of one partition. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { sfnClient } from '../../../runtime/aws.ts';
import { executionArn } from '../../../runtime/executions.ts';
import type { App } from '../app.ts';
import { agree, counts } from './agree.ts';
import { csv } from './estate.ts';
import { arrivalsOff } from './queue.ts';

const POISONED = 'lab/poison/042.csv';

export function poison(app: () => App): void {
  describe('one poison object among 100', () => {
    beforeAll(async () => {
      // All at once, so that they come into few shards.
      await arrivalsOff(app(), async () => {
        for (let i = 0; i < 100; i++) {
          const key = `lab/poison/${String(i).padStart(3, '0')}.csv`;
          await app().deliver(key, key === POISONED ? 'id,name\nnot a number,x\n5,y\n' : csv(2, 10 * i));
        }
      });
      await app().settled('poison', ({ objects }) => objects.transformed + objects.quarantined === 100);
      await app().idle('poison');
    });

    test('99 are done, and 1 is in quarantine', async () => {
      const s = await app().status('poison');

      expect(s.objects).toMatchObject({ transformed: 99, quarantined: 1 });
      expect(s.rowsIn).toBe(s.rowsOut + s.rowsQuarantined);
      expect(await counts(app(), 'poison')).toEqual({ rows: 198, once: 198 });
    });

    test('its run ended failed, with the count and the first key in the cause', async () => {
      const failed = await app().runs('poison', '--failed');

      expect(failed).toHaveLength(1);
      const { ingestMachineArn } = await app().places();
      const run = await sfnClient().send(
        new DescribeExecutionCommand({ executionArn: executionArn(ingestMachineArn, failed[0]?.name ?? '') }),
      );
      expect(run).toMatchObject({ status: 'FAILED', error: 'ObjectsQuarantined' });
      expect(run.cause).toMatch(
        /^1 of \d+ objects of dataset poison are in quarantine; the first is lab\/poison\/042.csv$/,
      );
    });

    test('a better object in its place supersedes it, and the dataset turns green', async () => {
      await app().deliver(POISONED, csv(2, 420));

      const s = await app().settled('poison', ({ objects }) => objects.transformed === 100);

      expect(s.objects.quarantined).toBe(0);
      expect(s.rowsIn).toBe(200);
      await agree(app(), 'poison', { objects: 100, rowsIn: 200, rowsOut: 200 });
      expect((await app().decant('status', 'poison', '--check')).out).not.toContain('poison:');
    });
  });
}

export function huge(app: () => App): void {
  describe('an object above the shard size', () => {
    const ROWS = 150_000;

    beforeAll(async () => {
      await app().deliver('lab/cut/huge.csv', csv(ROWS, 1, 'a name of some length'));
      const records = Array.from({ length: 30_000 }, (_, i) => ({ id: i, name: `a name of some length ${i}` }));
      await app().deliver('lab/array/huge.json', JSON.stringify(records));
    });

    test('of lines is cut into parts with one ledger state and exact sums', async () => {
      await agree(app(), 'cut', { objects: 1, rowsIn: ROWS, rowsOut: ROWS });

      const shards = (await app().runs('cut')).map((r) => r.shard);
      expect(shards.length).toBeGreaterThan(3);
      expect(shards.every((s) => /^[0-9a-f]{24}-p\d+$/.test(s))).toBe(true);
    });

    test('of lines keeps every value, and a row number of its own for each', async () => {
      const [row] = await app().query(
        'select count(distinct id) as ids, min(id) as first, max(id) as last, count(distinct _source_row) as numbers from cut',
      );

      expect(Object.values(row ?? {}).map(Number)).toEqual([ROWS, 1, ROWS, ROWS]);
    });

    test('that is one JSON array is not cut, and works', async () => {
      await agree(app(), 'array', { objects: 1, rowsIn: 30_000, rowsOut: 30_000 });

      expect(await app().runs('array')).toHaveLength(1);
    });
  });
}

export function compaction(app: () => App): void {
  describe('decant compact', () => {
    const digest = async (): Promise<string> => {
      const rows = await app().query('select * from monthly order by month, id, _source_key');
      return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    };

    test('of a closed partition leaves the same rows in fewer files', async () => {
      for (let i = 0; i < 2; i++) {
        await app().deliver(`lab/monthly/2026-01/${i}.csv`, csv(5, 10 * i));
        await app().settled('monthly', ({ objects }) => objects.transformed === i + 1);
      }
      await app().deliver('lab/monthly/2026-02/x.csv', csv(4));
      await agree(app(), 'monthly', { objects: 3, rowsIn: 14, rowsOut: 14 });
      await app().idle('monthly');
      const before = await digest();

      const done = await app().json<{ partition: string; filesBefore: number; filesAfter: number }[]>(
        'compact',
        'monthly',
      );

      expect(done).toContainEqual(
        expect.objectContaining({ partition: 'month=2026-01', filesBefore: 2, filesAfter: 1 }),
      );
      expect(await digest()).toBe(before);
      await agree(app(), 'monthly', { objects: 3, rowsIn: 14, rowsOut: 14 });
    });
  });
}
