/** The Python programs that benches measure against and tests read Parquet with, in an environment of their own. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** An interpreter that has the peers of bench/requirements.txt; installed once per lock file. Undefined where it cannot be. */
export function peerPython(): string | undefined {
  const lock = join(root, 'bench', 'requirements.txt');
  const venv = join(
    root,
    'build',
    `peers-${createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12)}`,
  );
  const python = join(venv, 'bin', 'python');
  try {
    if (!existsSync(join(venv, '.complete'))) {
      execFileSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' });
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', lock], { stdio: 'ignore' });
      execFileSync('touch', [join(venv, '.complete')]);
    }
    return python;
  } catch {
    return undefined;
  }
}
