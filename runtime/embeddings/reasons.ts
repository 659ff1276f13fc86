/**
 * Reasons of a run in quarantine. Glue encrypts all that a job writes with the key of its class; reasons are masked and every
 * operator reads them, so they are written anew with the bucket's own key.
 */
import { CopyObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { EmbedReasonKeys, QuarantineKeys } from '../../protocol/keys.ts';
import { listPrefix } from '../catalog/files.ts';

/** Opens the reasons of a run to those who read reasons. Again is harmless. */
export async function openReasons(
  s3: S3Client,
  bucket: string,
  { dataset, run, sealedWith }: { dataset: string; run: string; sealedWith: string },
): Promise<void> {
  const prefix = QuarantineKeys.reasons.prefix({ dataset });
  for (const { key } of await listPrefix(s3, bucket, `${prefix}embed-${run}`)) {
    if (!EmbedReasonKeys.file.parse(key)) continue;
    const { SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (SSEKMSKeyId !== sealedWith) continue;
    await s3.send(
      // An object takes the place of itself only where something about it changes.
      new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: `${bucket}/${key}`, MetadataDirective: 'REPLACE' }),
    );
  }
}
