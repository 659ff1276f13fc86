import { describe, expect, test } from '@jest/globals';
import {
  CorruptReportError,
  listsSuccesses,
  missingNumbers,
  parsePart,
  partName,
} from '../../../../runtime/transfer/report.ts';

const EXEC = 'exec-0123456789abcdef0';
const part = (list: string, rows: object[]): string => JSON.stringify({ TaskExecutionId: EXEC, [list]: rows });

describe('the name of a part', () => {
  test('tells its kind and number', () => {
    expect(partName(`a/b/${EXEC}.files-transferred-v1-00012-0a123abc12d3b0e4f.json`)).toEqual({
      kind: 'transferred',
      number: 12,
    });
  });

  test('is not that of a summary', () => {
    expect(partName(`a/${EXEC}.summary-v1-0a12.json`)).toBeUndefined();
  });

  test.each([
    [[1, 2, 3], []],
    [
      [1, 3, 5],
      [2, 4],
    ],
    [[2], [1]],
    [[0, 2], [1]],
    [[], []],
  ])('of the numbers %j, %j are missing', (have, missing) => {
    expect(missingNumbers(have)).toEqual(missing);
  });
});

describe('a part', () => {
  test('of Basic mode is read: paths with a slash at the start, SrcMetadata, FailureReason', () => {
    const text = part('Transferred', [
      {
        RelativePath: '/2026/a.csv',
        SrcMetadata: { Type: 'Regular', ContentSize: 12, Mtime: '2026-11-20T10:00:00.1Z' },
        TransferStatus: 'SUCCESS',
      },
      {
        RelativePath: '/2026/b.csv',
        SrcMetadata: { Type: 'Regular', ContentSize: 7 },
        TransferStatus: 'FAILED',
        FailureCode: 40974,
        FailureReason: 'no leave to read',
      },
      { RelativePath: '/2026', SrcMetadata: { Type: 'Directory' }, TransferStatus: 'SUCCESS' },
    ]);

    expect(parsePart(text, 'transferred', EXEC, 'k')).toEqual([
      { path: '2026/a.csv', folder: false, bytes: 12, ok: true, code: undefined, reason: undefined },
      { path: '2026/b.csv', folder: false, bytes: 7, ok: false, code: '40974', reason: 'no leave to read' },
      { path: '2026', folder: true, bytes: 0, ok: true, code: undefined, reason: undefined },
    ]);
  });

  test('of Enhanced mode is read: bare paths, SourceMetadata, ErrorCode and ErrorDetail', () => {
    const text = part('Verified', [
      {
        RelativePath: '2026/a.csv',
        SourceMetadata: { Type: 'Object', ContentSize: 12 },
        VerifyStatus: 'FAILED',
        ErrorCode: 'CHECKSUM_MISMATCH',
        ErrorDetail: 'changed while it was copied',
      },
    ]);

    expect(parsePart(text, 'verified', EXEC, 'k')).toEqual([
      {
        path: '2026/a.csv',
        folder: false,
        bytes: 12,
        ok: false,
        code: 'CHECKSUM_MISMATCH',
        reason: 'changed while it was copied',
      },
    ]);
  });

  test('of what was skipped is no failure for having a reason to skip', () => {
    const text = part('Skipped', [{ RelativePath: 'a', SourceMetadata: {}, SkipReason: 'unchanged' }]);

    expect(parsePart(text, 'skipped', EXEC, 'k')[0]).toMatchObject({ ok: true, reason: undefined });
  });

  test.each([
    ['cut off', '{"Transferred": ['],
    ['of another execution', JSON.stringify({ TaskExecutionId: 'exec-f', Transferred: [] })],
    ['of another kind', part('Skipped', [])],
    ['with an entry without a path', part('Transferred', [{}])],
    ['that is a list', '[]'],
  ])('%s is refused with its key', (_, text) => {
    const read = () => parsePart(text, 'transferred', EXEC, 'reports/part.json');

    expect(read).toThrow(CorruptReportError);
    expect(read).toThrow(/^reports\/part\.json is no report of what was transferred: /);
  });
});

describe('whether successes are listed', () => {
  test('is told by the level of the kind before that of the report', () => {
    const config = {
      ReportLevel: 'SUCCESSES_AND_ERRORS' as const,
      Overrides: { Skipped: { ReportLevel: 'ERRORS_ONLY' as const } },
    };

    expect(['transferred', 'skipped'].map((k) => listsSuccesses(config, k as 'skipped'))).toEqual([true, false]);
  });
});
