/** Carries one file to the bucket: in one request, or in parts that a later run can go on with. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  paginateListParts,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Budget } from './budget.ts';
import { crcText } from './crc32.ts';
import { digestBytes, type Digest } from './digest.ts';
import type { PutState, Upload } from './state.ts';
import type { Found } from './walk.ts';

/** S3 takes 10,000 parts at most. */
const MAX_PARTS = 10_000;
const MIB = 1024 * 1024;
/** Files up to this size go in one request; larger ones in parts of this size at least. */
export const PART_BYTES = 16 * MIB;

/** Size of the parts of a file: whole MiB, so few as S3 allows. */
export const partSizeOf = (size: number): number => Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);

/** The file is not what it was when the delivery began. */
export class ChangedFileError extends Error {
  override readonly name = 'ChangedFileError';
  constructor() {
    super('changed while it was read; deliver it again when nobody writes to it');
  }
}

export interface Lane {
  readonly client: S3Client;
  readonly bucket: string;
  readonly state: PutState;
  readonly budget: Budget;
  /** Called with each part's bytes as they arrive. */
  readonly sent: (bytes: number) => void;
}

const metadata = (file: Found, sha256: string) => ({ sha256, mtime: new Date(file.mtimeMs).toISOString() });

/** True when the open file is still the one that was found. */
async function unchanged(handle: FileHandle, file: Found): Promise<boolean> {
  const now = await handle.stat();
  return now.size === file.size && now.mtimeMs === file.mtimeMs && now.ctimeMs === file.ctimeMs;
}

/** Reads a small file whole. Throws ChangedFileError when it changes meanwhile. */
export async function readWhole(file: Found): Promise<{ bytes: Buffer; digest: Digest }> {
  const handle = await open(file.path);
  try {
    const bytes = Buffer.allocUnsafe(file.size);
    await fill(handle, bytes, 0);
    if (!(await unchanged(handle, file))) throw new ChangedFileError();
    return { bytes, digest: digestBytes(bytes) };
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, into: Buffer, from: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, from + done);
    if (bytesRead === 0) throw new ChangedFileError();
    done += bytesRead;
  }
}

/** Delivers a small file that is in memory. Returns the ETag. */
export async function sendWhole(lane: Lane, key: string, file: Found, bytes: Buffer, digest: Digest): Promise<string> {
  const answer = await lane.client.send(
    new PutObjectCommand({
      Bucket: lane.bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ChecksumCRC32: crcText(digest.crc),
      Metadata: metadata(file, digest.sha256),
    }),
  );
  lane.sent(bytes.length);
  return answer.ETag ?? '';
}

/** Delivers a file in parts, going on with an unfinished upload of the same bytes. Returns the ETag. */
export async function sendParts(lane: Lane, key: string, file: Found, digest: Digest): Promise<string> {
  const { client, bucket } = lane;
  const handle = await open(file.path);
  try {
    const { upload, present } = await beginUpload(lane, key, file, digest);
    let failure: unknown;
    const completed: CompletedPart[] = [];
    // Waits for every part, also after one has failed: the file stays open as long as one reads it.
    await Promise.all(
      digest.parts.map(async (_, i) => {
        try {
          completed[i] = await sendPart(
            lane,
            upload,
            handle,
            digest,
            i,
            present.get(i + 1),
            () => failure !== undefined,
          );
        } catch (error) {
          failure ??= error;
        }
      }),
    );
    if (failure) throw failure as Error;
    if (!(await unchanged(handle, file))) throw new ChangedFileError();
    const answer = await client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: upload.uploadId,
        MultipartUpload: { Parts: completed },
        // S3 joins the parts' CRCs itself and refuses the object when the whole is another.
        ChecksumType: 'FULL_OBJECT',
        ChecksumCRC32: crcText(digest.crc),
      }),
    );
    return answer.ETag ?? '';
  } catch (error) {
    if (error instanceof ChangedFileError) await abort(lane, key);
    throw error;
  } finally {
    await handle.close();
  }
}

async function beginUpload(
  lane: Lane,
  key: string,
  file: Found,
  digest: Digest,
): Promise<{ upload: Upload; present: Map<number, Part> }> {
  const { client, bucket, state } = lane;
  const begun = state.upload(key);
  const partSize = partSizeOf(file.size);
  if (begun?.sha256 === digest.sha256 && begun.partSize === partSize) {
    const present = await listParts(lane, key, begun.uploadId);
    if (present) return { upload: begun, present };
  } else if (begun) await abort(lane, key);
  const { UploadId: uploadId = '' } = await client.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
      Metadata: metadata(file, digest.sha256),
    }),
  );
  const { size, mtimeMs, ctimeMs } = file;
  const upload: Upload = { key, size, mtimeMs, ctimeMs, sha256: digest.sha256, uploadId, partSize };
  await state.record(upload);
  return { upload, present: new Map() };
}

/** Parts that have arrived, by number; undefined when the upload is no more. */
async function listParts(lane: Lane, key: string, uploadId: string): Promise<Map<number, Part> | undefined> {
  const parts = new Map<number, Part>();
  try {
    for await (const page of paginateListParts(
      { client: lane.client },
      { Bucket: lane.bucket, Key: key, UploadId: uploadId },
    )) {
      for (const part of page.Parts ?? []) parts.set(part.PartNumber ?? 0, part);
    }
  } catch (error) {
    if ((error as Error).name === 'NoSuchUpload') return undefined;
    throw error;
  }
  return parts;
}

async function sendPart(
  lane: Lane,
  upload: Upload,
  handle: FileHandle,
  digest: Digest,
  i: number,
  present: Part | undefined,
  stopped: () => boolean,
): Promise<CompletedPart> {
  const from = i * upload.partSize;
  const size = Math.min(upload.partSize, upload.size - from);
  const checksum = crcText(digest.parts[i] ?? 0);
  const PartNumber = i + 1;
  return lane.budget.with(size, async () => {
    if (stopped()) return {};
    if (present?.Size === size && present.ChecksumCRC32 === checksum) {
      lane.sent(size);
      return { PartNumber, ETag: present.ETag, ChecksumCRC32: checksum };
    }
    const bytes = Buffer.allocUnsafe(size);
    await fill(handle, bytes, from);
    if (crcText(crc32(bytes)) !== checksum) throw new ChangedFileError();
    // An S3 that lists no checksums names parts by their MD5, unless it encrypts.
    if (present?.Size === size && present.ETag?.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex')) {
      lane.sent(size);
      return { PartNumber, ETag: present.ETag, ChecksumCRC32: checksum };
    }
    const answer = await lane.client.send(
      new UploadPartCommand({
        Bucket: lane.bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
        PartNumber,
        Body: bytes,
        ContentLength: size,
        ChecksumCRC32: checksum,
      }),
    );
    lane.sent(size);
    return { PartNumber, ETag: answer.ETag, ChecksumCRC32: checksum };
  });
}

/** Gives an unfinished upload up; its parts would be charged for. */
async function abort(lane: Lane, key: string): Promise<void> {
  const begun = lane.state.upload(key);
  if (!begun) return;
  await lane.client
    .send(new AbortMultipartUploadCommand({ Bucket: lane.bucket, Key: key, UploadId: begun.uploadId }))
    .catch((error: unknown) => {
      if ((error as Error).name !== 'NoSuchUpload') throw error;
    });
}
