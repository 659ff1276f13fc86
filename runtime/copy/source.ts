/** What lies in the bucket that is copied from: listed in several lanes at a time, each in key order. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { compareKeys } from '../put/walk.ts';

/** An object as a listing, or an inventory, tells of it. */
export interface SourceObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly storageClass?: string;
  /** Archived, but a restored copy can be read now. */
  readonly restored?: boolean;
  /** Tells SSE-C, where known: a listing does not say. */
  readonly encryption?: string;
  /** A delete marker, or a version that is not the newest. */
  readonly marker?: boolean;
}

/** Keys after `after` up to and including `upTo`; S3 can list from an exclusive start, so ranges are open to the left. */
export interface KeyRange {
  readonly after?: string;
  readonly upTo?: string;
}

/** Lanes of one listing: more would only wait for S3's own limit of requests a prefix and second. */
export const MAX_LANES = 48;

/** Ranges between boundaries, together all keys there are: what fits no boundary's prefix lies between two of them. */
export function rangesOf(boundaries: readonly string[]): KeyRange[] {
  const sorted = [...new Set(boundaries)].sort(compareKeys);
  return [...sorted, undefined].map((upTo, i) => ({
    ...(i > 0 && { after: sorted[i - 1] ?? '' }),
    ...(upTo !== undefined && { upTo }),
  }));
}

/** At most `most` of the items, evenly spread. */
export const thinned = <T>(items: readonly T[], most: number): T[] =>
  items.length <= most
    ? [...items]
    : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);

const HEX = [...'0123456789abcdef'];

/** Where to part a listing: at the 16 hexadecimal digits, and at the folders that are there. */
export async function boundariesOf(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const page = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', EncodingType: 'url' }),
  );
  const folders = (page.CommonPrefixes ?? []).map((p) => decoded(p.Prefix ?? '', page.EncodingType));
  // A bucket that fits one page is one lane.
  if (page.IsTruncated !== true && folders.length === 0) return [];
  return [...HEX.map((h) => prefix + h), ...thinned(folders, MAX_LANES - HEX.length - 1)];
}

const decoded = (key: string, encoding: string | undefined): string =>
  encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;

/** Objects of a range below a prefix, a page of up to 1,000 at a time. */
export async function* listRange(
  s3: S3Client,
  bucket: string,
  prefix: string,
  { after, upTo }: KeyRange,
): AsyncGenerator<SourceObject[]> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: 'url', // XML cannot carry every character that a key may hold.
        OptionalObjectAttributes: ['RestoreStatus'],
        ...(token === undefined ? { StartAfter: after } : { ContinuationToken: token }),
      }),
    );
    const objects = (page.Contents ?? []).map((o): SourceObject => ({
      key: decoded(o.Key ?? '', page.EncodingType),
      size: o.Size ?? 0,
      etag: (o.ETag ?? '').replaceAll('"', ''),
      at: (o.LastModified ?? new Date(0)).toISOString(),
      ...(o.StorageClass && { storageClass: o.StorageClass }),
      ...(o.RestoreStatus?.RestoreExpiryDate && { restored: o.RestoreStatus.IsRestoreInProgress !== true }),
    }));
    const end = upTo === undefined ? -1 : objects.findIndex((o) => compareKeys(o.key, upTo) > 0);
    if (end >= 0) {
      if (end > 0) yield objects.slice(0, end);
      return;
    }
    if (objects.length > 0) yield objects;
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** Looks keys up in a listing, in ascending order: a page in memory, and no key asked for twice. */
export class KeyCursor {
  private readonly pages: AsyncIterator<readonly SourceObject[]>;
  private page: readonly SourceObject[] = [];
  private next = 0;
  private done = false;

  constructor(pages: AsyncIterable<readonly SourceObject[]>) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  async find(key: string): Promise<SourceObject | undefined> {
    for (;;) {
      while (this.next < this.page.length) {
        const object = this.page[this.next] as SourceObject;
        const order = compareKeys(object.key, key);
        if (order > 0) return undefined;
        this.next++;
        if (order === 0) return object;
      }
      if (this.done) return undefined;
      const { value, done } = (await this.pages.next()) as IteratorResult<readonly SourceObject[], undefined>;
      this.done = done === true;
      this.page = value ?? [];
      this.next = 0;
    }
  }
}
