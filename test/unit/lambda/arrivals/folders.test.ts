import { expect, test } from '@jest/globals';
import { foldersAmong } from '../../../../lambda/arrivals/folders.ts';
import type { LedgerRow } from '../../../../protocol/ledger.ts';

const FOLDER = 'raw/nas/assays/2026/';
const row = (object: string, facts: Partial<LedgerRow> = {}): LedgerRow => ({
  ...{ object, version: 'v', dataset: 'assays', state: 'arrived', size: 0 },
  ...{ at: '2026-11-20T10:00:00.000Z', since: '2026-11-20T10:00:00.000Z' },
  ...facts,
});
const deletion = (object: string): LedgerRow => row(object, { version: 'deleted', marker: true });
const among = (rows: readonly LedgerRow[], known: readonly LedgerRow[] = []) =>
  foldersAmong(
    rows.map((r) => ({ row: r, gone: r.state === 'deleted' })),
    { versions: (object) => Promise.resolve(known.filter((k) => k.object === object)) },
  );

test.each<[string, boolean, readonly LedgerRow[], readonly LedgerRow[]]>([
  ['of a folder that nobody recorded', true, [deletion(FOLDER)], []],
  ['of a folder that was deleted before', true, [deletion(FOLDER)], [deletion(FOLDER)]],
  ['of a folder whose marker is gone for good', true, [deletion(FOLDER)], [row(FOLDER, { state: 'deleted' })]],
  ['of a file', false, [deletion('raw/nas/assays/a.csv')], []],
  ['of data that the ledger has', false, [deletion(FOLDER)], [row(FOLDER, { size: 3 })]],
  ['of data that comes with it', false, [deletion(FOLDER), row(FOLDER, { size: 3 })], []],
])('a delete marker %s is of a folder: %p', async (_, folder, rows, known) => {
  expect((await among(rows, known)).has(rows[0] as LedgerRow)).toBe(folder);
});
