/** A bucket as all of them are: private, encrypted, TLS only, versioned, logged; granted by key pattern. */
import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';

const BY_PATTERN =
  'Objects by their key pattern (protocol/keys.ts): datasets, shards and tables come after deployment.';

/** An upload that nobody has gone on with for a week is abandoned; its parts cost money and show nowhere. */
const ABORT_UPLOADS = Duration.days(7);

export interface EstateBucketProps {
  readonly key: IKey;
  readonly accessLogs: IBucket;
  readonly lifecycleRules?: readonly LifecycleRule[];
  /** Sends object events to EventBridge. @default false */
  readonly events?: boolean;
  /** Write-once retention of every object. @default none */
  readonly lock?: ObjectLockRetention;
}

export class EstateBucket extends Bucket {
  private readonly key: IKey;

  constructor(scope: Construct, id: string, context: EstateContext, props: EstateBucketProps) {
    const { environment } = context;
    // Locked objects outlive their stack wherever S3 enforces the lock.
    const goes = deletesData(environment) && !props.lock;
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true, // One KMS request a bucket and while, instead of one an object.
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: `${id}/`,
      lifecycleRules: [
        { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: ABORT_UPLOADS },
        ...(props.lifecycleRules ?? []),
      ],
      ...(props.lock && { objectLockEnabled: true, objectLockDefaultRetention: props.lock }),
      removalPolicy: dataRemoval({ ...environment, deleteData: goes }),
      autoDeleteObjects: goes,
    });
    this.key = props.key;
    if (props.events) {
      // The L2 property would add a function and a custom resource for this one setting.
      (this.node.defaultChild as CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
  }

  /**
   * Reads objects, any version, under the key patterns, and lists keys or versions if asked to. A program that asks
   * whether an object exists must list keys: S3 answers 403 instead of 404 otherwise, and a condition on the prefix does
   * not help, since such a request has none.
   */
  grantReadKeys(grantee: IGrantable, patterns: readonly string[], list?: 'keys' | 'versions'): void {
    const resources = patterns.map((p) => this.arnForObjects(p));
    allow(grantee, ['s3:GetObject', 's3:GetObjectVersion'], resources, undefined, BY_PATTERN);
    allowKey(grantee, this.key, 's3', 'read');
    if (list)
      allow(grantee, ['s3:ListBucket', ...(list === 'versions' ? ['s3:ListBucketVersions'] : [])], [this.bucketArn]);
  }

  /** Lists keys, and reads nothing. */
  grantListKeys(grantee: IGrantable): void {
    allow(grantee, ['s3:ListBucket'], [this.bucketArn]);
  }

  /** Writes objects under the key patterns, in one piece or in parts. */
  grantWriteKeys(grantee: IGrantable, patterns: readonly string[]): void {
    const resources = patterns.map((p) => this.arnForObjects(p));
    const actions = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
    allow(grantee, actions, resources, undefined, BY_PATTERN);
    allowKey(grantee, this.key, 's3', 'write');
  }

  /** Removes objects under the key patterns; their versions stay until the lifecycle ends them. */
  grantDeleteKeys(grantee: IGrantable, patterns: readonly string[]): void {
    const resources = patterns.map((p) => this.arnForObjects(p));
    allow(grantee, ['s3:DeleteObject'], resources, undefined, BY_PATTERN);
  }
}
