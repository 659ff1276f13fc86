import { describe, expect, test } from '@jest/globals';
import { judge, openAfter, type Open } from '../../../../runtime/transfer/judge.ts';
import { Tally, type OpenFile } from '../../../../runtime/transfer/tally.ts';
import { ended, rows } from './rows.ts';

const failed = { prepare: 0, transfer: 0, verify: 0, delete: 0 };
const EXEC = 'exec-0123456789abcdef0';
const tallied = (fill: (t: Tally) => void = () => undefined, asked: string[] = [], listed: string[] = []): Tally => {
  const tally = new Tally(EXEC, new Set(asked), listed);
  fill(tally);
  return tally;
};
const open = (...paths: string[]): Open => ({
  files: new Map(
    paths.map((path): [string, OpenFile] => [path, { path, phase: 'transfer', reason: 'r', execution: 'e' }]),
  ),
  rerun: false,
});

describe('a report and its execution', () => {
  test('agree when every listed file is transferred, skipped or failed', () => {
    const e = ended({
      FilesListed: { AtSource: 4 },
      FilesPrepared: 3,
      FilesTransferred: 2,
      FilesSkipped: 1,
      FilesVerified: 2,
      FilesFailed: { Prepare: 0, Transfer: 1, Verify: 0, Delete: 0 },
    });
    const tally = tallied((t) => {
      t.add('verified', rows(['a', 'b']));
      t.add('transferred', [...rows(['a', 'b']), ...rows(['c'], { ok: false, reason: 'denied' })]);
      t.add('skipped', rows(['d']));
    });

    const found = judge(e, tally, []);

    expect(found).toEqual({
      outcome: {
        transferred: 2,
        bytes: 20,
        skipped: 1,
        failed: 1,
        verified: 2,
        deleted: 0,
        unchanged: 0,
        untouched: 0,
      },
      missing: [],
      problems: [],
    });
  });

  test('lack rows when the execution counts more than the report names', () => {
    const found = judge(
      ended({ FilesTransferred: 3 }),
      tallied((t) => t.add('transferred', rows(['a']))),
      [],
    );

    expect(found.missing).toEqual(['DataSync counts 3 files that were transferred, its report names 1']);
  });

  test('disagree, with nothing lacking, when the report names more', () => {
    const found = judge(
      ended({ FilesTransferred: 0 }),
      tallied((t) => t.add('transferred', rows(['a']))),
      [],
    );

    expect([found.missing.length, found.problems]).toEqual([
      0,
      ['DataSync counts 0 files that were transferred, its report names 1'],
    ]);
  });

  test('lack a part whose number is left out', () => {
    const key = (n: number) => `p/${EXEC}.files-verified-v1-0000${n}-ab.json`;

    expect(judge(ended(), tallied(), [key(1), key(3)]).missing).toEqual([
      'of the report of what was verified, 1 parts are not there: 2',
    ]);
  });

  test('count folders as files in Basic mode only', () => {
    const e = ended({ TaskMode: 'BASIC', FilesTransferred: 2 });
    const tally = tallied((t) => t.add('transferred', [...rows(['f/a']), ...rows(['f'], { folder: true })]));

    expect(judge(e, tally, []).missing).toEqual([]);
  });

  test('cannot be compared when DataSync has forgotten the execution, which is said', () => {
    expect(judge(undefined, tallied(), []).problems).toEqual([expect.stringContaining('forgotten')]);
  });
});

