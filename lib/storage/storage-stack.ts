/** Where data lies. */
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { PublishedPlaces } from '../base/places.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import { ObjectTrail } from '../security/trail.ts';
import { type Buckets, createBuckets } from './buckets.ts';

export class StorageStack extends EstateStack {
  readonly buckets: Buckets;
  readonly places;

  constructor(scope: Construct, context: EstateContext, { dataKey, logsKey, trailBucket }: SecurityStack) {
    super(scope, 'storage', context);
    this.buckets = createBuckets(this, context, dataKey);
    if (context.environment.trail.dataEvents) {
      const { raw, transformed, evidence } = this.buckets;
      new ObjectTrail(this, context, { bucket: trailBucket, key: logsKey, watched: [raw, transformed, evidence] });
    }
    this.places = new PublishedPlaces(this, context, {
      rawBucket: this.buckets.raw.bucketName,
      workBucket: this.buckets.work.bucketName,
      transformedBucket: this.buckets.transformed.bucketName,
      quarantineBucket: this.buckets.quarantine.bucketName,
      evidenceBucket: this.buckets.evidence.bucketName,
    });
  }
}
