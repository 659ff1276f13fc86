/** Server access logs of other buckets. */
import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';

/** Server access logs of the other buckets. S3 delivers them to SSE-S3 buckets only (S3 user guide, ServerLogs). */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, { environment }: EstateContext) {
    const keep = Duration.days(environment.kind === 'prod' ? 400 : 30);
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true, // A log that somebody removes is there for as long as it would have been anyway.
      lifecycleRules: [{ id: 'old-logs', expiration: keep, noncurrentVersionExpiration: keep }],
      removalPolicy: dataRemoval(environment),
      autoDeleteObjects: deletesData(environment),
    });
    accept(
      this,
      'S3DefaultEncryptionKMS',
      'S3 delivers access logs to SSE-S3 buckets only (S3 user guide, ServerLogs).',
    );
  }
}
