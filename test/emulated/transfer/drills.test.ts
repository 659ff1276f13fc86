import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeDrill, someFiles, type Drill } from './drill.ts';

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

    expect([done.code, done.err.includes('wait for another try')]).toEqual([0, false]);
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
    expect(first.err + retried.err).toMatch(/1 files wait for another try|listed in retry-lists/);
    expect(JSON.stringify(await drill.failures())).toMatch(reason);
  });
});
