/** Puts vectors into an S3 Vectors index, within what the service takes. */
import {
  PutVectorsCommand,
  ServiceUnavailableException,
  TooManyRequestsException,
  type PutInputVector,
} from '@aws-sdk/client-s3vectors';
import { setTimeout as wait } from 'node:timers/promises';
import { Pace } from './pace.ts';
import type { S3VectorsPlace } from './s3-vectors-index.ts';

/** Vectors of one request, and a second for an index (S3 user guide, s3-vectors-limitations). */
export const VECTORS_A_REQUEST = 500;
export const VECTORS_A_SECOND = 2500;
/** A request has 20 MiB; a component takes at most 15 characters, and what is beside a vector 40 KB at most, mostly far less. */
const REQUEST_BYTES = 16 * 2 ** 20;
const COMPONENT_BYTES = 15;
const BESIDE_BYTES = 2048;
/** Waits of up to a minute: about a quarter of an hour in all. */
const ATTEMPTS = 20;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 60_000;

export interface VectorRow {
  readonly molecule_key: string;
  readonly canonical_smiles: string;
  readonly inchikey: string | undefined;
  readonly vector: Float32Array;
}

export const batchOf = (dimension: number): number =>
  Math.max(1, Math.min(VECTORS_A_REQUEST, Math.floor(REQUEST_BYTES / (dimension * COMPONENT_BYTES + BESIDE_BYTES))));

export interface WriteOptions {
  readonly pace?: Pace;
  readonly sleep?: (ms: number) => Promise<unknown>;
  readonly random?: () => number;
}

/** Writes vectors in the order in which they come; a key that is there already gets the new vector. */
export class S3VectorsWriter {
  readonly #place: S3VectorsPlace;
  readonly #pace: Pace;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #random: () => number;

  constructor(place: S3VectorsPlace, options: WriteOptions = {}) {
    this.#place = place;
    this.#pace = options.pace ?? new Pace(VECTORS_A_SECOND);
    this.#sleep = options.sleep ?? wait;
    this.#random = options.random ?? Math.random;
  }

  /** Returns how many were written. */
  async write(rows: AsyncIterable<VectorRow>): Promise<number> {
    const size = batchOf(this.#place.dimension);
    let written = 0;
    let batch: PutInputVector[] = [];
    const flush = async (): Promise<void> => {
      await this.#put(batch);
      written += batch.length;
      batch = [];
    };
    for await (const { molecule_key: key, canonical_smiles, inchikey, vector } of rows) {
      const metadata = { canonical_smiles, ...(inchikey === undefined ? {} : { inchikey }) };
      batch.push({ key, data: { float32: Array.from(vector) }, metadata });
      if (batch.length === size) await flush();
    }
    if (batch.length) await flush();
    return written;
  }

  async #put(vectors: PutInputVector[]): Promise<void> {
    const { client, bucket, index } = this.#place;
    for (let attempt = 1; ; attempt++) {
      await this.#pace.take(vectors.length);
      try {
        await client.send(new PutVectorsCommand({ vectorBucketName: bucket, indexName: index, vectors }));
        return;
      } catch (error) {
        const busy = error instanceof TooManyRequestsException || error instanceof ServiceUnavailableException;
        if (!busy || attempt === ATTEMPTS) throw error;
        await this.#sleep(this.#random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
      }
    }
  }
}
