import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';
import { commitAll, datasets, deliver, executions, workplace } from './mending.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

let env: SmallEnvironment;
let shard = '';

/** One shard whose execution has ended without a result. */
async function undone(workflows: 'succeeds' | 'fails'): Promise<void> {
  env = await makeEnvironment(datasets, workflows);
  await deliver(env, { 'share/assays/a.csv': 'id\n1\n' });
  await env.decant('reconcile', '--quiet', '--wait');
  shard = (await executions(env))[0]?.slice(0, 24) ?? '';
}

afterEach(() => env.remove());

describe('decant redrive', () => {
  beforeEach(() => undone('succeeds'));

  test('starts an unfinished shard as its next attempt', async () => {
    const { code, out } = await env.decant('redrive', '--failed', '--wait');

    expect([code, out]).toEqual([0, `${shard} attempt 2\n1 shards started\n`]);
    expect((await executions(env)).map((name) => name.slice(-2)).sort()).toEqual(['-1', '-2']);
  });

  test('takes the name of a run, as decant runs prints it', async () => {
    const [run = ''] = await executions(env);

    const { out } = await env.decant('redrive', run, '--json');

    expect(JSON.parse(out)).toMatchObject({ redriven: [{ shard, attempt: 2 }], running: [], inBackfill: [] });
  });

  test('of a named shard leaves the other ones alone', async () => {
    await deliver(env, { 'share/plates/p.csv': 'id\n1\n' });
    await env.decant('reconcile', 'plates', '--quiet', '--wait');

    const { out } = await env.decant('redrive', shard, '--dry-run');

    expect(out).toBe(`${shard} attempt 2\n1 shards would be started\n`);
  });

  test('--dry-run says what would be started, and starts nothing', async () => {
    const { out } = await env.decant('redrive', '--failed', '--dry-run');

    expect(out).toContain('1 shards would be started');
    expect(await executions(env)).toHaveLength(1);
  });

  test('leaves a shard that a task is at, and says so', async () => {
    await (await workplace(env)).ledger.claim({ shard, fence: 1000, owner: 'task', run: 'run' });

    const { code, out, err } = await env.decant('redrive', shard);

    expect([code, out, err]).toEqual([0, expect.stringContaining('nothing to start'), `1 are at work: ${shard}\n`]);
  });

  test('of a finished shard says that it is finished', async () => {
    await commitAll(env, 'assays');

    const { code, err } = await env.decant('redrive', shard);

    expect([code, err]).toEqual([0, expect.stringContaining(`${shard} is finished`)]);
  });

  test('of a shard that does not exist exits 1', async () => {
    const unknown = 'f'.repeat(24);

    const { code, err } = await env.decant('redrive', unknown);

    expect([code, err]).toEqual([1, expect.stringContaining(`no shard ${unknown} of assays, plates`)]);
  });

  test.each([
    [[], 'name shards, or give --failed'],
    [['--failed', '0'.repeat(24)], 'not both'],
    [['3f9a'], '"3f9a" is not the id of a shard'],
    [['--failed', '--dataset', 'asays'], 'Did you mean assays?'],
  ])('%j is misuse', async (argv, said) => {
    const { code, err } = await env.decant('redrive', ...argv);

    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('decant redrive --wait', () => {
  test('exits 1 and names the run that failed', async () => {
    await undone('fails');

    const { code, err } = await env.decant('redrive', shard, '--wait');

    expect([code, err]).toEqual([1, expect.stringMatching(/1 runs ended, 1 failed\n\w{24}-\w{8}-2; see: decant runs/)]);
  });
});

describe('decant runs', () => {
  test('lists the failed ones with the first line of their cause', async () => {
    await undone('fails');

    const { out } = await env.decant('runs', 'assays', '--failed');

    expect(out).toMatch(new RegExp(`^${shard}-\\w+-1 +failed +assays .* TaskFailed: out of luck$`, 'm'));
  });

  test('gives name, workflow, shard and attempt as JSON', async () => {
    await undone('succeeds');

    const runs: unknown = JSON.parse((await env.decant('runs', '--json')).out);

    expect(runs).toMatchObject([{ workflow: 'ingest', status: 'SUCCEEDED', dataset: 'assays', shard, attempt: 1 }]);
  });

  test.each([[['plates']], [['--failed']]])('says that there are none for %j', async (argv) => {
    await undone('succeeds');

    expect(await env.decant('runs', ...argv)).toEqual({ code: 0, out: 'no runs\n', err: '' });
  });

  test('prints so many as --limit asks for, the newest', async () => {
    await undone('succeeds');
    await env.decant('redrive', shard, '--wait');

    const runs = JSON.parse((await env.decant('runs', '--limit', '1', '--json')).out) as { attempt: number }[];

    expect(runs.map((r) => r.attempt)).toEqual([2]);
  });

  test('of a misspelt dataset says which one was meant', async () => {
    await undone('succeeds');

    expect((await env.decant('runs', 'asays')).err).toContain('Did you mean assays?');
  });
});