describe('the fate of a file', () => {
  test('is failed when it was transferred and did not pass the verification', () => {
    const tally = tallied((t) => {
      t.add('verified', rows(['a'], { ok: false, reason: 'changed' }));
      t.add('transferred', rows(['a', 'b']));
    });

    expect(judge(undefined, tally, []).outcome).toMatchObject({ transferred: 1, bytes: 10, failed: 1 });
  });

  test('is unchanged when the preparation found nothing to do for it', () => {
    const e = ended({ FilesListed: { AtSource: 5 }, FilesPrepared: 1, FilesTransferred: 1 });

    const { outcome } = judge(
      e,
      tallied((t) => t.add('transferred', rows(['a']))),
      [],
    );

    expect(outcome).toMatchObject({ unchanged: 4, untouched: 0 });
  });

  test('is untouched when the preparation itself was cut', () => {
    const e = ended({
      Status: 'ERROR',
      FilesListed: { AtSource: 5 },
      FilesPrepared: 1,
      FilesTransferred: 1,
      Result: { PrepareStatus: 'ERROR' },
    });

    const { outcome } = judge(
      e,
      tallied((t) => t.add('transferred', rows(['a']))),
      [],
    );

    expect(outcome).toMatchObject({ unchanged: 0, untouched: 4 });
  });

  test.each([3, 2])(
    'is not untouched when one of three could not be prepared, whether %i count as listed',
    (listed) => {
      const e = ended({
        FilesListed: { AtSource: listed },
        FilesPrepared: 2,
        FilesFailed: { Prepare: 1 },
        FilesTransferred: 2,
      });
      const tally = tallied((t) => {
        t.add('transferred', rows(['a', 'b']));
        t.add('skipped', rows(['c'], { ok: false, reason: 'the name is not UTF-8' }));
      });

      const { outcome, problems } = judge(e, tally, []);

      expect([outcome.untouched, outcome.failed, problems]).toEqual([0, 1, []]);
    },
  );

  test('is untouched when its list named it and no row does', () => {
    const tally = tallied((t) => t.add('transferred', rows(['a'])), [], ['a', 'b']);

    expect(judge(undefined, tally, []).outcome.untouched).toBe(1);
  });

  test('is untouched in Basic mode when an execution that failed meant to transfer more', () => {
    const e = ended({ TaskMode: 'BASIC', Status: 'ERROR', EstimatedFilesToTransfer: 9, FilesTransferred: 1 });

    expect(
      judge(
        e,
        tallied((t) => t.add('transferred', rows(['a']))),
        [],
      ).outcome.untouched,
    ).toBe(8);
  });
});

describe('what is open', () => {
  const outcome = { ...failed, transferred: 0, bytes: 0, skipped: 0, failed: 0, verified: 0, deleted: 0, unchanged: 0 };
  const well = { launched: true, scope: 'all' as const, retryList: false, succeeded: true, whole: true };

  test('after a whole run that came to every file is just what failed in it', () => {
    const tally = tallied((t) => t.add('transferred', rows(['new'], { ok: false })));

    const after = openAfter({ ...open('old'), rerun: true }, well, tally, { ...outcome, untouched: 0 });

    expect([[...after.files.keys()], after.rerun]).toEqual([['new'], false]);
  });

  test('after a run that was cut keeps what was open, and asks for the whole task', () => {
    const tally = tallied((t) => t.add('transferred', rows(['old'])), ['old', 'older']);

    const after = openAfter(open('old', 'older'), { ...well, succeeded: false }, tally, { ...outcome, untouched: 7 });

    expect([[...after.files.keys()], after.rerun]).toEqual([['older'], true]);
  });

  test('after a folder that could not be read asks for the whole task, since nobody knows what is in it', () => {
    const tally = tallied((t) => t.add('transferred', rows(['f'], { folder: true, ok: false })));

    expect(openAfter(open(), well, tally, { ...outcome, untouched: 0 }).rerun).toBe(true);
  });

  test('after a retry list loses what came over or was in place, and keeps the rest', () => {
    const tally = tallied(
      (t) => {
        t.add('transferred', [...rows(['a']), ...rows(['b'], { ok: false, reason: 'still denied' })]);
        t.add('skipped', rows(['c']));
      },
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', 'd'],
    );

    const after = openAfter(open('a', 'b', 'c', 'd'), { ...well, scope: 'list', retryList: true }, tally, {
      ...outcome,
      untouched: 1,
    });

    expect([...after.files].map(([path, f]) => [path, f.reason])).toEqual([
      ['b', 'still denied'],
      ['d', 'r'],
    ]);
    expect(after.rerun).toBe(false);
  });

  test('after an execution that failed as a whole, with no file named, asks for the whole task', () => {
    const after = openAfter(open(), { ...well, succeeded: false }, tallied(), { ...outcome, untouched: 0 });

    expect(after.rerun).toBe(true);
  });

  test('after an execution that was cancelled while it was queued is what was open before', () => {
    const before = open('old');

    expect(
      openAfter(before, { ...well, launched: false, succeeded: false }, tallied(), { ...outcome, untouched: 0 }),
    ).toBe(before);
  });

  test('after a report that is archived as it is, not whole, asks for the whole task', () => {
    expect(openAfter(open(), { ...well, whole: false }, tallied(), { ...outcome, untouched: 0 }).rerun).toBe(true);
  });
});
