/** Runs one thing in a process of its own and tells what it cost: CPU seconds (user + system, all threads) and peak RSS. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cost {
  readonly cpuSec: number;
  readonly rssMiB: number;
  readonly wallSec: number;
  /** What the program printed last, as JSON. */
  readonly said: Record<string, unknown>;
}

/** The largest resident set so far, in KiB, of a Linux process; 0 elsewhere or once it is gone. */
function highWater(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The program must end with one line of JSON that holds `cpuSec`. Throws when it fails. */
export async function measured(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Cost> {
  const started = Date.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let peak = 0;
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const timer = setInterval(() => (peak = Math.max(peak, highWater(child.pid ?? 0))), 50);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${out.slice(-2000)}`);
  const said = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
  return {
    cpuSec: Number(said['cpuSec']),
    rssMiB: Math.max(peak, Number(said['rssKiB'] ?? 0)) / 1024,
    wallSec: (Date.now() - started) / 1000,
    said,
  };
}
