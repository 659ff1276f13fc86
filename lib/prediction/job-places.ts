/** Where jobs read and write: below their own folder of the work bucket, and where the estate says. */
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { JOB_UPLOADS } from '../../protocol/prediction-store.ts';
import type { Prediction } from '../../protocol/prediction.ts';
import { allow } from '../base/grant.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';

const BY_ESTATE = 'Objects below the folders that the estate lets jobs read and write.';

/** Prefixes as the function compares them with what a caller names. */
export const jobPlaces = ({ jobs }: Prediction, work: EstateBucket): { inputs: string[]; outputs: string[] } => ({
  inputs: [`s3://${work.bucketName}/${JOB_UPLOADS}`, ...jobs.inputs],
  outputs: [...jobs.outputs],
});

export function grantJobPlaces(grantee: IGrantable & IConstruct, { jobs }: Prediction, work: EstateBucket): void {
  const { partition, region } = Stack.of(grantee);
  const objects = (uri: string): string => `arn:${partition}:s3:::${uri.slice('s3://'.length)}*`;
  const bucket = (uri: string): string => `arn:${partition}:s3:::${uri.split('/')[2] ?? ''}`;
  work.grantReadKeys(grantee, [`${JOB_UPLOADS}*`]);
  if (jobs.inputs.length > 0) {
    allow(grantee, ['s3:GetObject'], jobs.inputs.map(objects), undefined, BY_ESTATE);
    allow(grantee, ['s3:ListBucket'], [...new Set(jobs.inputs.map(bucket))]);
  }
  if (jobs.outputs.length > 0) {
    allow(
      grantee,
      ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      jobs.outputs.map(objects),
      undefined,
      BY_ESTATE,
    );
  }
  if (jobs.kmsKeys.length > 0) {
    allow(grantee, ['kms:Decrypt', 'kms:GenerateDataKey'], [...jobs.kmsKeys], {
      StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
    });
  }
}
