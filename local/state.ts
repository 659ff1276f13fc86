/** What the embedded AWS keeps below the folder of decant.yaml, and how a client is pointed at it. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localStateFile, readLocalState, type LocalState } from '../runtime/local-state.ts';

export type { LocalState };
export const readLocal = readLocalState;

/** Files and folders of one embedded AWS. */
export const localFiles = (dir: string) => {
  const data = join(dir, '.decant', 'local');
  return {
    data,
    state: localStateFile(dir),
    lock: join(data, 'starting.pid'),
    log: join(data, 'emulator.log'),
    tasks: join(data, 'tasks'),
    /** Is there while the embedded AWS is held after a crash. */
    held: join(data, 'held'),
    engine: join(data, 'engine.json'),
    temporary: join(data, 'tmp'),
    /** Beside the data, so that a reset leaves it alone. */
    sources: join(dir, '.decant', 'sources'),
  } as const;
};

/** Environment variables that point the SDK, the CDK CLI and the tasks at a running embedded AWS. */
export const localEnv = (state: Pick<LocalState, 'endpoint'>): Record<string, string> => ({
  AWS_ENDPOINT_URL: state.endpoint,
  AWS_ENDPOINT_URL_S3: state.endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
});

/** Writes the state file as a whole: a reader never meets half of it. */
export async function writeLocal(dir: string, state: LocalState & { readonly startedAt: string }): Promise<void> {
  const file = localFiles(dir).state;
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
