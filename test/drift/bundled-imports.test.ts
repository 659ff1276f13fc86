import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

const sources = ['bin', 'cli', 'runtime', 'local'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('no source imports an AWS client dynamically: the bundle would have its default export alone', () => {
  const found = sources.filter((s) => /\bimport\(\s*'@aws-sdk\//.test(readFileSync(join(root, s), 'utf8')));

  expect(sources.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
