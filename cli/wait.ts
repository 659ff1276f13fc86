/** `--wait`: stays until the runs that a verb started have ended. */
import type { SFNClient, StartExecutionOutput } from '@aws-sdk/client-sfn';
import { Exit } from '../runtime/errors.ts';
import type { Io } from './verb.ts';

/** ARNs of the executions that a client starts from now on, as Step Functions answers them: clocks need not agree. */
export function startedBy(sfn: SFNClient): ReadonlySet<string> {
  const started = new Set<string>();
  sfn.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context['commandName'] !== 'StartExecutionCommand') return result;
      const { executionArn } = result.output as StartExecutionOutput;
      if (executionArn !== undefined) started.add(executionArn);
      return result;
    },
    // A client lives as long as its process: a later verb takes the place of an earlier one.
    { step: 'initialize', name: 'startedExecutions', override: true },
  );
  return started;
}

/** Waits, tells, and sets exit code 1 when a run failed. */
export async function waitAndTell(machine: string, started: ReadonlySet<string>, io: Io): Promise<void> {
  if (started.size === 0) return;
  const { waitForRuns } = await import('../runtime/runs.ts');
  let told = -1;
  const failed = await waitForRuns(machine, started, (running) => {
    if (running !== told && running > 0) io.err.write(`${running} of ${started.size} runs are going on\n`);
    told = running;
  });
  io.err.write(`${started.size} runs ended, ${failed.length === 0 ? 'none' : failed.length} failed\n`);
  if (failed.length === 0) return;
  io.err.write(`${failed.slice(0, 5).join(', ')}${failed.length > 5 ? ', …' : ''}; see: decant runs --failed\n`);
  io.exitCode = Exit.failed;
}
