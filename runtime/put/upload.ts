/** An upload in parts that a later run can go on with. */
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  paginateListParts,
  type Part,
} from '@aws-sdk/client-s3';
import type { Lane } from './lane.ts';
import { partSizeOf } from './part-size.ts';
import type { Upload } from './state.ts';
import { mtimeMetadata } from './stored.ts';
import type { Found } from './walk.ts';

/** Goes on with the unfinished upload of a file that has not been touched since, else begins one. */
export async function beginUpload(
  lane: Lane,
  key: string,
  file: Found,
): Promise<{ upload: Upload; present: Map<number, Part> }> {
  const { client, bucket, state } = lane;
  const begun = state.upload(key);
  const partSize = partSizeOf(file.size);
  if (begun?.size === file.size && begun.mtimeMs === file.mtimeMs && begun.partSize === partSize) {
    const present = await listParts(lane, key, begun.uploadId);
    if (present) return { upload: begun, present };
  } else if (begun) await abortUpload(lane, key);
  const { UploadId: uploadId = '' } = await client.send(
    new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
      Metadata: mtimeMetadata(file),
    }),
  );
  const { size, mtimeMs, ctimeMs } = file;
  const upload: Upload = { key, size, mtimeMs, ctimeMs, uploadId, partSize };
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

/** Gives an unfinished upload up; its parts would be charged for. */
export async function abortUpload(lane: Lane, key: string): Promise<void> {
  const begun = lane.state.upload(key);
  if (!begun) return;
  await lane.client
    .send(new AbortMultipartUploadCommand({ Bucket: lane.bucket, Key: key, UploadId: begun.uploadId }))
    .catch((error: unknown) => {
      if ((error as Error).name !== 'NoSuchUpload') throw error;
    });
}
