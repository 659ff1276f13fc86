/**
 * The SHA-256 that is kept with an object. A file that goes in one request has it in its metadata. Metadata of an upload
 * in parts must be given before the first part, when a file read only once has no SHA-256 yet; there it is a tag, set on
 * the finished version. S3 computes no SHA-256 of a whole upload in parts itself.
 */
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Found } from './walk.ts';

const NAME = 'sha256';

export const mtimeMetadata = (file: Found) => ({ mtime: new Date(file.mtimeMs).toISOString() });
export const metadata = (file: Found, sha256: string) => ({ [NAME]: sha256, ...mtimeMetadata(file) });

/** SHA-256 that an earlier delivery stored with the object; undefined when there is none. */
export async function storedSha256(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const object = { Bucket: bucket, Key: key };
  try {
    const { Metadata, VersionId } = await client.send(new HeadObjectCommand(object));
    if (Metadata?.[NAME] !== undefined) return Metadata[NAME];
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ ...object, VersionId }));
    return TagSet?.find((t) => t.Key === NAME)?.Value;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Keeps a SHA-256 with a version that has arrived. Needs s3:PutObjectTagging and, where versions are kept, s3:PutObjectVersionTagging. */
export async function storeSha256(
  client: S3Client,
  bucket: string,
  key: string,
  versionId: string | undefined,
  sha256: string,
): Promise<void> {
  await client.send(
    new PutObjectTaggingCommand({
      Bucket: bucket,
      Key: key,
      VersionId: versionId,
      ChecksumAlgorithm: 'CRC32',
      Tagging: { TagSet: [{ Key: NAME, Value: sha256 }] },
    }),
  );
}
