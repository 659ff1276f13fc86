/** test/README.md names a test for every promise. Here each of them is looked up, so that none is lost or renamed alone. */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..');

/** Rows `| entry | `file` | title; title |` of the index; an entry of several files has further rows with an empty first cell. */
const rows = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.ts`'))
  .map((line) => {
    const [, entry = '', file = '', titles = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { entry, file: file.replaceAll('`', ''), titles: titles.split(' · ') };
  });

/** Quotes and backslashes as a title has them, whatever its source writes. */
const plain = (text: string): string => text.replaceAll('\\', '');

describe('the index of tests', () => {
  test('has rows', () => {
    expect(rows.length).toBeGreaterThan(80);
  });

  test.each(rows)('finds $file for "$entry", with its titles', ({ file, titles }) => {
    const path = join(folder, file);

    expect(existsSync(path)).toBe(true);
    const source = plain(readFileSync(path, 'utf8'));
    expect(
      titles.filter((title) => title === '' || !["'", '"', '`'].some((q) => source.includes(q + plain(title) + q))),
    ).toEqual([]);
  });
});
