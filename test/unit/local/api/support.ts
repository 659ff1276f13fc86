/** The API as a process of its own, as benches, fuzzers and tests of clients start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..', '..', '..', '..');

export interface LocalApiProcess {
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly token: string;
  /** Folder whose folders stand for buckets. */
  readonly files: string;
  /** What it said of errors. */
  said(): string;
  stop(): Promise<void>;
}

export async function startLocalApi(...args: readonly string[]): Promise<LocalApiProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('local', 'api', 'main.ts'), ...args], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error(`the API did not start: ${said}`))),
  ])) as [string];
  return {
    ...(JSON.parse(line) as Omit<LocalApiProcess, 'said' | 'stop'>),
    said: () => said,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
