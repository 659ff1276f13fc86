/** A whole deployed app in a folder of its own: the embedded AWS, all stacks, and the CLI pointed at them. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '..', '..');

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface DatasetStatus {
  readonly dataset: string;
  readonly objects: Record<'transformed' | 'waiting' | 'claimed' | 'quarantined' | 'superseded' | 'deleted', number>;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
}

export interface Status {
  readonly datasets: readonly DatasetStatus[];
  readonly unclassified: { objects: number; first: string[] };
  readonly running: { ingest: number; backfill: number };
  readonly queue: { waiting: number; inFlight: number; deadLetters: number };
}

/** How long the pipeline may take to come to rest on a busy machine. */
const PATIENCE_MS = 240_000;

export class App {
  readonly dir: string;
  constructor(dir: string) {
    this.dir = dir;
  }

  /** Writes the estate file, starts the embedded AWS and deploys. */
  static async start(name: string, estate: string): Promise<App> {
    const app = new App(join(root, 'build', 'test', name));
    mkdirSync(app.dir, { recursive: true });
    writeFileSync(app.path('decant.yaml'), estate);
    await app.must('local', 'up');
    await app.must('local', 'deploy');
    return app;
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** Writes a file to deliver, and returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = this.path('files', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Runs one command line as a user would. */
  decant(...args: string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'bin', 'decant.mjs'), ...args], {
        cwd: this.dir,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
    });
  }

  /** As `decant`, and throws when the exit code is not 0. */
  async must(...args: string[]): Promise<Outcome> {
    const outcome = await this.decant(...args);
    if (outcome.code !== 0)
      throw new Error(`decant ${args.join(' ')} ended with ${outcome.code}\n${outcome.err}${outcome.out}`);
    return outcome;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.must(...args, '--json')).out) as T;
  }

  /** Rows of a query, as objects of texts. */
  async query(sql: string): Promise<Record<string, string | null>[]> {
    const { out } = await this.must('query', sql, '--format', 'json', '--max-rows', '100000');
    return (JSON.parse(out) as { rows: Record<string, string | null>[] }).rows;
  }

  async status(dataset: string): Promise<DatasetStatus> {
    const found = (await this.json<Status>('status', dataset)).datasets.find((d) => d.dataset === dataset);
    if (!found) throw new Error(`status does not know ${dataset}`);
    return found;
  }

  /** Waits until `done` holds of the dataset and nothing of it is in work. */
  async settled(dataset: string, done: (s: DatasetStatus) => boolean): Promise<DatasetStatus> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const s = await this.status(dataset);
      if (s.objects.waiting + s.objects.claimed === 0 && done(s)) return s;
      if (Date.now() > until) throw new Error(`${dataset} did not come to rest: ${JSON.stringify(s)}`);
      await sleep(700);
    }
  }

  /** Environment variables that point an SDK client at the app. */
  async sdk(): Promise<Record<string, string>> {
    const { endpoint } = await this.json<{ endpoint: string }>('local', 'status');
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    };
  }

  async stop(): Promise<void> {
    await this.must('local', 'down');
  }
}
