/** After a crash the embedded AWS is held until it is reconciled; see local/emulator/hold.py. */
import type { ChosenEnvironment } from './target.ts';

/** Whether the environment is local and held. */
export async function isHeld({ environment, dir }: ChosenEnvironment): Promise<boolean> {
  if (environment.kind !== 'local') return false;
  const { existsSync } = await import('node:fs');
  const { localFiles } = await import('../local/state.ts');
  return existsSync(localFiles(dir).held);
}

/** Lets queues and schedules go on. */
export async function releaseHold({ dir }: ChosenEnvironment): Promise<void> {
  const { release } = await import('../local/supervisor.ts');
  await release({ dir });
}
