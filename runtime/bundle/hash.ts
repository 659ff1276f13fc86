/** Hashes of a bundle: of each file, and of those files together that decide its numbers. */
import { createHash } from 'node:crypto';
import { decidesNumbers } from '../../protocol/bundle.ts';

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** By code point, as Python sorts, so that every language hashes the same text. Paths are ASCII: UTF-16 order is the same. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** The bundle's hash: SHA-256 of the canonical JSON (sorted keys, no blanks) of path → SHA-256 of the files that decide numbers. */
export function bundleHash(files: Readonly<Record<string, { readonly sha256: string }>>): string {
  const deciding = Object.entries(files)
    .filter(([path]) => decidesNumbers(path))
    .map(([path, file]) => [path, file.sha256] as const)
    .sort(byName);
  return sha256(JSON.stringify(Object.fromEntries(deciding)));
}
