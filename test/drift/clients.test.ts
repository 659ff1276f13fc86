/** What is generated from the API's document is what the document says. */
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** The first run on a machine installs the generator of the Python client. */
const INSTALL_MS = 600_000;

const check = (...more: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'scripts/clients.ts', '--check', ...more], {
    cwd: root,
    encoding: 'utf8',
  });

test(
  'types, build and models of the clients are as npm run clients writes them',
  () => {
    const { status, stderr } = check();

    expect([stderr.replace(/^installing .*\n/, ''), status]).toEqual(['', 0]);
  },
  INSTALL_MS,
);

test(
  'a property that the document gains is missed in both clients',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'decant-drift-'));
    const changed = join(folder, 'openapi.yaml');
    const text = readFileSync(join(root, 'protocol', 'openapi.yaml'), 'utf8');
    writeFileSync(changed, text.replace('nearest_similarity, threshold, in_domain]', 'nearest_similarity, threshold]'));

    const { status, stderr } = check(changed);
    rmSync(folder, { recursive: true });

    expect(status).toBe(1);
    expect(stderr).toContain('clients/typescript/src/openapi.ts');
    expect(stderr).toContain('clients/python/src/decant_client/generated/models/applicability.py');
  },
  INSTALL_MS,
);

test('the versions of the clients are that of the document', () => {
  const of = (file: string, pattern: RegExp) => pattern.exec(readFileSync(join(root, file), 'utf8'))?.[1];

  const version = of('protocol/openapi.yaml', /^ {2}version: (\S+)$/m);

  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(of('clients/typescript/package.json', /"version": "(.*)"/)).toBe(version);
  expect(of('clients/python/pyproject.toml', /^version = "(.*)"$/m)).toBe(version);
});
