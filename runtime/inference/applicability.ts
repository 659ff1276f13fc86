/** How far a molecule is from what the model has seen. */
import type { Bundle } from '../bundle/read.ts';
import { highestDot, normalized } from '../search/dot.ts';
import { rowsInKernel } from '../search/kernel.ts';

export class Applicability {
  /** Cosine similarity from which a molecule counts as in domain. */
  readonly threshold: number;
  #sample: Float32Array | undefined;
  readonly #dimension: number;

  constructor({ index, reference, referenceVectors }: Pick<Bundle, 'index' | 'reference' | 'referenceVectors'>) {
    this.threshold = reference?.threshold ?? -1;
    this.#dimension = index.dimension;
    if (!referenceVectors) return;
    this.#sample = rowsInKernel(referenceVectors.length / index.dimension, index.dimension);
    this.#sample.set(normalized(referenceVectors, index.dimension));
  }

  /** Cosine similarity of each of [n × dimension] to the nearest vector of the reference sample; NaN where there is none. */
  nearest(embeddings: Float32Array): Float32Array {
    const sample = this.#sample;
    if (!sample) return new Float32Array(embeddings.length / this.#dimension).fill(NaN);
    return highestDot(normalized(embeddings, this.#dimension), sample, this.#dimension);
  }
}
