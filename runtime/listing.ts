/** Listings, page by page: a hundred million keys need no more memory than a thousand. */
import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LedgerRow } from '../protocol/ledger.ts';
import { FolderFilter } from './folder-filter.ts';
import { grouped } from './many.ts';

/** An object version or delete marker as S3 lists it. */
export interface ListedVersion {
  readonly key: string;
  readonly version: string;
  readonly size: number;
  readonly etag: string | undefined;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly marker: boolean;
}

const iso = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

/**
 * Listings tell seconds, and the newest version of a key first. Versions of one second get milliseconds in their order, since
 * time is what orders a listed version.
 */
export function inOrder(page: readonly (ListedVersion & { readonly latest: boolean })[]): ListedVersion[] {
  const moments = grouped(page, (v) => `${v.key}\0${v.at}`);
  return [...moments.values()].flatMap((same) => {
    const newestFirst = [...same].sort((a, b) => Number(b.latest) - Number(a.latest));
    return newestFirst.map(({ latest: _latest, ...listed }, i) => {
      const at = new Date(Date.parse(listed.at) + newestFirst.length - 1 - i).toISOString();
      return { ...listed, at };
    });
  });
}

/** All versions and delete markers below a prefix but those of folders, in key order, a page (about 1,000) at a time. */
export async function* listVersions(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<ListedVersion[]> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  const folders = new FolderFilter<ListedVersion & { readonly latest: boolean }>();
  for (;;) {
    const page = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, KeyMarker, VersionIdMarker }),
    );
    const versions = (page.Versions ?? []).map((v) => ({
      key: v.Key ?? '',
      version: v.VersionId ?? 'null',
      size: v.Size ?? 0,
      etag: v.ETag?.replaceAll('"', ''),
      at: iso(v.LastModified),
      marker: false,
      latest: v.IsLatest === true,
    }));
    const markers = (page.DeleteMarkers ?? []).map((m) => ({
      key: m.Key ?? '',
      version: m.VersionId ?? 'null',
      size: 0,
      etag: undefined,
      at: iso(m.LastModified),
      marker: true,
      latest: m.IsLatest === true,
    }));
    const cutAt = page.IsTruncated ? page.NextKeyMarker : undefined;
    yield inOrder(folders.take([...versions, ...markers], cutAt));
    if (!page.IsTruncated) return;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  }
}

/** Keys below a prefix with their times, a page at a time. */
export async function* listKeys(
  s3: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<{ key: string; at: string }[]> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    yield (page.Contents ?? []).map((o) => ({ key: o.Key ?? '', at: iso(o.LastModified) }));
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
}

/** A listed version as the row that arrivals would have recorded. It has no sequencer: its time orders it. */
export const listedRow = (
  bucket: string,
  listed: ListedVersion,
  dataset: string,
  state: LedgerRow['state'],
  since: string,
): LedgerRow => ({
  object: `${bucket}/${listed.key}`,
  version: listed.version,
  dataset,
  state,
  size: listed.size,
  ...(listed.etag === undefined ? {} : { etag: listed.etag }),
  at: listed.at,
  since,
  ...(listed.marker ? { marker: true } : {}),
});
