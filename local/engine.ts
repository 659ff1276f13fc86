/** The container engine that runs tasks after `decant local up --containers`, asked through its command line client. */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../runtime/errors.ts';
import { projectRoot } from './root.ts';

const run = promisify(execFile);
/** What the client needs to find its engine; only the client is given it, never a function or a task. */
const CLIENT_VARIABLES = /^(PATH|HOME|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY))$/;
/** A container carries the data folder of its embedded AWS under this name. The emulator sets it. */
const LABEL = 'dev.decant.local';
/** An engine that hangs is as good as none. */
const ANSWER_MS = 15_000;
/** A container is given this long to end by itself when what a crash left is cleared away. */
const GRACE_S = 5;

export interface Engine {
  /** The client's command: `docker`, or what CDK_DOCKER names. */
  readonly client: string;
  readonly env: Readonly<Record<string, string>>;
  /** Architecture of the engine's machine, as in image names: amd64, arm64. */
  readonly arch: string;
  /** Processors of the engine's machine; it refuses containers that ask for more. */
  readonly cpus: number;
}

/** Image of a task's container, as `npm run image` names it. */
export const imageOf = (engine: Pick<Engine, 'arch'>, container: string): string =>
  `decant-${container}:${engine.arch}`;

/** The engine that answers, with all images in it. Throws a UserError that names the remedy. */
export async function findEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const client = env['CDK_DOCKER'] ?? 'docker';
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => CLIENT_VARIABLES.test(name)));
  const asked = { client, env: own as Record<string, string>, arch: '', cpus: 0 };
  const answer = await ask(asked, 'info', '--format', '{{.NCPU}}').catch(noEngine(client));
  const arch = await ask(asked, 'version', '--format', '{{.Server.Arch}}').catch(noEngine(client));
  const engine = { ...asked, arch: arch.trim(), cpus: Number(answer) || cpus().length };
  for (const container of await containerNames()) {
    const image = imageOf(engine, container);
    await ask(engine, 'image', 'inspect', '--format', '{{.Id}}', image).catch((cause: unknown) => {
      throw new UserError(
        `the engine has no image ${image}; build it with: npm run image -- --platform ${engine.arch} ` +
          '(with --stand-in-base where no image registry can be reached)',
        { exitCode: 1, cause },
      );
    });
  }
  return engine;
}

const noEngine = (client: string) => (cause: unknown) => {
  throw new UserError(
    `--containers needs a container engine, and none answers to "${client} version". Start one, point DOCKER_HOST at it ` +
      'or name its client in CDK_DOCKER; or leave --containers away: tasks then run as plain processes',
    { exitCode: 1, cause },
  );
};

/** Every folder of containers/ that has a Dockerfile is an image. */
async function containerNames(): Promise<string[]> {
  const folder = join(projectRoot(), 'containers');
  const all = await readdir(folder);
  const isImage = await Promise.all(
    all.map(async (name) => (await readdir(join(folder, name))).includes('Dockerfile')),
  );
  return all.filter((_, i) => isImage[i]);
}

/** The engine of the last start; undefined when that one ran tasks as processes. */
export async function readEngine(file: string): Promise<Engine | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Engine);
}

/** Remembers the engine for whoever has to clear up later, or that there is none. */
export async function rememberEngine(file: string, engine: Engine | undefined): Promise<void> {
  if (engine) await writeFile(file, JSON.stringify(engine));
  else await rm(file, { force: true });
}

/**
 * Removes every container that carries this data folder's label. Returns how many there were: none when the engine no
 * longer answers, for its containers went with it.
 */
export async function removeContainers(engine: Engine, data: string): Promise<number> {
  const list = async () =>
    (await ask(engine, 'ps', '--all', '--quiet', '--filter', `label=${LABEL}=${data}`)).split('\n').filter(Boolean);
  const found = await list().catch((): string[] => []);
  if (found.length === 0) return 0;
  // Either may meet a container that is just removing itself; what counts is that none is left.
  await ask(engine, 'stop', '--time', String(GRACE_S), ...found).catch(() => undefined);
  const left = await list();
  if (left.length) await ask(engine, 'rm', '--force', '--volumes', ...left).catch(() => undefined);
  return found.length;
}

/** Standard output of one command of the client. */
async function ask(engine: Engine, ...args: string[]): Promise<string> {
  return (await run(engine.client, args, { env: engine.env, timeout: ANSWER_MS })).stdout;
}
