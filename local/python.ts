/** Python environments, of the embedded AWS above all: made once per lock file and Python version, in the user's cache folder. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../runtime/errors.ts';
import { projectRoot } from './root.ts';

const run = promisify(execFile);
const OLDEST = [3, 10] as const;

export interface PythonPackages {
  /** Begins the environment's folder. */
  readonly name: string;
  /** File of pinned packages with their hashes. */
  readonly lock: string;
  /** What is said while it is made. */
  readonly what: string;
  /** Who needs it, in the message when there is no Python. @default the embedded AWS */
  readonly user?: string;
  /** Oldest version of Python that the packages are made for. @default 3.10 */
  readonly oldest?: readonly [number, number];
}

const emulatorPackages = (): PythonPackages => ({
  name: 'emulator',
  lock: join(projectRoot(), 'local', 'requirements.txt'),
  what: 'the embedded AWS into a Python environment of its own (once, about 180 MB)',
});

export interface PythonOptions {
  /** @default those of the embedded AWS */
  readonly packages?: PythonPackages;
  readonly env?: NodeJS.ProcessEnv;
  /** Told what is being done, in one line. */
  readonly say?: (text: string) => void;
}

/** Path of an interpreter that has the packages installed. Installs them when this lock file was not yet. */
export async function ensurePython(options: PythonOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const packages = options.packages ?? emulatorPackages();
  const base = await findPython(env, packages);
  const { name, lock } = packages;
  const key = createHash('sha256')
    .update(await readFile(lock))
    .update(base.version)
    .update(process.arch);
  const cache = env['DECANT_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'decant');
  const venv = join(cache, `${name}-${key.digest('hex').slice(0, 16)}`);
  // The folder gets its final name only once it is complete, so that an interrupted install is never used.
  if (!existsSync(join(venv, '.complete'))) await install(base.path, packages, venv, options);
  return join(venv, 'bin', 'python');
}

async function install(
  python: string,
  { lock, what }: PythonPackages,
  venv: string,
  options: PythonOptions,
): Promise<void> {
  const work = `${venv}.${process.pid}`;
  options.say?.(`installing ${what}`);
  await mkdir(join(venv, '..'), { recursive: true });
  try {
    await run(python, ['-m', 'venv', work]).catch((error: unknown) => {
      throw venvMissing(python, error);
    });
    await run(
      join(work, 'bin', 'python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', lock],
      { env: options.env ?? process.env, maxBuffer: 16 * 1024 * 1024 },
    ).catch((error: unknown) => {
      const said = String((error as { stderr?: string }).stderr ?? error).trim();
      throw new UserError(`the packages of ${lock} could not be installed:\n${said}`, { exitCode: 1, cause: error });
    });
    await writeFile(join(work, '.complete'), '');
    await rename(work, venv).catch((error: unknown) => {
      // Another process was faster: its environment is as good.
      if (!existsSync(join(venv, '.complete'))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The first interpreter that is new enough and can make environments. Throws a UserError that names the remedy. */
export async function findPython(
  env: NodeJS.ProcessEnv,
  { user = 'the embedded AWS', oldest = OLDEST }: Pick<PythonPackages, 'user' | 'oldest'> = {},
): Promise<{ path: string; version: string }> {
  const asked = env['DECANT_PYTHON'];
  const names = asked ? [asked] : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const old: string[] = [];
  let without: UserError | undefined;
  for (const path of names) {
    const version = await versionOf(path, env);
    if (!version) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      old.push(`${path} is ${version}`);
      continue;
    }
    const usable = await run(path, ['-c', 'import venv, ensurepip'], { env })
      .then(() => true)
      .catch((error: unknown) => {
        without ??= venvMissing(path, error);
        return false;
      });
    if (usable) return { path, version };
  }
  if (without) throw without;
  const found = old.length ? `; ${old.join(', ')}` : '';
  throw new UserError(
    `${user} needs Python ${oldest.join('.')} or newer${found || `; ${names[0]} was not found`}. ` +
      'Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python) or set DECANT_PYTHON to it',
    { exitCode: 1 },
  );
}

const venvMissing = (python: string, cause: unknown): UserError =>
  new UserError(
    `${python} cannot make virtual environments: its venv module is missing. Debian, Ubuntu: apt-get install python3-venv`,
    { exitCode: 1, cause },
  );

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ask = 'import sys; print(".".join(map(str, sys.version_info[:3])))';
  return run(path, ['-c', ask], { env })
    .then((r) => r.stdout.trim())
    .catch(() => undefined);
}
