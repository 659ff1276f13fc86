/** A bucket as the source of a DataSync task, of this account or another. */
import { Stack } from 'aws-cdk-lib';
import { CfnLocationS3 } from 'aws-cdk-lib/aws-datasync';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { readerRoleName, type DatasyncTransfer } from '../../../protocol/datasync.ts';
import { folderBelow } from '../../../protocol/source-location.ts';
import type { EstateContext } from '../../base/context.ts';
import { DatasyncRole, keyThrough } from './service-role.ts';

/**
 * Its role has a fixed name, since the policies of a bucket and key of another account must name it: they are its owner's to
 * change (DataSync user guide, create-s3-location).
 */
export function bucketLocation(
  scope: Construct,
  context: EstateContext,
  { dataset, from, location, path }: DatasyncTransfer & { location: { kind: 's3' } },
): string {
  const { account, region, partition } = Stack.of(scope);
  const bucketArn = `arn:${partition}:s3:::${location.bucket}`;
  const folder = folderBelow(location.path, path);
  const conditions = { StringEquals: { 'aws:ResourceAccount': from.account ?? account } };
  const say = (actions: string[], resource: string): PolicyStatement =>
    new PolicyStatement({ actions, resources: [resource], conditions });
  const role = new DatasyncRole(scope, 'reader', {
    description: `DataSync reads dataset ${dataset} from ${location.bucket}`,
    roleName: readerRoleName(context.estate, context.environmentName, dataset),
    why: `The folder of dataset ${dataset} in its source bucket; its keys are not known at deployment.`,
    statements: [
      say(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucketArn),
      say(
        [
          's3:GetObject',
          's3:GetObjectTagging',
          's3:GetObjectVersion',
          's3:GetObjectVersionTagging',
          's3:ListMultipartUploadParts',
        ],
        `${bucketArn}${folder}*`,
      ),
      // The full ARN of the key, also in this account: an alias is not enough for a bucket of another one.
      ...(from.kmsKey === undefined ? [] : [keyThrough('s3', from.region ?? region, from.kmsKey, ['kms:Decrypt'])]),
    ],
  });
  return new CfnLocationS3(scope, 'source', {
    s3BucketArn: bucketArn,
    s3Config: { bucketAccessRoleArn: role.roleArn },
    subdirectory: folder,
  }).attrLocationArn;
}
