/** Where the embedded AWS of an estate listens, as its launcher wrote it down. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const LocalState = z.object({ endpoint: z.url(), port: z.int(), pid: z.int(), startedAt: z.iso.datetime().optional() });
export type LocalState = z.infer<typeof LocalState>;

/** The state file below the folder of decant.yaml. */
export const localStateFile = (dir: string): string => join(dir, '.decant', 'local', 'state.json');

/** The running embedded AWS; undefined when none was started or its process is gone. */
export async function readLocalState(dir: string): Promise<LocalState | undefined> {
  const text = await readFile(localStateFile(dir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = LocalState.parse(JSON.parse(text));
  try {
    process.kill(state.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return state;
}
