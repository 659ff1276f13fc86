/**
 * Where vectors are searched: an S3 Vectors index a class, encrypted with the key of the class, so that whoever may not read a
 * class's tables does not find its molecules by a search either.
 */
import { CfnIndex, CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Sensitivity } from '../../protocol/contract.ts';
import { vectorIndexName } from '../../protocol/embeddings.ts';
import { fitName } from '../../protocol/names.ts';
import { dataRemoval, type EstateContext, type ShippedBundle } from '../base/context.ts';
import { allow, allowKey } from '../base/grant.ts';
import type { EstateKey } from '../security/keys.ts';
import type { MoleculeClass } from './molecules.ts';

/** Metadata of a vector that is answered and never searched by; fixed when the index is made. */
const ANSWERED = ['canonical_smiles', 'inchikey'];
/** S3 Vectors takes 3 to 63 characters; the account and Region make the name its own. */
const BUCKET_NAME = 63;

/** Known ahead, so that who searches needs no export of the stack that embeds. */
export function vectorBucketName(scope: Construct, { estate, environmentName }: EstateContext): string {
  const { account, region } = Stack.of(scope);
  const ending = `-vectors-${account}-${region}`;
  return `${fitName(`${estate}-${environmentName}`, BUCKET_NAME - ending.length)}${ending}`;
}

export interface VectorIndexesProps {
  readonly classes: readonly MoleculeClass[];
  readonly bundle: ShippedBundle;
  readonly keyOf: (sensitivity: Sensitivity) => EstateKey;
}

export class VectorIndexes extends Construct {
  readonly bucketName: string;
  private readonly props: VectorIndexesProps;

  constructor(scope: Construct, context: EstateContext, props: VectorIndexesProps) {
    super(scope, 'vector-indexes');
    this.props = props;
    const { environment } = context;
    this.bucketName = vectorBucketName(this, context);
    const encryption = (sensitivity: Sensitivity) => ({
      sseType: 'aws:kms',
      kmsKeyArn: props.keyOf(sensitivity).keyArn,
    });
    const bucket = new CfnVectorBucket(this, 'bucket', {
      vectorBucketName: this.bucketName,
      encryptionConfiguration: encryption('internal'),
    });
    bucket.applyRemovalPolicy(dataRemoval(environment));
    for (const { sensitivity } of props.classes) {
      const index = new CfnIndex(this, sensitivity, {
        vectorBucketName: this.bucketName,
        indexName: vectorIndexName(props.bundle.index, sensitivity),
        dataType: 'float32',
        dimension: props.bundle.index.dimension,
        distanceMetric: 'cosine',
        encryptionConfiguration: encryption(sensitivity),
        metadataConfiguration: { nonFilterableMetadataKeys: ANSWERED },
      });
      index.addResourceDependency(bucket);
      index.applyRemovalPolicy(dataRemoval(environment));
    }
  }

  private arns(): string[] {
    const { partition, region, account } = Stack.of(this);
    const bucket = `arn:${partition}:s3vectors:${region}:${account}:bucket/${this.bucketName}`;
    return this.props.classes.map((c) => `${bucket}/index/${vectorIndexName(this.props.bundle.index, c.sensitivity)}`);
  }

  /** Writes vectors of every class. */
  grantWrite(grantee: IGrantable): void {
    allow(grantee, ['s3vectors:PutVectors'], this.arns());
    for (const { sensitivity } of this.props.classes)
      allowKey(grantee, this.props.keyOf(sensitivity), 's3vectors', 'write');
  }
}
