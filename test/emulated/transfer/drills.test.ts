import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeDrill, someFiles, until, type Drill } from './drill.ts';

const files = someFiles(12);
const ONE = '2024/plate-0.csv';
let drill: Drill;

/** Every file that was listed is transferred, skipped or failed, in every archived report. */
async function nothingLost(of: Drill): Promise<void> {
  for (const s of await of.summaries()) expect([s.outcome.untouched, s.problems, s.complete]).toEqual([0, [], true]);
}

describe.each(['enhanced', 'basic'] as const)('in %s mode', (mode) => {
  beforeEach(async () => {
    drill = await makeDrill(mode);
    await drill.write(files);
  });
  afterEach(() => drill.end());

  test('a transfer brings every file over, and its report is evidence', async () => {
    const done = await drill.transfer('run', '--wait');

    expect([done.code, /waits? for another try/.test(done.err)]).toEqual([0, false]);
    expect(await drill.raw()).toEqual(files);
    await nothingLost(drill);
    expect((await drill.summaries())[0]).toMatchObject({
      status: 'SUCCESS',
      scope: 'all',
      open: 0,
      outcome: { transferred: 12, failed: 0 },
    });
    expect(await drill.status()).toMatchObject({ open: 0, rerun: false, unarchived: 0, last: { status: 'SUCCESS' } });
  });

  test('a second transfer moves nothing and says so', async () => {
    await drill.transfer('run', '--wait');

    const again = await drill.transfer('run', '--wait');

    expect([again.code, (await drill.summaries())[1]?.outcome]).toMatchObject([
      0,
      { transferred: 0, skipped: 12, untouched: 0 },
    ]);
  });

  test.each([
    ['vanishes while it is copied', 'file-vanishes', /removed/],
    ['may not be read', 'permission-denied', /Permission denied/],
    ['changes during the transfer', 'changed-during-transfer', /changed while/],
  ])('a file that %s is told with its reason, and a retry list heals it', async (_, fault, reason) => {
    await drill.fault({ fault, path: ONE });

    const first = await drill.transfer('run', '--wait');
    const before = await drill.status();
    const retried = await drill.transfer('retry', '--json');

    expect([first.code, before.open, before.rerun]).toEqual([1, 1, false]);
    expect(retried.code).toBe(0);
    expect(JSON.parse(retried.out)).toEqual({
      retried: [{ dataset: 'assays', rounds: 1, rerun: false, open: [], unlisted: [] }],
    });
    const [whole, list] = await drill.summaries();
    expect(whole).toMatchObject({ scope: 'all', open: 1, outcome: { transferred: 11, failed: 1 } });
    expect(list).toMatchObject({ scope: 'list', open: 0, outcome: { transferred: 1, failed: 0 } });
    await nothingLost(drill);
    expect(await drill.raw()).toEqual(files);
    expect(await drill.status()).toMatchObject({ open: 0, last: { scope: 'list', status: 'SUCCESS' } });
    expect(first.err + retried.err).toMatch(/1 file waits for another try|listed in retry-lists/);
    expect(JSON.stringify(await drill.failures())).toMatch(reason);
  });
});

