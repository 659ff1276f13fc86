/** What a search of the API looks through: the vectors of the classes that the estate lets it find. */
import { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { vectorIndexName } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import type { SearchedVectors } from '../../protocol/prediction-store.ts';
import type { Prediction } from '../../protocol/prediction.ts';
import type { EstateContext } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import { embeds, moleculeClasses, searchesExactly } from '../embeddings/molecules.ts';
import { vectorBucketName } from '../embeddings/vector-indexes.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';

/** The classes that hold molecules and may be found. */
export function searchedVectors(scope: Construct, context: EstateContext, prediction: Prediction): SearchedVectors {
  const held = embeds(context) ? moleculeClasses(context).map((c) => c.sensitivity) : [];
  return {
    classes: held.filter((c) => prediction.searchable.includes(c)),
    ...(!searchesExactly(context) && { vectorBucket: vectorBucketName(scope, context) }),
  };
}

/** Searches those, and no other index. */
export function grantSearch(
  grantee: IGrantable & Construct,
  context: EstateContext,
  { classes, vectorBucket }: SearchedVectors,
  { work, keyOf }: { readonly work: EstateBucket; readonly keyOf: (sensitivity: Sensitivity) => IKey },
): void {
  if (classes.length === 0) return;
  const names = classes.map((c) => vectorIndexName(context.bundle().index, c));
  const keys = [...new Set(classes.map(keyOf))];
  if (vectorBucket === undefined) {
    work.grantReadKeys(
      grantee,
      names.map((index) => WorkKeys.vectors.pattern({ index })),
      'keys',
    );
    for (const key of keys) allowKey(grantee, key, 's3', 'read');
    return;
  }
  const { partition, region, account } = Stack.of(grantee);
  // Answers with metadata need GetVectors too (S3 user guide, s3-vectors-access-management).
  allow(
    grantee,
    ['s3vectors:QueryVectors', 's3vectors:GetVectors'],
    names.map((name) => `arn:${partition}:s3vectors:${region}:${account}:bucket/${vectorBucket}/index/${name}`),
  );
  for (const key of keys) allowKey(grantee, key, 's3vectors', 'read');
}
