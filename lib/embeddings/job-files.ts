/**
 * What jobs are started with, under names of its own in the work bucket: CDK names assets by hash alone, and neither Glue nor pip
 * takes a wheelhouse that is not called one. The plan function copies what is missing.
 */
import { IgnoreMode, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { JobCopies } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import type { EstateContext, GlueProgram } from '../base/context.ts';
import { allow } from '../base/grant.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';

export class JobFiles extends Construct {
  /** URI of the script. */
  readonly script: string;
  private readonly asset: Asset;
  /** URI of the package of Spark functions, for `--extra-py-files`. */
  readonly package: string;
  /** URI of the wheels; nothing where none are installed: an embedded AWS runs no Spark. */
  readonly wheels: string | undefined;
  private readonly copies: { bucket: string; key: string; to: string }[] = [];
  private readonly work: EstateBucket;

  constructor(scope: Construct, context: EstateContext, glue: GlueProgram, work: EstateBucket) {
    super(scope, 'job-files');
    this.work = work;
    this.asset = new Asset(this, 'script', { path: join(glue.folder, 'job.py') });
    this.script = this.asset.s3ObjectUrl;
    const code = new Asset(this, 'package', {
      path: glue.folder,
      exclude: ['*', '!decant_embed', '**/__pycache__'],
      ignoreMode: IgnoreMode.DOCKER,
    });
    this.package = this.copied(code.s3BucketName, code.s3ObjectKey, code.assetHash, 'decant_embed.zip');
    if (context.environment.kind === 'local') return;
    // Made when assets are published, which needs a package registry; a synthesis needs none.
    const { bucketName, objectKey } = Stack.of(this).synthesizer.addFileAsset({
      sourceHash: glue.wheelsHash,
      executable: [...glue.wheels],
      displayName: 'wheels of the embedding job',
    });
    this.wheels = this.copied(bucketName, objectKey, glue.wheelsHash, 'decant.gluewheels.zip');
  }

  private copied(bucket: string, key: string, hash: string, path: string): string {
    const to = WorkKeys.jobFile.key({ hash, path });
    this.copies.push({ bucket, key, to });
    return this.work.s3UrlForObject(to);
  }

  /** Glue reads the script as the job. */
  grantScript(grantee: IGrantable): void {
    allow(grantee, ['s3:GetObject'], [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)]);
  }

  /** Lets the plan function copy, and returns the variable that tells it what. */
  grantCopy(grantee: IGrantable): string {
    const { partition } = Stack.of(this);
    allow(
      grantee,
      ['s3:GetObject'],
      this.copies.map(({ bucket, key }) => `arn:${partition}:s3:::${bucket}/${key}`),
    );
    return Stack.of(this).toJsonString(this.copies satisfies JobCopies);
  }
}
