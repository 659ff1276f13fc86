/** Raw keys for files: built from a folder's paths, refused where S3 cannot hold them. */
import { RawKeys } from '../../protocol/keys.ts';

/** S3's limit, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** Where files go: below `<source>/<dataset>/`, and below `prefix` in it. */
export interface Destination {
  readonly source: string;
  readonly dataset: string;
  /** Folder below the dataset, kept as given; empty for none. */
  readonly prefix: string;
}

/** Prefix of every key of a delivery. A given prefix is a folder: it gets its slash when it has none. */
export function keyPrefix(to: Destination): string {
  const prefix = to.prefix === '' || to.prefix.endsWith('/') ? to.prefix : `${to.prefix}/`;
  return RawKeys.object.prefix({ source: to.source, dataset: to.dataset }) + prefix;
}

/** Why S3 cannot hold a key as it is; undefined when it can. */
export function keyProblem(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES)
    return `the key would have ${bytes} bytes, S3 allows ${MAX_KEY_BYTES}; shorten the path: ${key}`;
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(key))
    return `the key is not valid Unicode: ${key}`;
  if (key.split('/').some((s) => s === '.' || s === '..'))
    return `a key must not hold the folder names . or ..: ${key}`;
  return undefined;
}
