/** Looks at and ends processes by their id, never without knowing what they are. */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes of this machine, as `ps` lists them on Linux and macOS. Zombies are left out: they have ended. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,ppid=,stat=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!found || found[3]?.startsWith('Z')) return [];
    return [{ pid: Number(found[1]), parent: Number(found[2]), command: found[4] ?? '' }];
  });
}

/** The process with this id; undefined when there is none. */
export const findProcess = async (pid: number): Promise<ProcessInfo | undefined> =>
  (await listProcesses()).find((p) => p.pid === pid);

/** A process's children, their children and so on. */
export async function descendants(pid: number): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  const below = (parent: number): ProcessInfo[] =>
    all.filter((p) => p.parent === parent).flatMap((p) => [p, ...below(p.pid)]);
  return below(pid);
}

/** Those of the processes that still run: the same id and the same command. */
export async function stillRunning(processes: readonly ProcessInfo[]): Promise<ProcessInfo[]> {
  if (processes.length === 0) return [];
  const now = new Map((await listProcesses()).map((p) => [p.pid, p.command]));
  return processes.filter((p) => now.get(p.pid) === p.command);
}

/** Sends a signal; a process, or group where the id is negative, that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks once a 100 ms until the condition holds. False when it did not within the time. */
export async function waitFor(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; ;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await sleep(100);
  }
}

/** Ends processes: SIGTERM, then SIGKILL for those that stay. Process groups when `groups` is set. */
export async function endProcesses(processes: readonly ProcessInfo[], graceMs: number, groups = false): Promise<void> {
  const send = (list: readonly ProcessInfo[], name: NodeJS.Signals) =>
    list.forEach((p) => signal(groups ? -p.pid : p.pid, name));
  const running = await stillRunning(processes);
  send(running, 'SIGTERM');
  const ended = await waitFor(async () => (await stillRunning(running)).length === 0, graceMs);
  if (!ended) send(await stillRunning(running), 'SIGKILL');
}

/**
 * Ends the tasks that a crashed emulator left behind. Its pid files say which; a process is only ended when its
 * command line is the one on file. Returns how many were ended.
 */
export async function endStrays(tasksDir: string, graceMs = 5_000): Promise<number> {
  const files = (await readdir(tasksDir).catch(() => [])).filter((f) => f.endsWith('.json'));
  if (files.length === 0) return 0;
  const all = await listProcesses();
  const strays: ProcessInfo[] = [];
  for (const file of files) {
    const text = await readFile(join(tasksDir, file), 'utf8').catch(() => '');
    const record = parseRecord(text);
    const found = record && all.find((p) => p.pid === record.pid && p.command === record.command.join(' '));
    if (found) strays.push(found);
  }
  await endProcesses(strays, graceMs, true);
  await Promise.all(files.map((f) => rm(join(tasksDir, f), { force: true })));
  return strays.length;
}

function parseRecord(text: string): { pid: number; command: string[] } | undefined {
  try {
    return JSON.parse(text) as { pid: number; command: string[] };
  } catch {
    return undefined; // the emulator was killed while it wrote the file
  }
}
