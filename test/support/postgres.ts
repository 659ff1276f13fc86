/** A PostgreSQL server of a test's own, where the machine has one to start. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of `initdb` and `pg_ctl`, the newest where there are several; undefined where there is none. */
export function postgresBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((v) => join(debian, v, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  return places.find((p) => existsSync(join(p, 'pg_ctl')) && existsSync(join(p, 'initdb')));
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export class Postgres {
  static readonly user = 'owner';
  static readonly password = 'not a secret';
  readonly port: number;
  readonly #binaries: string;
  readonly #folder: string;
  readonly #as: { uid?: number; gid?: number };

  private constructor(binaries: string, folder: string, port: number, as: { uid?: number; gid?: number }) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.port = port;
    this.#as = as;
  }

  /** Starts an empty server on a free port of the loopback address. The server refuses to run as root: `nobody` does then. */
  static async start(): Promise<Postgres> {
    const binaries = postgresBinaries();
    if (!binaries) throw new Error('no PostgreSQL server is installed');
    const folder = mkdtempSync(join(tmpdir(), 'pg-'));
    const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    const as = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
    const server = new Postgres(binaries, folder, await freePort(), as);
    const data = join(folder, 'data');
    server.#run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync');
    const options = `-p ${server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
    server.#run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
    return server;
  }

  #run(program: string, ...args: string[]): void {
    const done = spawnSync(join(this.#binaries, program), args, {
      ...this.#as,
      encoding: 'utf8',
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (done.status !== 0) throw new Error(`${program} failed: ${done.stderr || String(done.error)}`);
  }

  /** Ends the server and takes its files away. */
  stop(): void {
    this.#run('pg_ctl', '-D', join(this.#folder, 'data'), '-m', 'immediate', '-w', 'stop');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
