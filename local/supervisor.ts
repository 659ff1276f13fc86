/** Starts, stops and empties the embedded AWS of one estate; a process of its own that outlives the caller. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../runtime/errors.ts';
import { emulatorProgram, healthy, logTail, startEmulator, type StartOptions } from './emulator.ts';
import { findEngine, readEngine, rememberEngine, removeContainers } from './engine.ts';
import { descendants, endProcesses, endStrays, findProcess, signal, stillRunning, waitFor } from './processes.ts';
import { localFiles, readLocal, writeLocal, type LocalState } from './state.ts';

/** A clean stop takes about 3 s, and 5 more where tasks run. */
const STOP_TIMEOUT_MS = 40_000;
/** Functions' processes end by themselves when the emulator does. */
const CHILD_GRACE_MS = 5_000;

const HELD =
  'it did not end cleanly, so its ledger may be older than its data: queues and schedules are held until you run decant reconcile';

export interface UpOptions extends Omit<StartOptions, 'engine'> {
  /** Run tasks as containers, in the engine that answers. */
  readonly containers?: boolean | undefined;
}

/**
 * Starts the embedded AWS and waits until it answers. What a crash left behind is ended first; the data of an earlier
 * start is there again. Throws a UserError when it already runs, or when there is no engine for `containers`.
 */
export async function up(options: UpOptions): Promise<LocalState> {
  const { dir } = options;
  const files = localFiles(dir);
  await mkdir(files.data, { recursive: true });
  await claimStart(files.lock);
  try {
    const running = await runningLocal(dir);
    if (running) {
      throw new UserError(
        `the embedded AWS already runs: pid ${running.pid}, ${running.endpoint}; stop it with: decant local down`,
        { exitCode: 1 },
      );
    }
    const engine = options.containers ? await findEngine() : undefined;
    // A clean stop removes the state file. What a crash leaves is older than the data, so nothing may act on it yet.
    if (existsSync(files.state)) await writeFile(files.held, '');
    const strays = await clearTasks(dir);
    if (strays) options.say?.(`ended ${strays} tasks that a crash had left running`);
    await rm(files.temporary, { recursive: true, force: true });
    await rememberEngine(files.engine, engine);
    options.say?.('starting the embedded AWS');
    const started = { ...(await startEmulator({ ...options, engine })), startedAt: new Date().toISOString() };
    await writeLocal(dir, started);
    if (existsSync(files.held)) options.say?.(HELD);
    return started;
  } finally {
    await rm(files.lock, { force: true });
  }
}

/** Lets work go on after a crash, once ledger and data agree again. */
export async function release({ dir }: { readonly dir: string }): Promise<void> {
  const state = await runningLocal(dir);
  if (state) await fetch(`${state.endpoint}/_ext/release`, { method: 'POST' });
  await rm(localFiles(dir).held, { force: true });
}

/** Stops it cleanly, so that its state is saved, and makes sure that no process stays. False when it was not running. */
export async function down({ dir }: { readonly dir: string }): Promise<boolean> {
  const files = localFiles(dir);
  const state = await runningLocal(dir);
  if (state) {
    const self = await findProcess(state.pid);
    const below = await descendants(state.pid);
    signal(state.pid, 'SIGTERM');
    const ended = await waitFor(async () => !self || (await stillRunning([self])).length === 0, STOP_TIMEOUT_MS);
    if (!ended) {
      signal(state.pid, 'SIGKILL');
      await writeFile(files.held, '');
    }
    await waitFor(async () => (await stillRunning(below)).length === 0, CHILD_GRACE_MS);
    await endProcesses(below, CHILD_GRACE_MS);
  }
  if (!state && existsSync(files.state)) await writeFile(files.held, '');
  await clearTasks(dir);
  await rm(files.engine, { force: true });
  await rm(files.state, { force: true });
  return state !== undefined;
}

/** Ends what a crash left of tasks, processes and containers. Returns how many tasks that were. */
async function clearTasks(dir: string): Promise<number> {
  const files = localFiles(dir);
  const engine = await readEngine(files.engine);
  const processes = await endStrays(files.tasks);
  // A task in an engine is both: the container, and the client that was attached to it.
  return engine ? removeContainers(engine, files.data) : processes;
}

/** Empties it: stops, deletes all data, and starts again on the same port where it was running, with tasks as before. */
export async function reset(options: UpOptions): Promise<LocalState | undefined> {
  const before = await runningLocal(options.dir);
  const containers = options.containers ?? (await readEngine(localFiles(options.dir).engine)) !== undefined;
  await down(options);
  await rm(localFiles(options.dir).data, { recursive: true, force: true });
  return before ? up({ ...options, containers, port: options.port ?? before.port }) : undefined;
}

/** The state of the emulator that runs, checked by its command line: a process id alone may be another's by now. */
export async function runningLocal(dir: string): Promise<LocalState | undefined> {
  const state = await readLocal(dir);
  const found = state && (await findProcess(state.pid));
  return found?.command.includes(emulatorProgram()) ? state : undefined;
}

/** Throws a UserError with the log's end when the emulator does not answer. */
export async function requireRunning(dir: string): Promise<LocalState> {
  const state = await runningLocal(dir);
  if (!state) throw new UserError('the embedded AWS is not running; start it with: decant local up', { exitCode: 1 });
  if (await healthy(state.endpoint)) return state;
  const log = localFiles(dir).log;
  throw new UserError(`the embedded AWS (pid ${state.pid}) does not answer; see ${log}\n${await logTail(log)}`, {
    exitCode: 1,
  });
}

/** Lets one start happen at a time. A claim whose process is gone is void. */
async function claimStart(lock: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await writeFile(lock, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
    if (holder && holder !== process.pid && (await findProcess(holder))) {
      throw new UserError(`the embedded AWS is just being started by process ${holder}`, { exitCode: 1 });
    }
    await rm(lock, { force: true });
  }
}
