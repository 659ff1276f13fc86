/** The files of a bundle's folder, each proved to be what the index says. */
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleFiles, BundleIndex } from '../../protocol/bundle.ts';
import { BundleError } from './errors.ts';
import { bundleHash, sha256 } from './hash.ts';

/** Plain relative paths of ASCII names: what an index may list, on any system. */
const PATH = /^(?!.*(^|\/)\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;
export const isPath = (path: string): boolean => PATH.test(path);
/** Without these a folder is no bundle. */
const REQUIRED = [BundleFiles.model, BundleFiles.config, BundleFiles.card] as const;

/** Reads and judges bundle.json. Throws a BundleError. */
export async function readIndex(folder: string): Promise<BundleIndex> {
  const text = await readFile(join(folder, BundleFiles.index), 'utf8').catch((cause: unknown) => {
    throw new BundleError(folder, BundleFiles.index, 'cannot be read: is this the folder of a bundle?', { cause });
  });
  const index = parsed(folder, BundleFiles.index, text, (value) => BundleIndex.parse(value));
  const odd = Object.keys(index.files).find((path) => !isPath(path) || path === BundleFiles.index);
  if (odd !== undefined) throw new BundleError(folder, BundleFiles.index, `lists '${odd}', which is no path of a file`);
  const lacking = REQUIRED.find((path) => !(path in index.files));
  if (lacking) throw new BundleError(folder, BundleFiles.index, `does not list ${lacking}`);
  return index;
}

/** Parses a JSON file and what it must be. Throws a BundleError that names the file and the first fault. */
export function parsed<T>(folder: string, path: string, text: string | Uint8Array, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text)));
  } catch (cause) {
    const issue = (cause as { issues?: { path: PropertyKey[]; message: string }[] }).issues?.[0];
    const why = issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : String((cause as Error).message);
    throw new BundleError(folder, path, `is damaged (${why})`, { cause });
  }
}

/** Contents of every file that the index lists. Throws a BundleError for the first that is missing, changed or not listed. */
export async function readFiles(folder: string, index: BundleIndex): Promise<Map<string, Uint8Array>> {
  await refuseExtra(folder, index);
  const contents = await Promise.all(
    Object.entries(index.files).map(async ([path, wanted]) => {
      const bytes = await readFile(join(folder, path)).catch((cause: unknown) => {
        throw new BundleError(folder, path, 'is missing', { cause });
      });
      const found = sha256(bytes);
      if (found !== wanted.sha256) {
        const sizes = bytes.length === wanted.bytes ? '' : `, ${bytes.length} bytes instead of ${wanted.bytes}`;
        throw new BundleError(folder, path, `has SHA-256 ${found} instead of ${wanted.sha256}${sizes}`, {
          expected: wanted.sha256,
          found,
        });
      }
      return [path, bytes] as const;
    }),
  );
  const found = bundleHash(index.files);
  if (found !== index.hash) {
    throw new BundleError(
      folder,
      BundleFiles.index,
      `tells the bundle hash ${index.hash}, but its files make ${found}`,
      {
        expected: index.hash,
        found,
      },
    );
  }
  return new Map(contents);
}

/** A file that nobody vouches for is no part of a bundle; a link could point anywhere. */
async function refuseExtra(folder: string, index: BundleIndex): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    // Systems leave files such as .DS_Store behind; nothing reads them.
    if (entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/');
    if (!entry.isFile() && !(await lstat(join(folder, path))).isFile()) {
      throw new BundleError(folder, path, 'is no plain file');
    }
    if (path !== BundleFiles.index && !(path in index.files)) {
      throw new BundleError(folder, path, 'is not listed in bundle.json');
    }
  }
}
