/** The table of verbs, the files of the verbs and their examples say the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseOnly } from '../../cli/program.ts';
import { verbs } from '../../cli/verbs.ts';

const folder = join(import.meta.dirname, '..', '..', 'cli');

/** Splits as a shell would, for words and simple quotes. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

describe.each(verbs.map((v) => [v.name, v] as const))('decant %s', (name, entry) => {
  test('has two examples at least, all of which parse', async () => {
    const { verb } = await entry.load();

    expect(verb.examples.length).toBeGreaterThanOrEqual(2);
    for (const example of verb.examples) {
      const [program, ...argv] = words(example);
      expect([program, argv[0]]).toEqual(['decant', name]);
      await parseOnly(argv);
    }
  });
});

test('every file that holds a verb is in the table', () => {
  const files = readdirSync(folder).filter((f) =>
    /^export const verb\b/m.test(readFileSync(join(folder, f), { encoding: 'utf8' })),
  );

  expect(verbs.map((v) => `${v.name}.ts`).sort()).toEqual(files.sort());
});
