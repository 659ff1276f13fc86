/** Runs tests that are written in Python, each as a test of its own, in the environment that the client is tested with. */
import { beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensurePython } from '../../../../local/python.ts';
import { projectRoot } from '../../../../local/root.ts';

export const clientFolder = join(projectRoot(), 'clients', 'python');

/** Installing it takes a minute, once. */
export const INSTALL_MS = 600_000;

export const clientPython = (): Promise<string> =>
  ensurePython({
    packages: { name: 'client', lock: join(clientFolder, 'requirements.txt'), what: 'what the Python client needs' },
  });

/** Titles are the methods' names, `test_a_b` is "a b". The file runs once. */
export function pythonTests(file: string): void {
  const methods = [...readFileSync(file, 'utf8').matchAll(/^ {4}def (test_\w+)/gm)].map(([, name = '']) => name);
  let said = '';
  beforeAll(async () => {
    const done = spawnSync(await clientPython(), ['-B', '-m', 'unittest', '-v', '-b', basename(file, '.py')], {
      cwd: dirname(file),
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: join(clientFolder, 'src') },
      maxBuffer: 16 * 1024 * 1024,
    });
    if (done.error) throw done.error;
    said = done.stderr;
  }, INSTALL_MS);

  test.each(methods.map((name) => [name.slice('test_'.length).replaceAll('_', ' '), name] as const))(
    '%s',
    (_, name) => {
      const line = new RegExp(`^${name} \\(.*\\n?.*\\.\\.\\. (\\w+)$`, 'm').exec(said);

      if (line?.[1] !== 'ok') throw new Error(said);
      expect(line[1]).toBe('ok');
    },
  );
}
