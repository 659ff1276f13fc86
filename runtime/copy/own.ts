/** Copies of our own, from bucket to bucket without a byte passing through here: whole objects, and large ones in parts. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListPartsCommand,
  NoSuchUpload,
  S3ServiceException,
  UploadPartCopyCommand,
  type CompletedPart,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { rawKeyOf } from '../../protocol/copy.ts';
import { inParallel } from '../many.ts';
import { encodeKey, type CopyItem } from './lines.ts';
import type { CopyPlace } from './place.ts';
import type { CopyRecord } from './record.ts';

/** S3 takes parts of 5 MiB to 5 GiB, 10,000 at most. */
const MAX_PARTS = 10_000;
const MAX_PART_BYTES = 5 * 2 ** 30;
/** A part this large is copied within a minute, and a broken upload loses little. */
const PART_BYTES = 512 * 2 ** 20;
const PARTS_AT_ONCE = 8;
/** An object that is written again and again while it is copied is left to the retry list. */
const TRIES_WHEN_CHANGED = 3;

const checksums = ['ChecksumCRC64NVME', 'ChecksumCRC32C', 'ChecksumCRC32'] as const;
type ChecksumField = (typeof checksums)[number];
const algorithmOf = { ChecksumCRC64NVME: 'CRC64NVME', ChecksumCRC32C: 'CRC32C', ChecksumCRC32: 'CRC32' } as const;

const quoted = (etag: string): string => `"${etag.replaceAll('"', '')}"`;
const status = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;

/** What a copy was of: the object may have been written anew since it was listed. */
export interface Copied {
  readonly bytes: number;
}

/** The object lies in raw, and was written there after the plan. For slices that were begun before. */
export async function isCopied(place: CopyPlace, item: CopyItem, since: string): Promise<boolean> {
  try {
    const head = await place.raw.send(
      new HeadObjectCommand({ Bucket: place.rawBucket, Key: rawKeyOf(place.route, item.key) }),
    );
    // Heads tell whole seconds.
    return (
      head.ContentLength === item.size &&
      (head.LastModified?.getTime() ?? 0) >= Math.floor(Date.parse(since) / 1000) * 1000
    );
  } catch (error) {
    if (status(error) === 404) return false;
    throw error;
  }
}

/** The source has the object no more. */
export async function isGone(place: CopyPlace, key: string): Promise<boolean> {
  try {
    await place.source.send(new HeadObjectCommand({ Bucket: place.route.bucket, Key: key }));
    return false;
  } catch (error) {
    return status(error) === 404;
  }
}

/** Copies a whole object, of 5 GiB at most. */
export async function copyWhole(place: CopyPlace, item: CopyItem): Promise<Copied> {
  let { etag, size } = item;
  for (let tries = 1; ; tries++) {
    try {
      await place.raw.send(
        new CopyObjectCommand({
          Bucket: place.rawBucket,
          Key: rawKeyOf(place.route, item.key),
          CopySource: `${place.route.bucket}/${encodeKey(item.key)}`,
          CopySourceIfMatch: quoted(etag),
          MetadataDirective: 'COPY',
          TaggingDirective: 'COPY',
        }),
      );
      return { bytes: size };
    } catch (error) {
      if (status(error) !== 412 || tries >= TRIES_WHEN_CHANGED) throw error;
      const head = await headSource(place, item.key);
      etag = head.ETag ?? '';
      size = head.ContentLength ?? 0;
    }
  }
}

const headSource = (place: CopyPlace, key: string): Promise<HeadObjectCommandOutput> =>
  place.source.send(new HeadObjectCommand({ Bucket: place.route.bucket, Key: key, ChecksumMode: 'ENABLED' }));

/** Bytes of the parts of an object: as few as its size allows, of a size that a retry does not mind. */
export const partBytesOf = (size: number, least = PART_BYTES): number =>
  Math.min(MAX_PART_BYTES, Math.max(least, Math.ceil(size / MAX_PARTS)));

interface UploadRecord {
  readonly uploadId: string;
  readonly etag: string;
  readonly partBytes: number;
}

