/** What a source folder holds that a device would not take, or take badly. */
import { isTrouble, walk } from '../put/walk.ts';
import { LARGEST_OBJECT, MOST_ENTRIES, SMALL_OBJECT } from './plan.ts';

/** Names that are listed at most; the counts are whole. */
const NAMED = 20;
/** S3 takes keys of this many bytes. */
const LONGEST_KEY = 1024;

export interface FolderReport {
  readonly objects: number;
  readonly bytes: number;
  readonly small: number;
  readonly tooLarge: readonly string[];
  readonly tooLong: readonly string[];
  readonly crowded: readonly { readonly folder: string; readonly entries: number }[];
  /** Files that cannot be read, or that no key can name. */
  readonly unreadable: readonly string[];
}

/** Walks a folder once. `prefix` is what its keys begin with. Memory grows with the depth of the folders, not with files. */
export async function inspectFolder(
  root: string,
  prefix: string,
  seen: (bytes: number) => void = () => undefined,
  mostEntries = MOST_ENTRIES,
): Promise<FolderReport> {
  const report = { objects: 0, bytes: 0, small: 0 };
  const tooLarge: string[] = [];
  const tooLong: string[] = [];
  const unreadable: string[] = [];
  const crowded: { folder: string; entries: number }[] = [];
  const open: { folder: string; entries: number }[] = [];
  const close = (): void => {
    const done = open.pop();
    if (done && done.entries > mostEntries) crowded.push(done);
  };
  for await (const found of walk(root, { followLinks: false })) {
    if (isTrouble(found)) {
      if (found.kind === 'failed' && unreadable.length < NAMED) unreadable.push(`${found.path}: ${found.problem}`);
      continue;
    }
    count(found.rel, open, close);
    report.objects += 1;
    report.bytes += found.size;
    if (found.size < SMALL_OBJECT) report.small += 1;
    if (found.size > LARGEST_OBJECT && tooLarge.length < NAMED) tooLarge.push(found.rel);
    if (Buffer.byteLength(prefix + found.rel) > LONGEST_KEY && tooLong.length < NAMED) tooLong.push(found.rel);
    seen(found.size);
  }
  while (open.length > 0) close();
  return { ...report, tooLarge, tooLong, crowded, unreadable };
}

/** Counts an entry for each folder in which a file is the first one seen of its branch; folders are walked depth first. */
function count(rel: string, open: { folder: string; entries: number }[], close: () => void): void {
  const folders = rel.split('/').slice(0, -1);
  const paths = ['', ...folders.map((_, i) => `${folders.slice(0, i + 1).join('/')}/`)];
  let common = 0;
  while (common < open.length && open[common]?.folder === paths[common]) common += 1;
  while (open.length > common) close();
  for (const folder of paths.slice(common)) {
    const above = open.at(-1);
    if (above) above.entries += 1; // The folder is an entry of the one above it.
    open.push({ folder, entries: 0 });
  }
  const here = open.at(-1);
  if (here) here.entries += 1;
}
