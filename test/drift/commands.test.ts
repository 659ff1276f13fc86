import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOnly } from '../../cli/program.ts';

const root = join(__dirname, '..', '..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];

/** Splits a command line as a shell does, for the quoting that documents use; comments are left out. */
const words = (line: string): string[] =>
  [...line.replace(/\s#\s.*$/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

/** Command lines of the fenced sh blocks, and of inline code, that call the CLI. */
function commandsOf(text: string): string[] {
  const fenced = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap((m) => (m[1] ?? '').split('\n').map((l) => l.trim()));
  const inline = [...text.matchAll(/`(npx decant [^`]+)`/g)].map((m) => (m[1] ?? '').replace(/\s+/g, ' '));
  return [...fenced, ...inline].filter((l) => l.startsWith('npx decant '));
}

describe.each(documents)('commands in %s', (name) => {
  const commands = commandsOf(readFileSync(join(root, name), 'utf8'));

  test.each(commands.length ? commands : ['npx decant --help'])('`%s` is one that the CLI takes', async (line) => {
    const argv = words(line)
      .slice(2)
      .filter((w) => w !== '…');

    await expect(parseOnly(argv)).resolves.toBeUndefined();
  });
});

test('the documents hold commands at all', () => {
  const all = documents.flatMap((name) => commandsOf(readFileSync(join(root, name), 'utf8')));

  expect(all.length).toBeGreaterThan(10);
});
