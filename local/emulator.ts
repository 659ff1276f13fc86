/** Starts the emulator's process and talks to it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { UserError } from '../runtime/errors.ts';
import { ensureAttributes } from './attributes.ts';
import { waitFor } from './processes.ts';
import { ensurePython } from './python.ts';
import { projectRoot } from './root.ts';
import { localFiles } from './state.ts';
import type { Engine } from './engine.ts';

/** The emulator's own default, and how far above it a free port is looked for. */
const FIRST_PORT = 4566;
const PORTS = 64;
/** The extension's exit code when its port is taken. */
const PORT_TAKEN = 98;
/** A start takes 2 s on an idle machine. */
const START_TIMEOUT_MS = 90_000;
/** What the emulator inherits. Everything it has, the functions that it runs see, so nothing of the user's AWS is let in. */
const KEPT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'];

export interface StartOptions {
  readonly dir: string;
  readonly port?: number | undefined;
  /** Seconds between saves. @default 10 */
  readonly autosaveSec?: number | undefined;
  /** Factor on the waits and retry intervals of workflows; below 1 in tests. @default 1 */
  readonly waitScale?: number | undefined;
  /** How many times faster than on a laptop the embedded services walk through their states. @default 1 */
  readonly speed?: number | undefined;
  /** Folder whose subfolders stand for file servers and object stores, by host name. @default .decant/sources */
  readonly sources?: string | undefined;
  /** Gaps left open, for the tests that prove each is one. */
  readonly without?: readonly string[] | undefined;
  /** Further folders with `<container name>/main.mjs`, beside build/containers. */
  readonly taskDirs?: readonly string[] | undefined;
  /** Runs tasks as containers; without, they are plain processes. */
  readonly engine?: Engine | undefined;
  readonly say?: ((text: string) => void) | undefined;
}

/** What `/_ext/report` answers. */
export interface Report {
  readonly pid: number;
  /** After a crash: no queue is read and no schedule fires until `decant reconcile`. */
  readonly held: boolean;
  /** Resource type → number of resources that are stubs. */
  readonly stubs: Readonly<Record<string, number>>;
  readonly gaps: readonly string[];
  /** Services that the emulator lacks and its extension embeds: operations that it handles, of those in AWS's model. */
  readonly services: readonly { readonly name: string; readonly operations: number; readonly of: number }[];
  readonly tasksRunAs: 'containers' | 'processes';
  readonly tasksStarted: number;
  readonly tasks: readonly {
    readonly pid: number;
    readonly task: string;
    readonly container: string;
    readonly startedAt: string;
    /** The container's id, where it is one. */
    readonly engineId?: string;
  }[];
}

/** Part of the emulator's command line, by which its process is told from others that got its id. */
export const emulatorProgram = (): string => join(projectRoot(), 'local', 'emulator');

/**
 * Starts the process detached and waits until it answers. Another may take a free port first: then the next one is
 * tried. Throws a UserError with the log's end when it does not start.
 */
export async function startEmulator(options: StartOptions): Promise<{ pid: number; port: number; endpoint: string }> {
  const files = localFiles(options.dir);
  const python = await ensurePython({ ...(options.say ? { say: options.say } : {}) });
  const attributes = await ensureAttributes(projectRoot());
  await mkdir(files.temporary, { recursive: true });
  // Functions are unpacked here, and must not take a package.json further up for theirs.
  await writeFile(join(files.temporary, 'package.json'), '{ "type": "commonjs" }\n');
  for (let port = options.port ?? FIRST_PORT; port < (options.port ?? FIRST_PORT) + PORTS; port++) {
    const started = (await portTaken(port)) ? undefined : await launch(python, port, attributes, options);
    if (started) return started;
    if (options.port !== undefined) {
      throw new UserError(`port ${port} is taken; leave --port away to get the next free one`, { exitCode: 1 });
    }
  }
  throw new UserError(`no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free; choose one with --port`, {
    exitCode: 1,
  });
}

