import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');
const copy = join(root, 'build', 'test', 'demo');

const npm = (...args: string[]) => spawnSync('npm', ['run', '-s', ...args], { cwd: copy, encoding: 'utf8' });

/** Processes whose command line names the copy. */
const processes = (): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(copy));

// A copy, so that a demo of whoever develops here is left alone.
beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of files.trim().split('\n')) {
    if (file.startsWith('test/')) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => {
  npm('demo', '--', '--down');
});

describe('npm run demo', () => {
  test('takes the example estate through the deployed app, and accounts for every row', () => {
    const { status, stdout, stderr } = npm('demo');

    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    // By DataSync, with one file that only the retry list brings, and on one device that somebody approved.
    expect(stderr).toMatch(/2 files moved, 1 could not be read[^]*1 of 1 files healed[^]*approved[^]*1 files came in/);
    expect(stdout).toMatch(/^6 objects, 5,641 rows changed/m);
    for (const line of [
      /assays +1 +3,000 +2,996 +4 /,
      /compounds +2 +64 +62 +2 /,
      /people +1 +2,512 +2,509 +3 /,
      /structures +1 +65 +64 +1 /,
      /Known to no contract: 1 \(lab\/compounds\/notes\.txt\)/,
      /compounds +value +molar_mass +type +1/,
      /structures +invalid_molecule +1/,
      /hERG +751 /,
      /home +651/,
    ]) {
      expect(stdout).toMatch(line);
    }
  }, 300_000);

  test('changes nothing when it is run again, and says so', () => {
    const { status, stdout } = npm('demo');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^0 objects, 0 rows changed/m);
  }, 120_000);

  test('leaves nothing running after --down', () => {
    expect(processes()).not.toEqual([]);

    const { status } = npm('demo', '--', '--down');

    expect(status).toBe(0);
    expect(processes()).toEqual([]);
  }, 60_000);
});
