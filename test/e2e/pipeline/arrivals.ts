/** Events: late, twice, out of order, of keys of every kind. */
import { describe, expect, test } from '@jest/globals';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { s3Client, sfnClient } from '../../../runtime/aws.ts';
import { executionArn } from '../../../runtime/executions.ts';
import type { App, Status } from '../app.ts';
import { shuffled } from '../../emulated/arrivals/events.ts';
import { agree, counts, inQuarantine } from './agree.ts';
import { csv } from './estate.ts';
import { arrivalsOff } from './queue.ts';

const remove = async (app: App, key: string): Promise<void> => {
  const { rawBucket } = await app.places();
  await s3Client().send(new DeleteObjectCommand({ Bucket: rawBucket, Key: key }));
};

/** S3 takes keys of 1,024 bytes; the emulator keeps objects in files, whose names hold 255. */
const longKey = (): string => {
  const start = 'lab/odd/';
  const folder = `${'f'.repeat(199)}/`;
  return `${start}${folder.repeat(5)}`.padEnd(1024, 'x');
};

const oddKeys: readonly [what: string, key: string][] = [
  ['spaces', 'lab/odd/two  words and one .csv'],
  ['a plus sign', 'lab/odd/a+b c.csv'],
  ['percent signs', 'lab/odd/100%25 %.csv'],
  ['two slashes', 'lab/odd//twice//over.csv'],
  ['Unicode', 'lab/odd/größe-Ω-分子-é-e\u0301-🧪.csv'],
  ['1,024 bytes', longKey()],
  ['a slash at the end', 'lab/odd/looks like a folder/'],
  ['quotes and signs', `lab/odd/it's "q" & <b> ;#?=*[x].csv`],
];

export function arrivals(app: () => App): void {
  describe('arrivals', () => {
    test('a lone object starts its execution within 60 s', async () => {
      const delivered = Date.now();
      await app().deliver('lab/lone/only.csv', csv(3));

      const run = await app().until('the execution', async () => (await app().runs('lone'))[0]);

      const { ingestMachineArn } = await app().places();
      const { startDate } = await sfnClient().send(
        new DescribeExecutionCommand({ executionArn: executionArn(ingestMachineArn, run.name) }),
      );
      expect((startDate?.getTime() ?? 0) - delivered).toBeLessThan(60_000);
      await agree(app(), 'lone', { objects: 1, rowsIn: 3, rowsOut: 3 });
    });

    test('each event twice and shuffled ends in one transformation per object version', async () => {
      const { bodies } = await arrivalsOff(app(), async (queue) => {
        for (let i = 0; i < 12; i++) await app().deliver(`lab/twice/${i}.csv`, csv(2, 10 * i));
        const taken = await queue.take(12);
        await queue.send(shuffled([...taken, ...taken]));
        return { bodies: taken };
      });

      expect(bodies).toHaveLength(12);
      await agree(app(), 'twice', { objects: 12, rowsIn: 24, rowsOut: 24 });
    });

    test('events that come again after all is done start nothing', async () => {
      const runs = await app().runs('twice');
      await arrivalsOff(app(), async (queue) => {
        await app().deliver('lab/twice/0.csv', csv(2, 500));
        const again = await queue.take(1);
        await queue.send([...again, ...again, ...again]);
      });

      const s = await app().settled('twice', ({ objects }) => objects.transformed === 13);

      expect(s.rowsOut).toBe(26);
      expect(await app().runs('twice')).toHaveLength(runs.length + 1);
    });

    test('an object overwritten while in work: an append table keeps all versions, its view shows the newest', async () => {
      for (const n of [5, 4, 3, 2]) await app().deliver('lab/notes/memo.csv', csv(n, 1, `of ${n}`));
      await app().deliver('lab/notes/other.csv', csv(1));

      await app().settled('notes', (s) => s.objects.transformed + s.objects.superseded === 5);
      await app().idle('notes');

      const memo = await app().query(
        `select distinct name from notes_current where _source_key like '%memo.csv' order by 1`,
      );
      expect(memo).toEqual([{ name: 'of 2 1' }, { name: 'of 2 2' }]);
      const all = await counts(app(), 'notes');
      expect(all.rows).toBe(all.once);
      expect(all.rows).toBe((await app().status('notes')).rowsOut);
      expect(await counts(app(), 'notes_current')).toEqual({ rows: 3, once: 3 });
    });

    test('an object overwritten while in work: a replace table ends with the rows of the newest version', async () => {
      for (const n of [5, 4, 3, 2]) {
        await app().deliver('lab/prices/list.csv', csv(n, 1, `of ${n}`));
        await app().until('a run', async () => (await app().runs('prices')).length > 0);
      }
      await app().deliver('lab/prices/other.csv', csv(1));

      await app().settled('prices', (s) => s.objects.transformed + s.objects.superseded === 5);
      await app().idle('prices');

      const list = await app().query(`select name from prices where _source_key like '%list.csv' order by 1`);
      expect(list).toEqual([{ name: 'of 2 1' }, { name: 'of 2 2' }]);
      expect(await counts(app(), 'prices')).toEqual({ rows: 3, once: 3 });
    });

    test('a deleted object leaves the replace table and the view, and status says so', async () => {
      await Promise.all([remove(app(), 'lab/notes/memo.csv'), remove(app(), 'lab/prices/list.csv')]);

      const notes = await app().settled('notes', (s) => s.objects.deleted === 1);
      await app().settled('prices', (s) => s.objects.deleted === 1);
      await app().idle('notes');
      await app().idle('prices');

      expect(await counts(app(), 'notes_current')).toEqual({ rows: 1, once: 1 });
      expect((await counts(app(), 'notes')).rows).toBe(notes.rowsOut);
      expect(await counts(app(), 'prices')).toEqual({ rows: 1, once: 1 });
    });

    test('objects of odd keys come out under the same key', async () => {
      for (const [i, [, key]] of oddKeys.entries()) await app().deliver(key, csv(2, 10 * i));
      await app().deliver('lab/odd/nothing.csv', '');
      // What DataSync and consoles write for a folder is no object of the data.
      await app().deliver('lab/odd/empty folder/', '');

      const s = await app().settled('odd', ({ objects }) => objects.transformed >= oddKeys.length);
      await app().idle('odd');

      const rows = await app().query('select _source_key as k, count(*) as n from odd group by 1');
      expect(Buffer.byteLength(longKey())).toBe(1024);
      expect(new Map(rows.map((r) => [r['k'], Number(r['n'])]))).toEqual(new Map(oddKeys.map(([, key]) => [key, 2])));
      expect(s.objects.quarantined).toBe(1);
      expect(s.rowsIn).toBe(2 * oddKeys.length);
    });

    test('zero-byte objects are quarantined with their reason, and nothing else of their shard is', async () => {
      const groups = await app().json<{ reason: string; objects: number }[]>('quarantine', 'list', 'odd');

      expect(groups).toEqual([expect.objectContaining({ reason: 'empty_object', objects: 1 })]);
      expect(await inQuarantine(app(), 'odd')).toBe(0);
      expect((await app().json<Status>('status', 'odd')).queue.deadLetters).toBe(0);
    });
  });
}
