/** The vectors of some classes, wherever the estate has them searched. */
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Sensitivity } from '../../protocol/contract.ts';
import { vectorIndexName } from '../../protocol/embeddings.ts';
import { clientConfig } from '../aws.ts';
import { ExactIndex } from './exact-store.ts';
import { S3VectorsIndex } from './s3-vectors-index.ts';
import { together, type VectorIndex } from './vector-index.ts';

export interface VectorsPlace {
  readonly bundle: { readonly name: string; readonly hash: string; readonly dimension: number };
  /** Classes that are searched: whoever asks finds molecules of these, and of no other. */
  readonly classes: readonly Sensitivity[];
  /** Name of the S3 Vectors bucket; undefined where the index is exact. */
  readonly vectorBucket: string | undefined;
  readonly s3: S3Client;
  readonly workBucket: string;
  /** For the file of an exact index while it is read. */
  readonly folder: string;
}

/** Throws a RangeError when no class is named. */
export function openVectors(place: VectorsPlace): VectorIndex {
  const { bundle, classes, vectorBucket: bucket, s3, workBucket, folder } = place;
  const { dimension } = bundle;
  const client = bucket === undefined ? undefined : new S3VectorsClient(clientConfig());
  return together(
    classes.map((sensitivity): VectorIndex => {
      const index = vectorIndexName(bundle, sensitivity);
      return client && bucket !== undefined
        ? new S3VectorsIndex({ client, bucket, index, dimension })
        : new ExactIndex({ s3, workBucket, index, dimension, folder });
    }),
  );
}
