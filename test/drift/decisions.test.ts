/** Pages of decisions are named all over the tree: by file, or by number. */
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const pages = readdirSync(join(root, 'docs/decisions'));
const numberOf = (page: string): string => page.slice(0, 3);

/** File → the decisions that it names: `decisions/040`, `decisions/040-copies-between-buckets.md`. */
const named = execFileSync('git', ['ls-files', '*.ts', '*.md', '*.py', '*.rego', '*.cjs', '*.mjs'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !file.endsWith('decisions.test.ts'))
  .flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(join(root, file), 'utf8');
    } catch {
      return []; // Deleted, and not committed yet.
    }
    const inFolder = file.startsWith('docs/decisions/') ? [...text.matchAll(/\]\((\d{3}-[\w-]+\.md)\)/g)] : [];
    return [...text.matchAll(/decisions\/(\d{3}(?:-[\w-]+\.md)?)/g), ...inFolder].map((m) => ({
      file,
      page: m[1] ?? '',
    }));
  });

describe('decisions', () => {
  test('have a number each', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(new Set(pages.map(numberOf)).size).toBe(pages.length);
  });

  test.each(pages)('%s begins with its number and a date', (page) => {
    const text = readFileSync(join(root, 'docs/decisions', page), 'utf8');

    expect(text).toMatch(new RegExp(`^# ${numberOf(page)} .+\n\n20\\d\\d-\\d\\d-\\d\\d\n`));
  });

  test('are there wherever they are named', () => {
    expect(named.length).toBeGreaterThan(3);
    expect(
      named.filter(({ page }) => !pages.includes(page) && !(page.length === 3 && pages.map(numberOf).includes(page))),
    ).toEqual([]);
  });
});
