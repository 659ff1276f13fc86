/** What Snowball acts as when it copies a device into the raw bucket: it writes below one dataset's prefix, and nowhere else. */
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RawKeys } from '../../../protocol/keys.ts';
import { SNOWBALL_SERVICE } from '../../../protocol/snowball.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import type { EstateBucket } from '../../storage/estate-bucket.ts';

export class ImportRole extends Role {
  constructor(
    scope: Construct,
    context: EstateContext,
    { source, dataset }: { readonly source: string; readonly dataset: string },
    raw: EstateBucket,
  ) {
    super(scope, `import-${dataset}`, {
      assumedBy: new ServicePrincipal(SNOWBALL_SERVICE, {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
      description: `Decant ${context.estate} ${context.environmentName}: Snowball imports ${dataset}`,
    });
    const pattern = RawKeys.object.pattern({ source, dataset });
    raw.grantWriteKeys(this, [pattern]);
    // What an import role must hold besides (Snowball Edge guide, access-policy-examples-for-sdk-cli); not PutObjectAcl, since
    // the bucket's owner owns every object and the boundary forbids ACLs.
    allow(this, ['s3:GetObject'], [raw.arnForObjects(pattern)]);
    allow(
      this,
      ['s3:GetBucketLocation', 's3:GetBucketPolicy', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      [raw.bucketArn],
    );
  }
}
