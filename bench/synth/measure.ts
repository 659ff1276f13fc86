/** What a program takes, with all processes that it waits for. */
import { spawnSync } from 'node:child_process';

export interface Taken {
  readonly cpuSec: number;
  readonly wallSec: number;
}

/** Seconds of `1m2.345s`, as shells print times. */
function seconds(text: string): number {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  if (rest === undefined) throw new Error(`no time of a shell: ${text}`);
  return Number(minutes) * 60 + Number(rest);
}

/**
 * Runs a program in `cwd`. Node tells of no child's CPU time; the shell's `times` does, grandchildren included.
 * Throws with the program's output when it fails.
 */
export function measure(program: string, args: readonly string[], cwd: string, env: Record<string, string>): Taken {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', '"$@" >&2; status=$?; times; exit $status', 'sh', program, ...args],
    { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stderr.slice(-2000)}`);
  // The first line is the shell's own.
  const [user = '', system = ''] = stdout.trim().split('\n').at(-1)?.split(/\s+/) ?? [];
  return { cpuSec: seconds(user) + seconds(system), wallSec: (performance.now() - began) / 1000 };
}
