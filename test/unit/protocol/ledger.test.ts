import { describe, expect, test } from '@jest/globals';
import { compareVersions } from '../../../protocol/ledger.ts';

const version = (sequencer: string | undefined, at: string, name = 'v') => ({
  ...(sequencer === undefined ? {} : { sequencer }),
  at,
  version: name,
});

describe('the order of two versions of a key', () => {
  test('is that of their sequencers, compared right-aligned, whatever their times say', () => {
    const [older, newer] = [version('FF', '2026-11-21T00:00:00.000Z'), version('0100', '2026-11-20T00:00:00.000Z')];

    expect([compareVersions(older, newer), compareVersions(newer, older)]).toEqual([-1, 1]);
  });

  test('is that of their times where one came from a listing', () => {
    const [older, newer] = [version(undefined, '2026-11-20T00:00:00.000Z'), version('01', '2026-11-21T00:00:00.000Z')];

    expect([compareVersions(older, newer), compareVersions(newer, older)]).toEqual([-1, 1]);
  });
});
