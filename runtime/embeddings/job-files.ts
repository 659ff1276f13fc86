/** Packages and wheels of jobs in the work bucket, copied from where the deployment put them. */
import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { JobCopies } from '../../protocol/embeddings.ts';
import { exists } from '../shards.ts';

/** Brings what is missing. Keys tell the content, so what is there stays. */
export async function ensureJobFiles(s3: S3Client, workBucket: string, copies: JobCopies): Promise<void> {
  for (const { bucket, key, to } of copies) {
    if (await exists(workBucket, to, s3)) continue;
    await s3.send(new CopyObjectCommand({ Bucket: workBucket, Key: to, CopySource: `${bucket}/${key}` }));
  }
}