/** Starts the process on this port. Undefined when the port was taken meanwhile. */
async function launch(python: string, port: number, attributes: string, options: StartOptions) {
  const { data, log } = localFiles(options.dir);
  const output = openSync(log, 'a');
  const child = spawn(python, [emulatorProgram()], {
    cwd: data,
    detached: true,
    stdio: ['ignore', output, output],
    env: emulatorEnv(port, attributes, options),
  });
  closeSync(output);
  let failed: string | undefined;
  let exitCode: number | null = null;
  child.once('error', (error) => (failed = error.message));
  child.once('exit', (code, by) => {
    exitCode = code;
    failed ??= `it ended with ${by ?? `exit code ${code ?? '?'}`}`;
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = () =>
    readReport(endpoint)
      .then((r) => r.pid === child.pid)
      .catch(() => false);
  const ready = await waitFor(async () => failed !== undefined || (await answers()), START_TIMEOUT_MS);
  if (exitCode === PORT_TAKEN) return undefined;
  if (!ready || failed !== undefined || child.pid === undefined) {
    child.kill('SIGKILL');
    const why = failed ?? `it did not answer within ${START_TIMEOUT_MS / 1000} s`;
    throw new UserError(`the embedded AWS did not start: ${why}\n${await logTail(log)}`, { exitCode: 1 });
  }
  child.unref();
  return { pid: child.pid, port, endpoint };
}

/** The emulator's settings: its own, and those of its extension. */
function emulatorEnv(port: number, attributes: string, options: StartOptions): NodeJS.ProcessEnv {
  const { data, temporary, sources } = localFiles(options.dir);
  const root = projectRoot();
  return {
    ...Object.fromEntries(KEPT.flatMap((k) => (process.env[k] ? [[k, process.env[k]]] : []))),
    PYTHONDONTWRITEBYTECODE: '1',
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    IOT_MTLS_ENABLED: '0',
    S3_PERSIST: '1',
    S3_DATA_DIR: join(data, 's3'),
    PERSIST_STATE: '1',
    STATE_DIR: join(data, 'state'),
    TMPDIR: temporary,
    NODE_PATH: join(root, 'node_modules'),
    LOG_LEVEL: 'WARNING',
    SFN_WAIT_SCALE: String(options.waitScale ?? 1),
    DECANT_LOCAL_SPEED: String(options.speed ?? 1),
    DECANT_LOCAL_SOURCES: options.sources ?? sources,
    DECANT_LOCAL_DATA: data,
    DECANT_LOCAL_CFN_ATTRIBUTES: attributes,
    DECANT_LOCAL_TASKS: [join(root, 'build', 'containers'), ...(options.taskDirs ?? [])].join(delimiter),
    DECANT_LOCAL_EMBEDDER: join(root, 'build', 'local', 'embedder.mjs'),
    DECANT_LOCAL_NODE: process.execPath,
    DECANT_LOCAL_AUTOSAVE_S: String(options.autosaveSec ?? 10),
    ...(options.engine ? { DECANT_LOCAL_ENGINE: JSON.stringify(options.engine) } : {}),
    DECANT_LOCAL_WITHOUT: (options.without ?? []).join(','),
  };
}

/** True when the emulator answers. */
export const healthy = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })
    .then((r) => r.ok)
    .catch(() => false);

/** What is stubbed, mended and running. */
export async function readReport(endpoint: string): Promise<Report> {
  const response = await fetch(`${endpoint}/_ext/report`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${endpoint}/_ext/report answered ${response.status}`);
  return (await response.json()) as Report;
}

/** The last lines of a log file; empty when there is none. */
export async function logTail(file: string, lines = 20): Promise<string> {
  if (!existsSync(file)) return '';
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-lines).join('\n');
}

/** True when someone listens on the port, or it can't be bound. */
async function portTaken(port: number): Promise<boolean> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (answered) return true;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
