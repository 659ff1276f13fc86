/** The job in Python knows of tables, codes and limits what the programs in Node know, and runs the same toolkits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { embeddingTablesJson } from '../../runtime/embedding-tables.ts';

const root = join(__dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

test.each(['schema/embedding-tables.json', 'glue/embed/decant_embed/embedding-tables.json'])(
  '%s is what `npm run schema` writes',
  (path) => {
    expect(read(path)).toBe(embeddingTablesJson());
  },
);

test.each([
  ['onnxruntime', 'onnxruntime-node'],
  ['rdkit', '@rdkit/rdkit'],
])('%s in Python is of the version of %s in Node', (python, node) => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const pinned = (lock: string) => new RegExp(`^${python}==(\\S+)`, 'm').exec(read('glue', 'embed', lock))?.[1];

  expect([pinned('requirements.txt'), pinned('requirements-test.txt')]).toEqual([
    dependencies[node],
    dependencies[node],
  ]);
});

test('what clusters install is part of what the tests of Spark install', () => {
  const packages = (lock: string) =>
    [...read('glue', 'embed', lock).matchAll(/^[a-z][\w-]*==\S+/gm)].map(([line]) => line);

  expect(packages('requirements-test.txt')).toEqual(expect.arrayContaining(packages('requirements.txt')));
});
