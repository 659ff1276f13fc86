/** `--wait`: stays until the runs that a verb started have ended. */
import { Exit } from '../runtime/errors.ts';
import type { Io } from './verb.ts';

/** Waits, tells, and sets exit code 1 when a run failed. */
export async function waitAndTell(machine: string, since: Date, io: Io): Promise<void> {
  const { waitForRuns } = await import('../runtime/runs.ts');
  let told = -1;
  const { ended, failed } = await waitForRuns(machine, since, (running) => {
    if (running !== told) io.err.write(`${running} runs going on\n`);
    told = running;
  });
  io.err.write(
    `${ended} runs ended, ${failed.length} failed${failed.length > 0 ? `: ${failed.slice(0, 5).join(', ')}; see: decant runs --failed` : ''}\n`,
  );
  if (failed.length > 0) io.exitCode = Exit.failed;
}
