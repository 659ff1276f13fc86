/** Search in an S3 Vectors index. */
import { QueryVectorsCommand, type S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { z } from 'zod';
import { checkQuery, nearestFirst, type Neighbour, type VectorIndex, type VectorQuery } from './vector-index.ts';

export interface S3VectorsPlace {
  readonly client: S3VectorsClient;
  readonly bucket: string;
  readonly index: string;
  readonly dimension: number;
}

/** What is kept beside a vector; S3 Vectors keeps no null. */
export const VectorMetadata = z.object({ canonical_smiles: z.string(), inchikey: z.string().optional() });

export class S3VectorsIndex implements VectorIndex {
  readonly dimension: number;
  readonly #place: S3VectorsPlace;

  constructor(place: S3VectorsPlace) {
    this.#place = place;
    this.dimension = place.dimension;
  }

  async search(query: VectorQuery): Promise<Neighbour[]> {
    checkQuery(query, this.dimension);
    const { client, bucket, index } = this.#place;
    const { k, minScore = -1 } = query;
    const found: Neighbour[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new QueryVectorsCommand({
          vectorBucketName: bucket,
          indexName: index,
          topK: k,
          queryVector: { float32: Array.from(query.vector) },
          returnDistance: true,
          returnMetadata: true,
          ...(nextToken ? { nextToken } : {}),
        }),
      );
      for (const { key = '', distance = 2, metadata } of page.vectors ?? []) {
        const { canonical_smiles, inchikey } = VectorMetadata.parse(metadata);
        // Cosine distance is 1 - similarity; rounding may take it past the ends.
        const score = Math.min(1, Math.max(-1, 1 - distance));
        found.push({ molecule_key: key, canonical_smiles, inchikey, score });
      }
      nextToken = page.nextToken;
      // Pages come nearest first: what follows a page that ends below the least score is below it too.
    } while (nextToken && found.length < k && (found.at(-1)?.score ?? -1) >= minScore);
    return found
      .filter((n) => n.score >= minScore)
      .sort(nearestFirst)
      .slice(0, k);
  }
}
