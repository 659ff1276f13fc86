/** What DataSync may do for one dataset: write its folder of raw, write its reports, read its lists. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DatasyncTransfer } from '../../../protocol/datasync.ts';
import { RawKeys, WorkKeys } from '../../../protocol/keys.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { DatasyncRole, keyThrough } from './service-role.ts';

export class DatasetRole extends DatasyncRole {
  constructor(scope: Construct, { dataset, source, transfer }: DatasyncTransfer, { raw, work }: Buckets) {
    const { account, region } = Stack.of(scope);
    const conditions = { StringEquals: { 'aws:ResourceAccount': account } };
    const say = (actions: string[], resources: string[]): PolicyStatement =>
      new PolicyStatement({ actions, resources, conditions });
    const lists = [
      WorkKeys.retryList.pattern({ dataset }),
      ...(transfer.manifest === undefined ? [] : [transfer.manifest]),
    ];
    const keys = new Set([raw.encryptionKey, work.encryptionKey]);
    super(scope, 'role', {
      description: `DataSync moves dataset ${dataset}`,
      why: `Keys of dataset ${dataset} alone; the paths at the source are not known at deployment.`,
      statements: [
        // DataSync user guide, create-s3-location, destination. Listing takes no key pattern: DataSync asks for the bucket first.
        say(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [raw.bucketArn]),
        say(
          [
            's3:AbortMultipartUpload',
            's3:DeleteObject',
            's3:GetObject',
            's3:GetObjectTagging',
            's3:GetObjectVersion',
            's3:GetObjectVersionTagging',
            's3:ListMultipartUploadParts',
            's3:PutObject',
            's3:PutObjectTagging',
          ],
          [raw.arnForObjects(RawKeys.object.pattern({ source, dataset }))],
        ),
        // The same, creating-task-report.
        say(['s3:PutObject'], [work.arnForObjects(WorkKeys.taskReport.pattern({ dataset }))]),
        // The same, transferring-with-manifest.
        say(
          ['s3:GetObject', 's3:GetObjectVersion'],
          lists.map((key) => work.arnForObjects(key)),
        ),
        ...[...keys].flatMap((key) =>
          key ? [keyThrough('s3', region, key, ['kms:Decrypt', 'kms:GenerateDataKey'])] : [],
        ),
      ],
    });
  }
}
