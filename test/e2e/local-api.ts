/** The prediction API as a process of its own on loopback, and programs that ask it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { projectRoot } from '../../local/root.ts';

export interface LocalApi {
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly token: string;
  /** Folder whose folders stand for buckets. */
  readonly files: string;
  /** What the examples of the READMEs read. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Starts the built program. Rejects with what it said when it ends before it listens. */
export async function startLocalApi(): Promise<LocalApi> {
  const program = join(projectRoot(), 'build', 'local', 'api.mjs');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    exit(child).then(() => Promise.reject(new Error(`the API ended: ${said}`))),
  ]);
  const told = JSON.parse(line) as Omit<LocalApi, 'env' | 'close'>;
  return {
    ...told,
    env: {
      ...process.env,
      DECANT_API: told.url,
      DECANT_TOKEN_URL: told.tokenUrl,
      DECANT_CLIENT_ID: told.clientId,
      DECANT_CLIENT_SECRET: told.clientSecret,
    },
    async close() {
      child.stdin.end();
      await exit(child);
    },
  };
}

const exit = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()));
