/** Evidence: written once under Object Lock, and never again with other content. */
import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';

/** Evidence of this key exists and says something else. Neither is touched: a person must find out why. */
export class EvidenceDiffersError extends Error {
  override readonly name = 'EvidenceDiffersError';
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

export const sha256 = (body: Uint8Array | string): string => createHash('sha256').update(body).digest('hex');

/** An object's bytes; undefined when there is none. */
export async function readBytes(s3: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Writes a piece of evidence unless it is there; false when it was, with the same content. Throws EvidenceDiffersError when what is
 * there differs. Object Lock wants a checksum with every write.
 */
export async function putEvidence(
  s3: S3Client,
  bucket: string,
  key: string,
  body: Uint8Array | string,
  contentType = 'application/json',
): Promise<boolean> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  for (let tries = 3; ; tries--) {
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          IfNoneMatch: '*',
          ContentType: contentType,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      return true;
    } catch (error) {
      // 409: another writer of the same key is at it right now.
      if (statusOf(error) === 409 && tries > 1) continue;
      if (statusOf(error) !== 412) throw error;
    }
    const there = await readBytes(s3, bucket, key);
    if (there !== undefined && sha256(there) === sha256(bytes)) return false;
    throw new EvidenceDiffersError(
      `s3://${bucket}/${key} holds other content than is to be archived there now; both are kept, compare them`,
    );
  }
}
