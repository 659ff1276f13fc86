import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../../../local/python.ts';

describe('the Python of the embedded AWS', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'python-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  /** An interpreter that says this version, and fails at every other question where it has no venv. */
  async function interpreter(version: string, venv: boolean): Promise<string> {
    const path = join(dir, `python-${version}-${String(venv)}`);
    await writeFile(path, `#!/bin/sh\ncase "$2" in *version_info*) echo ${version};; *) exit ${venv ? 0 : 1};; esac\n`);
    await chmod(path, 0o755);
    return path;
  }

  test('is the one that is new enough and can make environments', async () => {
    const path = await interpreter('3.12.1', true);

    await expect(findPython({ DECANT_PYTHON: path })).resolves.toEqual({ path, version: '3.12.1' });
  });

  test('that is too old is named with its version and the remedy', async () => {
    const path = await interpreter('3.9.2', true);

    await expect(findPython({ DECANT_PYTHON: path })).rejects.toThrow(
      /3\.10 or newer; .*is 3\.9\.2.*apt-get install python3/,
    );
  });

  test('without venv is told how to get it', async () => {
    const path = await interpreter('3.11.2', false);

    await expect(findPython({ DECANT_PYTHON: path })).rejects.toThrow('apt-get install python3-venv');
  });

  test('that is missing is told how to get it', async () => {
    const path = join(dir, 'none');

    await expect(findPython({ DECANT_PYTHON: path })).rejects.toThrow(/was not found.*apt-get install python3/);
  });
});
