/** Deletions of folders: DataSync removes the marker of a folder that is gone at the source, as it removes a file. */
import { isFolderMarker, type LedgerRow } from '../../protocol/ledger.ts';
import type { Ledger } from '../../runtime/ledger.ts';
import { inParallel } from '../../runtime/many.ts';
import type { Arrival } from './event.ts';

/** Objects that are looked up at a time; a folder of many folders is deleted in one burst. */
const AT_ONCE = 8;

/**
 * The delete markers that are of folders, and no data. A key that ends with a slash may hold data all the same: then the ledger has a
 * version of some bytes, or one comes with it; should it come later, the nightly reconcile finds its delete marker.
 */
export async function foldersAmong(
  told: readonly Arrival[],
  ledger: Pick<Ledger, 'versions'>,
): Promise<Set<LedgerRow>> {
  const holdsData = (row: LedgerRow): boolean => !row.marker && row.size > 0;
  const data = new Set(
    told
      .map((t) => t.row)
      .filter(holdsData)
      .map((row) => row.object),
  );
  const doubtful = told
    .map((t) => t.row)
    .filter((r) => r.marker && isFolderMarker(r.object, r.size) && !data.has(r.object));
  const found = await inParallel(doubtful, AT_ONCE, async (row) =>
    (await ledger.versions(row.object)).some(holdsData) ? [] : [row],
  );
  return new Set(found.flat());
}
