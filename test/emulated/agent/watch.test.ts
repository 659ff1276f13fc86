/** The transfer watch, as deployed, against the embedded DataSync. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { handler } from '../../../lambda/transfer-watch/handler.ts';
import { makeDrill, type Drill } from '../transfer/drill.ts';

let drill: Drill;
beforeAll(async () => {
  drill = await makeDrill();
  Object.assign(process.env, {
    ESTATE: drill.env.places.workBucket.replace(/-work$/, ''),
    ENVIRONMENT: 'local',
    WORK_BUCKET: drill.env.places.workBucket,
    AGENTS: JSON.stringify({ site: drill.agent }),
  });
});
afterEach(() => drill.clear());
afterAll(() => drill.end());

/** One look: its metrics, and what it told. */
async function lookOnce(): Promise<{ metrics: Record<string, number>; told: Record<string, string>[] }> {
  const lines: string[] = [];
  const told: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const error = jest.spyOn(console, 'error').mockImplementation((line: string) => void told.push(line));
  try {
    await handler();
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
  const metrics = lines.map((l) => JSON.parse(l) as Record<string, number>).find((l) => '_aws' in l) ?? {};
  return { metrics, told: told.map((l) => JSON.parse(l) as Record<string, string>) };
}

describe('a look', () => {
  test('counts zeros where all is well, so that silence means that nobody looked', async () => {
    await drill.write({ 'plate-1.csv': 'id\n1\n' });
    await drill.transfer('run', '--wait');

    const { metrics, told } = await lookOnce();

    expect(metrics).toMatchObject({
      AgentsOffline: 0,
      TransfersFailed: 0,
      TransfersStalled: 0,
      TransferSchedulesStopped: 0,
    });
    expect(told).toEqual([]);
  });

  test('tells an execution that failed, and tells it once', async () => {
    await drill.write({ 'plate-2.csv': 'id\n2\n' });
    await drill.fault({ fault: 'network-cut', path: 'plate-2.csv' });
    await drill.transfer('run', '--wait');

    const first = await lookOnce();
    const second = await lookOnce();

    expect(first.metrics['TransfersFailed']).toBe(1);
    expect(first.told).toEqual([
      expect.objectContaining({
        message: 'transfer failed',
        about: 'assays',
        execution: expect.stringContaining('/execution/exec-'),
      }),
    ]);
    expect(second.metrics['TransfersFailed']).toBe(0);
  });

  test('tells an agent that is offline', async () => {
    await drill.fault({ fault: 'agent-offline', resource: drill.agent, times: null });

    const { metrics, told } = await lookOnce();

    expect(metrics['AgentsOffline']).toBe(1);
    expect(told).toEqual([expect.objectContaining({ message: 'agent offline', about: 'site' })]);
  });
});
