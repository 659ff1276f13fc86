import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStrays, findProcess, waitFor } from '../../../local/processes.ts';

const program = ['-e', 'setInterval(() => undefined, 1000)'];

describe('tasks that a crash left running', () => {
  let dir = '';
  let child: ChildProcess;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'strays-'));
    child = spawn(process.execPath, program, { detached: true, stdio: 'ignore' });
    await waitFor(async () => (await findProcess(child.pid ?? 0)) !== undefined, 5_000);
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });
  const record = (command: readonly string[]) =>
    writeFile(join(dir, `${child.pid ?? 0}.json`), JSON.stringify({ pid: child.pid, command }));

  test('are ended, and their records removed', async () => {
    await record([process.execPath, ...program]);

    const ended = await endStrays(dir);

    expect(ended).toBe(1);
    expect(await findProcess(child.pid ?? 0)).toBeUndefined();
    expect(await readdir(dir)).toEqual([]);
  });

  test('are spared when their id is another program by now', async () => {
    await record(['node', 'something-else.mjs']);

    const ended = await endStrays(dir);

    expect(ended).toBe(0);
    expect(await findProcess(child.pid ?? 0)).toBeDefined();
  });

  test('whose record is half written do no harm', async () => {
    await writeFile(join(dir, '1.json'), '{"pid": 1, "comm');

    await expect(endStrays(dir)).resolves.toBe(0);
  });

  test('may be none, and the folder too', async () => {
    await mkdir(join(dir, 'none'));

    await expect(Promise.all([endStrays(join(dir, 'none')), endStrays(join(dir, 'missing'))])).resolves.toEqual([0, 0]);
  });
});
