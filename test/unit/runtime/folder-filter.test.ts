import { describe, expect, test } from '@jest/globals';
import { FolderFilter } from '../../../runtime/folder-filter.ts';

const version = (key: string, size: number) => ({ key, size, marker: false });
const deletion = (key: string) => ({ key, size: 0, marker: true });
const FOLDER = 'nas/assays/2026/';

describe('a page', () => {
  test('loses the marker of a folder and its delete marker', () => {
    const file = version(`${FOLDER}a.csv`, 3);

    expect(new FolderFilter().take([version(FOLDER, 0), deletion(FOLDER), file], undefined)).toEqual([file]);
  });

  test('keeps the delete marker of a file, also of one that is empty or listed no more', () => {
    const page = [deletion('a.csv'), version('b.csv', 0), deletion('b.csv')];

    expect(new FolderFilter().take(page, undefined)).toEqual(page);
  });

  test('keeps the delete marker of a key that ends with a slash and holds data', () => {
    const page = [version(FOLDER, 3), deletion(FOLDER)];

    expect(new FolderFilter().take(page, undefined)).toEqual(page);
  });
});

describe('a page that is cut within the versions of a key', () => {
  test('keeps its delete marker back until the next page shows data', () => {
    const filter = new FolderFilter();

    const first = filter.take([deletion(FOLDER)], FOLDER);
    const second = filter.take([version(FOLDER, 3)], undefined);

    expect([first, second]).toEqual([[], [deletion(FOLDER), version(FOLDER, 3)]]);
  });

  test('drops its delete marker when the next page shows none', () => {
    const filter = new FolderFilter();
    const file = version('z.csv', 1);

    expect([filter.take([deletion(FOLDER)], FOLDER), filter.take([file], undefined)]).toEqual([[], [file]]);
  });

  test.each([
    ['and data came before', 3, 1],
    ['and nothing but a folder came before', 0, 0],
  ])('has %s: an older delete marker of %i bytes’ key is listed %i times', (_, size, times) => {
    const filter = new FolderFilter();
    filter.take([version(FOLDER, size)], FOLDER);

    expect(filter.take([deletion(FOLDER)], undefined)).toHaveLength(times);
  });
});
