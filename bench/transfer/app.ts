/** A deployed app with one dataset on a file server. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localEnv, localFiles } from '../../local/state.ts';
import { down, up } from '../../local/supervisor.ts';
import type { Places } from '../../protocol/places.ts';
import { loadPlaces } from '../../runtime/places.ts';

const HOST = 'nas.example.com';
const ESTATE = `estate: bench
environments:
  local:
    kind: local
    gatherSec: 5
    agents: { site: { mode: basic } }
sources:
  nas: { kind: nfs, location: '${HOST}:/lab', agents: [site] }
datasets:
  plates:
    source: nas
    transfer: { mode: basic }
    contract:
      objects: '**/*.csv'
      format: csv
      columns:
        - { name: well, type: text }
        - { name: compound, type: text }
        - { name: signal, type: double }
        - { name: flag, type: text }
`;
/** Waits of the embedded DataSync between its states are no work. */
const SPEED = 1000;
const PATIENCE_MS = 15 * 60_000;

interface Told {
  readonly datasets: readonly { readonly objects: Readonly<Record<string, number>> }[];
  readonly queue: { readonly waiting: number; readonly inFlight: number };
  readonly running: { readonly ingest: number };
}

export class BenchApp {
  readonly dir: string;
  readonly share: string;
  readonly places: Places;
  private constructor(dir: string, places: Places) {
    this.dir = dir;
    this.places = places;
    this.share = join(localFiles(dir).sources, HOST, 'lab', 'plates');
    mkdirSync(this.share, { recursive: true });
  }

  static async start(dir: string): Promise<BenchApp> {
    if (existsSync(dir)) await down({ dir });
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'decant.yaml'), ESTATE);
    const state = await up({ dir, speed: SPEED });
    try {
      await decant(dir, 'agent', 'activate', 'site', '--key', 'BENCH-BENCH-BENCH-BENCH-BENCH');
      await decant(dir, 'local', 'deploy');
      Object.assign(process.env, localEnv(state));
      return new BenchApp(dir, await loadPlaces('bench', 'local'));
    } catch (error) {
      await down({ dir });
      throw error;
    }
  }

  decant(...argv: string[]): Promise<string> {
    return decant(this.dir, ...argv);
  }

  /** Waits until so many objects are in the tables, and nothing is queued or running. */
  async settled(objects: number): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(1000)) {
      const told = JSON.parse(await this.decant('status', '--json')) as Told;
      const idle = told.queue.waiting + told.queue.inFlight + told.running.ingest === 0;
      if (idle && told.datasets[0]?.objects['transformed'] === objects) return;
    }
    throw new Error(`not all of ${objects} objects were in the tables after ${PATIENCE_MS / 60_000} minutes`);
  }

  async stop(): Promise<void> {
    await down({ dir: this.dir });
  }
}

/** Runs one command line; its standard output. Throws when it exits with another code than 0. */
function decant(dir: string, ...argv: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, '..', '..', 'bin', 'decant.mjs');
    const child = spawn(process.execPath, [program, ...argv], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else
        reject(
          new Error(`decant ${argv.join(' ')} exited with ${code}: ${Buffer.concat(err).toString().slice(-2000)}`),
        );
    });
  });
}
