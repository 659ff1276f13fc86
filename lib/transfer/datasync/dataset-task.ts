/** One dataset's way by DataSync: its two locations, its role, its task, and the parameter that programs find it by. */
import { CfnLocationS3, CfnTask } from 'aws-cdk-lib/aws-datasync';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { taskName, type DatasyncTransfer } from '../../../protocol/datasync.ts';
import { filterValue, taskOptions } from '../../../protocol/datasync-options.ts';
import { RawKeys, WorkKeys } from '../../../protocol/keys.ts';
import { taskParameter } from '../../../protocol/places.ts';
import type { EstateContext } from '../../base/context.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { DatasetRole } from './dataset-role.ts';
import type { SecretConfig } from './secret.ts';
import { sourceLocation } from './source-location.ts';

export interface DatasetTaskProps {
  readonly transfer: DatasyncTransfer;
  readonly buckets: Buckets;
  readonly secret: SecretConfig | undefined;
  /** Of Basic tasks; an Enhanced one writes to /aws/datasync by itself (DataSync user guide, configure-logging). */
  readonly log: () => ILogGroup;
}

const filter = (patterns: readonly string[]) => {
  const value = filterValue(patterns);
  return value === undefined ? undefined : [{ filterType: 'SIMPLE_PATTERN', value }];
};

export class DatasetTask extends Construct {
  readonly taskArn: string;

  constructor(scope: Construct, context: EstateContext, { transfer, buckets, secret, log }: DatasetTaskProps) {
    const { dataset, source, transfer: how } = transfer;
    super(scope, dataset);
    const { raw, work } = buckets;
    const role = new DatasetRole(this, transfer, buckets);
    const destination = new CfnLocationS3(this, 'destination', {
      s3BucketArn: raw.bucketArn,
      s3Config: { bucketAccessRoleArn: role.roleArn },
      subdirectory: `/${RawKeys.object.prefix({ source, dataset })}`,
    });
    const basic = how.mode === 'basic';
    const task = new CfnTask(this, 'task', {
      name: taskName(context.estate, context.environmentName, dataset),
      taskMode: basic ? 'BASIC' : 'ENHANCED',
      sourceLocationArn: sourceLocation(this, context, transfer, secret),
      destinationLocationArn: destination.attrLocationArn,
      options: { ...taskOptions(transfer) },
      ...(basic && { cloudWatchLogGroupArn: log().logGroupArn }),
      ...(filter(how.include) && { includes: filter(how.include) }),
      ...(filter(how.exclude) && { excludes: filter(how.exclude) }),
      ...(how.schedule !== undefined && { schedule: { scheduleExpression: how.schedule, status: 'ENABLED' } }),
      ...(how.manifest !== undefined && {
        manifestConfig: {
          action: 'TRANSFER',
          format: 'CSV',
          source: {
            s3: {
              s3BucketArn: work.bucketArn,
              manifestObjectPath: how.manifest,
              bucketAccessRoleArn: role.roleArn,
            },
          },
        },
      }),
      taskReportConfig: {
        destination: {
          s3: {
            s3BucketArn: work.bucketArn,
            subdirectory: WorkKeys.taskReport.prefix({ dataset }),
            bucketAccessRoleArn: role.roleArn,
          },
        },
        outputType: 'STANDARD',
        reportLevel: 'SUCCESSES_AND_ERRORS',
        objectVersionIds: 'INCLUDE', // So that a report proves which version it wrote.
      },
    });
    this.taskArn = task.attrTaskArn;
    new StringParameter(this, 'parameter', {
      parameterName: taskParameter(context.estate, context.environmentName, dataset),
      stringValue: task.attrTaskArn,
    });
  }
}