describe('faults of the way', () => {
  beforeEach(async () => {
    drill = await makeDrill();
    await drill.write(files);
  });
  afterEach(() => drill.end());

  test('a network that is cut leaves files untouched, and the retry is the whole task', async () => {
    await drill.fault({ fault: 'network-cut', path: '2025/plate-4.csv' });

    const first = await drill.transfer('run', '--wait');
    const between = await drill.status();
    const retried = await drill.transfer('retry', '--json');

    expect([first.code, between.rerun, between.last?.error]).toEqual([1, true, expect.stringContaining('NetworkCut')]);
    expect(first.err).toContain('run decant transfer retry assays');
    expect([retried.code, JSON.parse(retried.out)]).toMatchObject([
      0,
      { retried: [{ rounds: 1, open: [], rerun: false }] },
    ]);
    const [cut, whole] = await drill.summaries();
    const { transferred, failed, untouched } = cut?.outcome ?? { transferred: 0, failed: 0, untouched: 0 };
    expect([transferred + failed + untouched, untouched > 0]).toEqual([12, true]);
    expect(whole?.outcome).toMatchObject({ skipped: transferred, transferred: 12 - transferred, untouched: 0 });
    expect(await drill.raw()).toEqual(files);
  });

  test('an agent that is offline keeps a transfer from starting, which names it and the remedy; later it starts', async () => {
    await drill.fault({ fault: 'agent-offline', resource: drill.agent });

    const refused = await drill.transfer('run', '--wait');
    const told = await drill.transfer('status');
    await drill.clear();
    const started = await drill.transfer('run', '--wait');

    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(new RegExp(`unavailable: AgentOffline: .*${drill.agent}.*start its machine`));
    expect(told.out).toContain('unavailable');
    expect([started.code, await drill.raw()]).toEqual([0, files]);
  });

  test('an agent that goes offline on the way leaves nothing lost: the retry brings the rest', async () => {
    await drill.write({ 'big.bin': 'x'.repeat(200_000) });
    await drill.transfer('run', '--bandwidth', '0.8');
    await until(async () => (await drill.status()).last?.status === 'TRANSFERRING');
    await drill.fault({ fault: 'agent-offline', resource: drill.agent });

    const watched = await drill.transfer('watch');
    await drill.clear();
    const retried = await drill.transfer('retry');

    expect([watched.code, (await drill.summaries())[0]?.error]).toEqual([1, expect.stringContaining('AgentOffline')]);
    expect([retried.code, Object.keys(await drill.raw()).length]).toEqual([0, 13]);
  });

  test('a report of several parts is evidence with all of them, and counted once', async () => {
    await drill.fault({ fault: 'report-split', bytes: 1500 });

    const done = await drill.transfer('run', '--wait');

    const [summary] = await drill.summaries();
    const parts = (await drill.evidence()).filter((k) => k.includes('.files-transferred-'));
    expect([done.code, parts.length > 2]).toEqual([0, true]);
    expect(summary).toMatchObject({ complete: true, problems: [], outcome: { transferred: 12, verified: 12 } });
    expect(summary?.parts.length).toBe((await drill.evidence()).filter((k) => k.includes('-Reports/')).length);
  });

  test('a report that lacks a part is no evidence, until the part is there', async () => {
    await drill.fault({ fault: 'report-split', bytes: 1500 });
    await drill.transfer('run');
    await until(async () => (await drill.status()).last?.status === 'SUCCESS');
    const back = await drill.hidePart('.files-transferred-v1-00002');

    const lacking = await drill.transfer('report');
    const before = await drill.summaries();
    await back();
    const whole = await drill.transfer('report');

    expect([lacking.code, before]).toEqual([3, []]);
    expect(lacking.err).toMatch(/is not whole: of the report of what was transferred, 1 parts are not there: 2; /);
    expect([whole.code, (await drill.summaries())[0]?.complete]).toEqual([0, true]);
  });

  test('what DataSync has forgotten is known from the records, and its report is archived from the bucket', async () => {
    await drill.transfer('run');
    await until(async () => (await drill.status()).last?.status === 'SUCCESS');
    await drill.fault({ fault: 'history-forgotten', seconds: 0 });

    const archived = await drill.transfer('report');
    await drill.clear();

    expect(archived.err).toContain('DataSync has forgotten the execution');
    expect((await drill.summaries())[0]?.outcome.transferred).toBe(12);
    expect((await drill.status()).last?.outcome?.transferred).toBe(12);
  });

  test('a file that still fails is listed with its reason, and the retry exits with 1 after its rounds', async () => {
    await drill.fault({ fault: 'permission-denied', path: ONE, times: null });

    await drill.transfer('run', '--wait');
    const retried = await drill.transfer('retry', '--rounds', '2');

    expect([retried.code, retried.out]).toEqual([1, 'assays: 2 rounds, 1 file still fails\n']);
    expect(retried.err).toMatch(/assays: 2024\/plate-0\.csv: transfer: Permission denied/);
    expect((await drill.summaries()).map((s) => s.open)).toEqual([1, 1, 1]);
  });

  test('a file that is gone for good fails in a list, and is forgotten by a whole transfer', async () => {
    await drill.fault({ fault: 'file-vanishes', path: ONE });
    await drill.transfer('run', '--wait');
    await drill.remove(ONE);

    const retried = await drill.transfer('retry', '--rounds', '1');
    const whole = await drill.transfer('run', '--wait');

    expect([retried.code, whole.code, (await drill.status()).open]).toEqual([1, 0, 0]);
    await nothingLost(drill);
  });
});
