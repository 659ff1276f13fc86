/**
 * Who did what: CloudTrail with validated log files, in a bucket of its own that nobody's role can empty. Management events
 * are always recorded; reads and writes of objects where the estate asks for them, since they cost by the event.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { type Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import { dataRemoval, deletesData, type EstateContext } from '../base/context.ts';
import { allow } from '../base/grant.ts';
import { estateLogGroup } from '../base/logs.ts';
import { AccessLogBucket } from '../storage/access-log-bucket.ts';
import { trailName } from './names.ts';

const cloudTrail = (): ServicePrincipal => new ServicePrincipal('cloudtrail.amazonaws.com');
const DAYS_A_YEAR = 365;
/** Days that records are kept outside prod. */
const TRIAL_DAYS = 90;

const trailArn = (stack: Stack, context: EstateContext, of: 'account' | 'objects'): string =>
  `arn:${stack.partition}:cloudtrail:${stack.region}:${stack.account}:trail/${trailName(context, of)}`;

/** The bucket of both trails. In prod its files are locked for as long as evidence is. */
export class TrailBucket extends Bucket {
  constructor(scope: Construct, context: EstateContext, key: IKey) {
    const { environment } = context;
    const years = environment.evidenceYears ?? 1;
    const goes = deletesData(environment);
    super(scope, 'trail-files', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: new AccessLogBucket(scope, 'trail-access-logs', context), // The other one is downstream.
      ...(environment.kind === 'prod' && {
        objectLockEnabled: true,
        objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(DAYS_A_YEAR * years)),
      }),
      lifecycleRules: [
        { id: 'old-records', expiration: Duration.days(environment.kind === 'prod' ? 366 * years : TRIAL_DAYS) },
      ],
      removalPolicy: dataRemoval(environment),
      autoDeleteObjects: goes,
    });
    const stack = Stack.of(this);
    const trails = (['account', 'objects'] as const).map((of) => trailArn(stack, context, of));
    const conditions = { StringEquals: { 'aws:SourceArn': trails } };
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailsLook',
        principals: [cloudTrail()],
        actions: ['s3:GetBucketAcl'],
        resources: [this.bucketArn],
        conditions,
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailsWrite',
        principals: [cloudTrail()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`*/AWSLogs/${stack.account}/*`)],
        conditions,
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailsEncrypt',
        principals: [cloudTrail()],
        actions: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'], // In a key policy `*` means this key.
        conditions,
      }),
    );
  }
}

interface TrailProps {
  readonly bucket: IBucket;
  readonly key: IKey;
}

/** Management events of all Regions. They also go to a log group, where an alarm can see them. */
export class AccountTrail extends CfnTrail {
  constructor(scope: Construct, context: EstateContext, { bucket, key }: TrailProps) {
    const log = estateLogGroup(scope, 'trail-log', context, key, 'trail');
    const role = new Role(scope, 'trail-role', {
      assumedBy: cloudTrail().withConditions({
        StringEquals: { 'aws:SourceArn': trailArn(Stack.of(scope), context, 'account') },
      }),
      description: `Decant ${context.estate} ${context.environmentName}: trail to its log group`,
    });
    allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [log.logGroupArn]);
    super(scope, 'trail', {
      trailName: trailName(context, 'account'),
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: bucket.bucketName,
      s3KeyPrefix: 'account',
      kmsKeyId: key.keyArn,
      cloudWatchLogsLogGroupArn: log.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      advancedEventSelectors: [
        { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
      ],
    });
    if (bucket.policy) this.node.addDependency(bucket.policy);
    this.node.addDependency(role);
  }
}

/** Every read and write of objects in some buckets. Files only: as log lines they would cost far more than as events. */
export class ObjectTrail extends CfnTrail {
  constructor(scope: Construct, context: EstateContext, props: TrailProps & { readonly watched: readonly IBucket[] }) {
    super(scope, 'object-trail', {
      trailName: trailName(context, 'objects'),
      isLogging: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      enableLogFileValidation: true,
      s3BucketName: props.bucket.bucketName,
      s3KeyPrefix: 'objects',
      kmsKeyId: props.key.keyArn,
      advancedEventSelectors: [
        {
          name: 'Objects',
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Data'] },
            { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWith: props.watched.map((b) => `${b.bucketArn}/`) },
          ],
        },
      ],
    });
    accept(
      this,
      'CloudTrailCloudWatchLogsEnabled',
      'Object events by the million cost five times as much as log lines; the validated files are the record, and Athena reads them.',
    );
  }
}
