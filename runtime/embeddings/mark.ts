/**
 * What is embedded: of each table the files that a run has looked at. Files older than a day are known by their age alone,
 * so that a mark does not grow with a table.
 */
import { z } from 'zod';
import type { Listed } from '../catalog/files.ts';

/**
 * S3 dates a file of several parts by when its upload began (S3 API reference, CompleteMultipartUpload), and no task uploads
 * for a day: what is older than that has been there at the listing.
 */
const SETTLED_MS = 24 * 3600_000;

const TableMark = z.strictObject({
  /** Columns that were looked at; other ones begin anew. */
  columns: z.array(z.string()),
  /** Files that were begun before are done. */
  before: z.iso.datetime(),
  /** Key → ETag of later files that are done. */
  files: z.record(z.string(), z.string()),
});
export const Mark = z.strictObject({ tables: z.record(z.string(), TableMark) });
export type Mark = z.infer<typeof Mark>;
export type TableMark = z.infer<typeof TableMark>;

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((c) => b.includes(c));

/** Files that no run has looked at for these columns. */
export function newFiles(files: readonly Listed[], columns: readonly string[], mark: TableMark | undefined): Listed[] {
  if (!mark || !same(mark.columns, columns)) return [...files];
  const before = new Date(mark.before);
  return files.filter((f) => f.modified >= before && mark.files[f.key] !== f.etag);
}

/** The mark once all of these files are done. `listed` is when the listing began. */
export function markOf(files: readonly Listed[], columns: readonly string[], listed: Date): TableMark {
  const before = new Date(listed.getTime() - SETTLED_MS);
  const recent = files.filter((f) => f.modified >= before);
  return {
    columns: [...columns],
    before: before.toISOString(),
    files: Object.fromEntries(recent.map((f) => [f.key, f.etag])),
  };
}
