/** What people read: tables, sizes, times, progress. */
import { expect, test } from '@jest/globals';
import { progress, progressText } from '../../../cli/progress.ts';
import { formatBytes, formatSeconds, formatTable } from '../../../cli/table.ts';
import type { Io } from '../../../cli/verb.ts';

test('a table aligns its columns, numbers right, and leaves no blanks at line ends', () => {
  const text = formatTable(
    ['dataset', { title: 'rows', align: 'right' }, 'note'],
    [
      ['a', 1200, ''],
      ['longer-name', 7, 'x'],
      ['b', undefined, 'ü'],
    ],
  );

  expect(text).toBe('dataset       rows  note\na            1,200\nlonger-name      7  x\nb                -  ü\n');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [5 * 1024 ** 4 * 1024, '5120.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [4.4, '4 s'],
  [125, '2 min 5 s'],
  [7800, '2 h 10 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('progress tells count, bytes, rate and what is left', () => {
  const text = progressText({ noun: 'objects', items: 10, bytes: 1024, total: { items: 40, bytes: 4096 }, seconds: 2 });

  expect(text).toBe('10 of 40 objects, 1.0 KiB of 4.0 KiB, 512 B/s, 6 s left');
});

test.each([
  [true, 3],
  [false, 1],
])('progress on a terminal (%s) renews its line, else is quiet for 10 s', (isTTY, writes) => {
  const said: string[] = [];
  let now = 0;
  const err = { isTTY, write: (text: string) => said.push(text) } as unknown as Io['err'];
  const shown = progress({ out: err, err, env: {}, exitCode: 0 }, 'objects', {}, () => now);

  for (now = 1000; now <= 2000; now += 1000) shown.add(1, 10);
  shown.done();

  expect(said).toHaveLength(writes);
});
