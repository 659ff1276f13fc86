/** Objects and rows that the contracts of the day did not take, and what becomes of them under the next ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { App, Status } from '../app.ts';
import { agree, inQuarantine } from './agree.ts';
import { after, csv } from './estate.ts';

interface Shown {
  readonly source_row: number;
  readonly byte_offset: number;
  readonly reason: string;
  readonly rule: string;
  readonly column: string;
  readonly value: string;
  readonly payload: string;
}

interface Replayed {
  readonly objects: number;
  readonly rows: number;
  readonly shards: readonly string[];
}

const KEY = 'lab/grades/class.csv';
/** Grades 1 to 12: the contract allows 9 at most, the next one 99; row 13 breaks both. */
const grades = `id,grade\n${Array.from({ length: 12 }, (_, i) => `${i + 1},${i + 1}\n`).join('')}13,1000\n`;

export function contracts(app: () => App): void {
  describe('contracts that change', () => {
    beforeAll(async () => {
      await app().deliver(KEY, grades);
      await app().deliver('lab/grades/other.csv', 'id,grade\n1,1\n2,50\n');
      await app().deliver('lab/late/a.csv', csv(3));
      await app().deliver('lab/late/b.csv', csv(2, 10));
    });

    test('rows that break the contract are in quarantine, the others are not', async () => {
      await agree(app(), 'grades', { objects: 2, rowsIn: 15, rowsOut: 10, rowsQuarantined: 5 });
    });

    test('a run with quarantined rows within maxBadRows is green', async () => {
      await app().idle('grades');

      expect((await app().runs('grades')).map((r) => r.status)).not.toContain('FAILED');
    });

    test('decant quarantine show tells reason, record, offset and raw payload of each row', async () => {
      const shown = await app().json<Shown[]>('quarantine', 'show', KEY);

      expect(shown).toHaveLength(4);
      expect(shown[0]).toMatchObject({
        source_row: 10,
        byte_offset: grades.indexOf('10,10'),
        reason: 'value',
        rule: 'max',
        column: 'grade',
        value: '10',
      });
      expect(shown.map((s) => s.payload.trim())).toEqual(['10,10', '11,11', '12,12', '13,1000']);
    });

    test('decant quarantine export writes the reasons and the raw records', async () => {
      const to = app().path('exported');

      await app().must('quarantine', 'export', 'grades', '--to', to);

      const reasons = readFileSync(`${to}/reasons.csv`, 'utf8').trim().split('\n');
      expect(reasons).toHaveLength(1 + 5);
      const files = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.bin'));
      const raw = files.map((f) => readFileSync(`${to}/${f}`, 'utf8')).join('');
      for (const record of ['10,10', '13,1000', '2,50']) expect(raw).toContain(record);
    });

    test('objects of no contract are unclassified with their key, and redden no run', async () => {
      const { unclassified } = await app().until('unclassified objects', async () => {
        const s = await app().json<Status>('status');
        return s.unclassified.objects >= 2 && s;
      });

      expect([...unclassified.first].sort()).toEqual(['lab/late/a.csv', 'lab/late/b.csv']);
      expect((await app().json<{ dataset: string }[]>('runs')).map((r) => r.dataset)).not.toContain('late');
    });

    describe('and are deployed again', () => {
      beforeAll(() => app().deploy(after));

      test('a replay takes the unclassified objects that the new contract knows', async () => {
        const replayed = await app().json<Replayed>('replay', 'late');

        expect(replayed).toMatchObject({ objects: 2 });
        await agree(app(), 'late', { objects: 2, rowsIn: 5, rowsOut: 5 });
        expect((await app().json<Status>('status')).unclassified.objects).toBe(0);
      });

      test('a replay of quarantined rows brings in just those that the looser contract takes', async () => {
        const replayed = await app().json<Replayed>('replay', 'grades');

        expect(replayed).toMatchObject({ objects: 0, rows: 5 });
        await app().settled('grades', (s) => s.rowsOut === 14);
        await agree(app(), 'grades', { objects: 2, rowsIn: 15, rowsOut: 14, rowsQuarantined: 1 });
        const ids = await app().query(`select id from grades where _source_key = '${KEY}' order by id`);
        expect(ids.map((r) => Number(r['id']))).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      });

      test('a second replay doubles nothing', async () => {
        await app().must('replay', 'grades', '--wait');

        await agree(app(), 'grades', { objects: 2, rowsIn: 15, rowsOut: 14, rowsQuarantined: 1 });
        expect(await inQuarantine(app(), 'grades')).toBe(1);
      });
    });
  });
}
