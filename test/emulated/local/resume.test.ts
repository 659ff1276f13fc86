import { CreateStateMachineCommand, DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { down, up } from '../../../local/supervisor.ts';
import { connect, until } from './aws.ts';

const SLOW_MS = 120_000;
const definition = JSON.stringify({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 8, Next: 'End' }, End: { Type: 'Pass', Result: 'done', End: true } },
});

/** Starts an execution, stops the emulator cleanly under it, starts it again; the execution's end. */
async function acrossRestart(dir: string, without: readonly string[]): Promise<string | undefined> {
  await down({ dir });
  await rm(dir, { recursive: true, force: true });
  const before = await up({ dir, without });
  const aws = connect(before.endpoint);
  const { stateMachineArn } = await aws.sfn.send(
    new CreateStateMachineCommand({ name: 'waits', definition, roleArn: 'arn:aws:iam::000000000000:role/r' }),
  );
  const { executionArn } = await aws.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one' }));
  await down({ dir });
  await up({ dir, without, port: before.port });
  return until(
    'the end of the execution',
    async () => {
      const { status } = await aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' ? undefined : status;
    },
    SLOW_MS,
  );
}

describe('an execution that runs while the embedded AWS is stopped', () => {
  const dir = join(process.cwd(), 'build', 'test', 'emulator-resumed');
  const ends = new Map<string, string | undefined>();
  beforeAll(async () => {
    ends.set('mended', await acrossRestart(dir, []));
    ends.set('open', await acrossRestart(dir, ['sfn_resume']));
  }, SLOW_MS);
  afterAll(() => down({ dir }), SLOW_MS);

  test('goes on when it is started again', () => {
    expect(ends.get('mended')).toBe('SUCCEEDED');
  });

  test('is lost in the emulator by itself, so that the gap is one', () => {
    expect(ends.get('open')).toBe('FAILED');
  });
});
