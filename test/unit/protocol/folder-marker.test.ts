import { expect, test } from '@jest/globals';
import { isFolderMarker } from '../../../protocol/ledger.ts';

test.each([
  ['raw/nas/assays/2026/', 0, true],
  ['raw/nas/assays/2026/', 3, false],
  ['raw/nas/assays/empty.csv', 0, false],
])('%s of %i bytes is the marker of a folder: %p', (path, size, marker) => {
  expect(isFolderMarker(path, size)).toBe(marker);
});
