/** Leaves the folders of a source out of a listing. */
import { isFolderMarker } from '../protocol/ledger.ts';

interface Listed {
  readonly key: string;
  readonly size: number;
  readonly marker: boolean;
}

/**
 * Takes a listing page by page, in key order. The markers of folders go, and the delete markers of keys of which nothing else is listed
 * but such: a key that ends with a slash may hold data all the same, and then its deletion counts.
 */
export class FolderFilter<V extends Listed> {
  /** Delete markers of the key that the last page was cut at, when none of its versions so far holds data. */
  #held: V[] = [];
  /** The key that the last page was cut at, when one of its versions holds data. */
  #data: string | undefined;

  /** `cutAt`: the key that may go on in the next page. What a page ends in doubt about comes with the next one. */
  take(page: readonly V[], cutAt: string | undefined): V[] {
    const all = [...this.#held, ...page].filter((v) => v.marker || !isFolderMarker(v.key, v.size));
    const data = new Set(all.filter((v) => !v.marker && v.key.endsWith('/')).map((v) => v.key));
    if (this.#data !== undefined) data.add(this.#data);
    const isOfFolder = (v: V): boolean => v.marker && isFolderMarker(v.key, v.size) && !data.has(v.key);
    this.#held = all.filter((v) => isOfFolder(v) && v.key === cutAt);
    this.#data = cutAt !== undefined && data.has(cutAt) ? cutAt : undefined;
    return all.filter((v) => !isOfFolder(v));
  }
}
