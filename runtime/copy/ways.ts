/** Which way an object takes. Every object has one; a person reads why where it stays. */
import { BATCH_COPY_MAX_BYTES, MAX_KEY_BYTES, rawKeyOf, type CopyRoute, type CopyWay } from '../../protocol/copy.ts';
import type { SourceObject } from './source.ts';

export interface Way {
  readonly way: CopyWay;
  /** Why an object is refused. */
  readonly reason?: string;
}

/** Storage classes whose objects cannot be read before they are restored. Glacier Instant Retrieval is not one of them. */
const ARCHIVED: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

export interface WayOptions {
  /** Largest object of a batch copy, in bytes. @default 5 GB */
  readonly batchMaxBytes?: number;
}

/**
 * The object that lies in raw is the one of the source: as large, and of the same bytes or written after it. Encrypted with another key,
 * equal bytes have another ETag, so time decides; within one second, copying again is the safe side.
 */
export const isThere = (object: Pick<SourceObject, 'size' | 'etag' | 'at'>, there: SourceObject | undefined): boolean =>
  there !== undefined &&
  there.size === object.size &&
  ((object.etag !== '' && there.etag === object.etag) || there.at > object.at);

/** The way of an object of the listing; `there` is what lies under its key in raw. */
export function wayOf(object: SourceObject, route: CopyRoute, there?: SourceObject, options: WayOptions = {}): Way {
  if (object.marker) return { way: 'marker' };
  if (!object.key.startsWith(route.sourcePrefix)) return { way: 'refused', reason: 'lies outside of the folder' };
  if (object.key.length === route.sourcePrefix.length)
    return object.size === 0
      ? { way: 'marker' }
      : { way: 'refused', reason: 'is the folder itself: nothing is left of its key' };
  if (object.encryption === 'SSE-C')
    return { way: 'refused', reason: 'is encrypted with a key that only its owner has (SSE-C); have it decrypted' };
  const raw = rawKeyOf(route, object.key);
  const bytes = Buffer.byteLength(raw);
  if (bytes > MAX_KEY_BYTES)
    return { way: 'refused', reason: `its raw key would have ${bytes} bytes; S3 takes ${MAX_KEY_BYTES}` };
  if (isThere(object, there)) return { way: 'unchanged' };
  if (ARCHIVED.includes(object.storageClass ?? '') && object.restored !== true) return { way: 'restore' };
  if (object.size > (options.batchMaxBytes ?? BATCH_COPY_MAX_BYTES)) return { way: 'parts' };
  return { way: route.batchPrefix === undefined ? 'single' : 'batch' };
}
