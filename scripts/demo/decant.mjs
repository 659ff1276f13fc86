// Calls the CLI as a user would.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Runs `decant` with the arguments; its output. Throws with what it said when its exit code is not accepted. */
export function decant(args, { accept = [0], show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin', 'decant.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk) => (out += chunk));
    child.stderr?.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (accept.includes(code)) resolve(out);
      else reject(new Error(`decant ${args.join(' ')} ended with ${code}\n${err || out}`));
    });
  });
}

export const decantJson = async (args, options) => JSON.parse(await decant(args, options));