/** Copies a large object in parts. An upload that a killed run has begun is gone on with. */
export async function copyInParts(
  place: CopyPlace,
  record: CopyRecord,
  item: CopyItem,
  options: { partBytes?: number; onBytes?: (bytes: number) => void } = {},
): Promise<Copied> {
  const head = await headSource(place, item.key);
  const size = head.ContentLength ?? 0;
  const etag = (head.ETag ?? '').replaceAll('"', '');
  const whole = head.ChecksumType === 'FULL_OBJECT' ? checksums.find((c) => head[c] !== undefined) : undefined;
  const field: ChecksumField | undefined = whole;
  const target = { Bucket: place.rawBucket, Key: rawKeyOf(place.route, item.key) };
  const path = `uploads/${createHash('sha256').update(item.key).digest('hex')}.json`;
  const begun = await record.read<UploadRecord>(path);
  let upload = begun?.etag === etag ? begun : undefined;
  const parts = new Map<number, CompletedPart>();
  if (upload) {
    const known = await partsOf(place, target, upload.uploadId);
    if (!known) upload = undefined;
    for (const part of known ?? []) parts.set(part.PartNumber ?? 0, part);
  }
  if (!upload) {
    const { UploadId } = await place.raw.send(
      new CreateMultipartUploadCommand({
        ...target,
        ...metadataOf(head),
        ...(await taggingOf(place, item.key, head)),
        ...(field && { ChecksumAlgorithm: algorithmOf[field], ChecksumType: 'FULL_OBJECT' }),
      }),
    );
    upload = { uploadId: UploadId ?? '', etag, partBytes: partBytesOf(size, options.partBytes) };
    await record.write(path, upload);
  }
  const { uploadId, partBytes } = upload;
  const missing = Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => i + 1).filter((n) => !parts.has(n));
  await inParallel(missing, PARTS_AT_ONCE, async (PartNumber) => {
    const from = (PartNumber - 1) * partBytes;
    const to = Math.min(size, from + partBytes) - 1;
    const { CopyPartResult: made } = await place.raw.send(
      new UploadPartCopyCommand({
        ...target,
        UploadId: uploadId,
        PartNumber,
        CopySource: `${place.route.bucket}/${encodeKey(item.key)}`,
        CopySourceIfMatch: quoted(etag),
        CopySourceRange: `bytes=${from}-${to}`,
      }),
    );
    parts.set(PartNumber, { PartNumber, ETag: made?.ETag, ...(field && { [field]: made?.[field] }) });
    options.onBytes?.(to - from + 1);
  });
  await place.raw.send(
    new CompleteMultipartUploadCommand({
      ...target,
      UploadId: uploadId,
      MpuObjectSize: size,
      // S3 refuses the whole when it is not what the source's own checksum says.
      ...(field && { ChecksumType: 'FULL_OBJECT', [field]: head[field] }),
      MultipartUpload: { Parts: [...parts.values()].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0)) },
    }),
  );
  return { bytes: size };
}

/** Parts of an upload; undefined when S3 knows no such upload any more. */
async function partsOf(
  place: CopyPlace,
  target: { Bucket: string; Key: string },
  UploadId: string,
): Promise<CompletedPart[] | undefined> {
  const found: CompletedPart[] = [];
  let marker: string | undefined;
  try {
    do {
      const page = await place.raw.send(new ListPartsCommand({ ...target, UploadId, PartNumberMarker: marker }));
      for (const { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME } of page.Parts ?? [])
        found.push({ PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME });
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (error instanceof NoSuchUpload || status(error) === 404) return undefined;
    throw error;
  }
  return found;
}

/** An upload in parts takes nothing over by itself. */
const metadataOf = (head: HeadObjectCommandOutput) => ({
  Metadata: head.Metadata,
  ContentType: head.ContentType,
  ContentEncoding: head.ContentEncoding,
  ContentLanguage: head.ContentLanguage,
  ContentDisposition: head.ContentDisposition,
  CacheControl: head.CacheControl,
});

async function taggingOf(place: CopyPlace, Key: string, head: HeadObjectCommandOutput): Promise<{ Tagging?: string }> {
  if (!head.TagCount) return {};
  const { TagSet = [] } = await place.source.send(new GetObjectTaggingCommand({ Bucket: place.route.bucket, Key }));
  return { Tagging: new URLSearchParams(TagSet.map((t): [string, string] => [t.Key ?? '', t.Value ?? ''])).toString() };
}
