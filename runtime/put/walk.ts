/** Walks folders in the order in which S3 lists keys, so that two sorted streams can be compared side by side. */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A regular file and its path below the root, with `/` between folders. */
export interface Found {
  readonly path: string;
  readonly rel: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Cannot be set back by a program, unlike the modification time. */
  readonly ctimeMs: number;
}

/** Something that is not delivered, and why. `skipped` was asked for or holds no data; `failed` needs a person. */
export interface Trouble {
  readonly path: string;
  readonly problem: string;
  readonly kind: 'failed' | 'skipped';
}

export type Walked = Found | Trouble;
export const isTrouble = (w: Walked): w is Trouble => 'problem' in w;

export interface WalkOptions {
  /** Deliver what symbolic links point at, under the links' own names. Links that lead back into their own folder are named. */
  readonly followLinks: boolean;
}

/** UTF-8 byte order is S3's listing order; UTF-16 order, JavaScript's own, differs above U+FFFF. */
export const compareKeys = (a: string, b: string): number => {
  // Without surrogates both orders agree, and the plain comparison is ten times cheaper.
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

/** All files at or below `root`. A file as root is found under its own name. */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<Walked> {
  let status: Stats;
  try {
    status = await stat(root);
  } catch (error) {
    yield failed(root, error);
    return;
  }
  if (status.isDirectory()) yield* walkFolder(root, '', [await realpath(root)], options);
  else yield classify(root, basename(root), status);
}

async function* walkFolder(
  dir: string,
  rel: string,
  above: readonly string[],
  options: WalkOptions,
): AsyncGenerator<Walked> {
  let entries: Dirent[];
  try {
    entries = await readdir(dir, { withFileTypes: true });
  } catch (error) {
    yield failed(dir, error);
    return;
  }
  const resolved = await Promise.all(entries.map((e) => resolveEntry(dir, e, options)));
  resolved.sort((a, b) => compareKeys(a.sortName, b.sortName));
  for (const entry of resolved) {
    const path = join(dir, entry.name);
    const below = rel + entry.name;
    if (entry.trouble) yield entry.trouble;
    else if (!entry.folder) yield await statFile(path, below);
    else if (entry.link && above.includes(await realpath(path))) {
      yield { path, kind: 'failed', problem: 'the symbolic link leads back to a folder above it' };
    } else {
      const here = entry.link || above.length === 1 ? await realpath(path) : join(above.at(-1) ?? '', entry.name);
      yield* walkFolder(path, `${below}/`, [...above, here], options);
    }
  }
}

interface Entry {
  readonly name: string;
  /** Folders sort as S3 sees them: with the slash that follows their name in every key. */
  readonly sortName: string;
  readonly folder: boolean;
  readonly link: boolean;
  readonly trouble?: Trouble;
}

async function resolveEntry(dir: string, entry: Dirent, options: WalkOptions): Promise<Entry> {
  const { name } = entry;
  const path = join(dir, name);
  if (name.includes('\ufffd') && !(await lstat(path).catch(() => undefined))) {
    const trouble: Trouble = {
      path,
      kind: 'failed',
      problem: 'the name is not valid UTF-8, which a key must be; rename it',
    };
    return { name, sortName: name, folder: false, link: false, trouble };
  }
  if (!entry.isSymbolicLink()) {
    return { name, sortName: entry.isDirectory() ? `${name}/` : name, folder: entry.isDirectory(), link: false };
  }
  if (!options.followLinks) {
    const trouble: Trouble = { path, kind: 'skipped', problem: 'symbolic link' };
    return { name, sortName: name, folder: false, link: true, trouble };
  }
  try {
    const folder = (await stat(path)).isDirectory();
    return { name, sortName: folder ? `${name}/` : name, folder, link: true };
  } catch (error) {
    return { name, sortName: name, folder: false, link: true, trouble: failed(path, error) };
  }
}

async function statFile(path: string, rel: string): Promise<Walked> {
  try {
    return classify(path, rel, await stat(path));
  } catch (error) {
    return failed(path, error);
  }
}

function classify(path: string, rel: string, s: Stats): Walked {
  if (!s.isFile()) return { path, kind: 'skipped', problem: 'neither a file nor a folder' };
  return { path, rel, size: s.size, mtimeMs: s.mtimeMs, ctimeMs: s.ctimeMs };
}

/** Errors of the file system in words. */
export function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
  if (code === 'ENOENT') return 'does not exist (any more), or is a broken symbolic link';
  if (code === 'ELOOP') return 'the symbolic link leads to itself';
  return message;
}

const failed = (path: string, error: unknown): Trouble => ({ path, kind: 'failed', problem: problemOf(error) });
