import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEstateSync } from '../../runtime/estate.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/bpc/decant.yaml');

test('docs/bpc.md says what the example of BPC deploys', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/bpc.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });

  expect([status, stderr]).toEqual([0, '']);
});

test('the example is of BPC’s size, and every dataset has its row in the page', () => {
  const { datasets } = loadEstateSync(example);
  const sizes = Object.values(datasets).flatMap((d) => d.size ?? []);
  const page = readFileSync(join(root, 'docs/bpc.md'), 'utf8');

  expect(sizes.reduce((sum, s) => sum + s.gigabytes, 0) / 1000).toBeCloseTo(500, -1);
  expect(sizes.reduce((sum, s) => sum + s.objects, 0) / 1e6).toBeCloseTo(100, -1);
  expect(Object.keys(datasets).filter((name) => !page.includes(name))).toEqual([]);
});
