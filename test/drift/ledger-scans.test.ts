import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

test('no program scans the ledger: counts come from results, and a scan reads its index of open rows only', () => {
  const sources = ['bin', 'cli', 'runtime', 'lambda', 'containers', 'lib', 'protocol'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );

  const scans = sources.flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/new ScanCommand\(\{([^]*?)\}\)/g)].map((m) => m[1] ?? ''),
  );

  expect(scans.length).toBeGreaterThan(0);
  expect(scans.filter((scan) => !scan.includes('IndexName: Ledger.openIndex'))).toEqual([]);
});
