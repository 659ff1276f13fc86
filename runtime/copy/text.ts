/** Small text objects. */
import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';

/** The text of an object; undefined where there is none. */
export async function textOf(bucket: string, key: string, s3: S3Client): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString('utf-8');
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}
