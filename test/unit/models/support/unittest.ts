/** Makes one test of each test method of a Python file, which runs once. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { delimiter } from 'node:path';
import { projectRoot } from '../../../../local/root.ts';

/** An interpreter that has the packages of models/recipe/requirements.txt. */
export const recipePython = process.env['DECANT_RECIPE_PYTHON'];

/** Titles are the methods' names, `test_a_b` is "a b". Without an interpreter all are skipped by name; a function makes one. */
export function pythonTests(file: string, python: string | (() => Promise<string>) | undefined = recipePython): void {
  const methods = [...readFileSync(file, 'utf8').matchAll(/^ {4}def (test_\w+)/gm)].map(([, name = '']) => name);
  const title = `${basename(file)}${python === undefined ? ' (skipped: DECANT_RECIPE_PYTHON is not set)' : ''}`;
  (python === undefined ? describe.skip : describe)(title, () => {
    let said = '';
    beforeAll(async () => {
      said = run(typeof python === 'function' ? await python() : (python ?? ''), file);
    }, 600_000);

    test.each(methods.map((name) => [name.slice('test_'.length).replaceAll('_', ' '), name] as const))(
      '%s',
      (_, name) => {
        const line = new RegExp(`^${name} \\(.*?\\n?.*?\\.\\.\\. (\\w+)$`, 'm').exec(said);
        if (line?.[1] !== 'ok') throw new Error(said);
        expect(line[1]).toBe('ok');
      },
    );
  });
}

function run(python: string, file: string): string {
  const path = [projectRoot(), process.env['PYTHONPATH']].filter(Boolean).join(delimiter);
  const done = spawnSync(python, ['-B', '-m', 'unittest', '-v', '-b', basename(file, '.py')], {
    cwd: dirname(file),
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: path },
    maxBuffer: 16 * 1024 * 1024,
  });
  if (done.error) throw done.error;
  return done.stderr;
}
