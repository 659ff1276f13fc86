import { describe, expect, test } from '@jest/globals';
import { inOrder } from '../../../runtime/listing.ts';

const at = '2026-11-20T10:00:00.000Z';
const listed = (key: string, version: string, more: object = {}) => ({
  ...{ key, version, size: 1, etag: undefined, at, marker: false, latest: false },
  ...more,
});

describe('a listing', () => {
  test('orders versions of one second as it lists them, newest first', () => {
    const page = [listed('a', 'three', { latest: true }), listed('a', 'two'), listed('a', 'one'), listed('b', 'only')];

    const times = Object.fromEntries(inOrder(page).map((v) => [v.version, v.at.slice(20, 23)]));

    expect(times).toEqual({ three: '002', two: '001', one: '000', only: '000' });
  });

  test('knows a delete marker that is the latest as the newest, though it is listed apart', () => {
    const page = [listed('a', 'one'), listed('a', 'gone', { marker: true, latest: true })];

    expect(inOrder(page).map((v) => [v.version, v.at.slice(20, 23)])).toEqual([
      ['gone', '001'],
      ['one', '000'],
    ]);
  });

  test('leaves other times as they are', () => {
    const later = '2026-11-20T10:00:01.000Z';

    expect(inOrder([listed('a', 'two', { at: later }), listed('a', 'one')]).map((v) => v.at)).toEqual([later, at]);
  });
});
