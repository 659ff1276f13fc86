import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ReconcileReport } from '../../../runtime/reconcile.ts';
import { makeEnvironment, type SmallEnvironment } from './environment.ts';
import { commitAll, datasets, deliver, executions } from './mending.ts';

// Hundreds of requests to a busy emulator: slow is no failure.
jest.setTimeout(120_000);

let env: SmallEnvironment;
beforeEach(async () => {
  env = await makeEnvironment(datasets);
  await deliver(env, { 'share/assays/a.csv': 'id\n1\n', 'share/plates/p.csv': 'id\n1\n', stray: 'x' });
});
afterEach(() => env.remove());

describe('decant reconcile', () => {
  test('--dry-run names what disagrees with counts and keys, exits 3 and changes nothing', async () => {
    const first = await env.decant('reconcile', '--dry-run');
    const second = await env.decant('reconcile', '--dry-run', '--json');

    expect(first).toMatchObject({ code: 3, out: expect.stringContaining('they disagree; nothing was changed') });
    expect(first.out).toMatch(/^3 unrecorded \(.*\): share\/assays\/a\.csv, share\/plates\/p\.csv, stray$/m);
    expect((JSON.parse(second.out) as ReconcileReport).findings.unrecorded?.count).toBe(3);
    expect(await executions(env)).toEqual([]);
  });

  test('of one dataset leaves the others as they are', async () => {
    const mended = await env.decant('reconcile', 'assays', '--quiet');
    const left = await env.decant('reconcile', '--dry-run', '--json');

    expect(mended).toMatchObject({ code: 0, out: expect.stringContaining('1 object versions') });
    expect((JSON.parse(left.out) as ReconcileReport).findings.unrecorded?.first).toEqual([
      'share/plates/p.csv',
      'stray',
    ]);
  });

  test('run again finds that all agree', async () => {
    await env.decant('reconcile', '--quiet', '--wait');
    for (const dataset of ['assays', 'plates']) await commitAll(env, dataset);

    const again = await env.decant('reconcile', '--quiet');

    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('ledger, listing and results agree') });
    expect(await executions(env)).toHaveLength(2);
  });

  test('--wait stays until exactly its own runs have ended', async () => {
    const { code, err } = await env.decant('reconcile', '--quiet', '--wait');

    expect([code, err]).toEqual([0, expect.stringContaining('2 runs ended, none failed')]);
  });

  test('of a misspelt dataset says which one was meant', async () => {
    const { code, err } = await env.decant('reconcile', 'asays');

    expect([code, err]).toEqual([2, expect.stringContaining('Did you mean assays?')]);
  });
});

test('decant reconcile --wait exits 1 and names the run when one fails', async () => {
  const failing = await makeEnvironment(datasets, 'fails');
  await deliver(failing, { 'share/assays/a.csv': 'id\n1\n' });

  const { code, err } = await failing.decant('reconcile', '--quiet', '--wait');
  const [run] = await executions(failing);
  await failing.remove();

  expect([code, err]).toEqual([1, expect.stringContaining(`${run}; see: decant runs --failed`)]);
});
