/** A whole deployed app in a folder of its own: the embedded AWS, all stacks, and the CLI pointed at them. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Places } from '../../protocol/places.ts';
import { s3Client } from '../../runtime/aws.ts';
import { loadPlaces } from '../../runtime/places.ts';

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

export interface Run {
  readonly name: string;
  readonly workflow: string;
  readonly status: string;
  readonly shard: string;
  readonly error?: string;
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
  #places: Promise<Places> | undefined;
  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * Writes the estate file, starts the embedded AWS and deploys. SDK clients of this process are pointed at it: one app a
   * test file. `prepare` makes what is there before Decant is.
   */
  static async start(name: string, estate: string, prepare?: () => Promise<void>): Promise<App> {
    const app = new App(join(root, 'build', 'test', name));
    // What an interrupted run of the tests left.
    if (existsSync(app.path('.decant'))) await app.decant('local', 'down');
    rmSync(app.dir, { recursive: true, force: true });
    mkdirSync(app.dir, { recursive: true });
    writeFileSync(app.path('decant.yaml'), estate);
    await app.must('local', 'up');
    Object.assign(process.env, await app.sdk());
    await prepare?.();
    await app.deploy(estate);
    return app;
  }

  /** Deploys the app with this estate file. */
  async deploy(estate: string): Promise<void> {
    writeFileSync(this.path('decant.yaml'), estate);
    await this.must('local', 'deploy');
    this.#places = undefined;
  }

  /** Physical names of the deployed environment. */
  places(): Promise<Places> {
    return (this.#places ??= loadPlaces('e2e', 'local'));
  }

  /** Puts an object into the raw bucket; its version. */
  async deliver(key: string, body: string | Uint8Array): Promise<string> {
    const { rawBucket } = await this.places();
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const { VersionId } = await s3Client().send(new PutObjectCommand({ Bucket: rawBucket, Key: key, Body: bytes }));
    if (VersionId === undefined) throw new Error('the raw bucket keeps no versions');
    return VersionId;
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  /** Writes a file to deliver, and returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = this.path('files', name);
    mkdirSync(dirname(path), { recursive: true });
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

  /** Stops it in some way, and starts it again where it was. */
  async restart(stop: () => Promise<unknown>): Promise<void> {
    const { port } = new URL(process.env['AWS_ENDPOINT_URL'] ?? '');
    await stop();
    await this.must('local', 'up', '--port', port);
  }

  async queue(): Promise<Status['queue']> {
    return (await this.json<Status>('status')).queue;
  }

  /** Waits until no event waits and no execution runs; of one dataset, until none of its own does. */
  async idle(dataset?: string): Promise<void> {
    await this.until('the app to come to rest', async () => {
      if (dataset !== undefined) return (await this.runs(dataset)).every((r) => r.status !== 'RUNNING');
      const { running, queue } = await this.json<Status>('status');
      return running.ingest + running.backfill + queue.waiting + queue.inFlight === 0;
    });
  }

  /** The newest first. */
  runs(dataset: string, ...more: string[]): Promise<Run[]> {
    return this.json<Run[]>('runs', dataset, ...more);
  }

  /** Waits until `look` gives something. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>, pauseMs = 200): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > until) throw new Error(`waited in vain for ${what}`);
      await sleep(pauseMs);
    }
  }

  /** What the embedded AWS says of itself. */
  async report(): Promise<{ pid: number; tasks: { pid: number; task: string }[] }> {
    const response = await fetch(`${process.env['AWS_ENDPOINT_URL'] ?? ''}/_ext/report`);
    return (await response.json()) as { pid: number; tasks: { pid: number; task: string }[] };
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
