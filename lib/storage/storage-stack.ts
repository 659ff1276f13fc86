/** Where data lies. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { PublishedPlaces } from '../base/places.ts';
import { type Buckets, createBuckets } from './buckets.ts';

export class StorageStack extends EstateStack {
  readonly buckets: Buckets;
  readonly places;

  constructor(scope: Construct, context: EstateContext, dataKey: IKey) {
    super(scope, 'storage', context);
    this.buckets = createBuckets(this, context, dataKey);
    this.places = new PublishedPlaces(this, context, {
      rawBucket: this.buckets.raw.bucketName,
      workBucket: this.buckets.work.bucketName,
      transformedBucket: this.buckets.transformed.bucketName,
      quarantineBucket: this.buckets.quarantine.bucketName,
      evidenceBucket: this.buckets.evidence.bucketName,
    });
  }
}
