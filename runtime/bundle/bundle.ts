/** What a bundle is once it is read. */
import type { BundleIndex, EncoderConfig, Head, Reference, Target } from '../../protocol/bundle.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A head and the SHA-256 of its file, which stands for its version. */
export type BundleHead = Head & { readonly sha256: string };

export interface Bundle {
  readonly folder: string;
  readonly index: BundleIndex;
  readonly config: EncoderConfig;
  /** Bytes of model.onnx: those that were proved, so that no second read can bring others. */
  readonly model: Uint8Array;
  /** In the order of the output `prediction`; none when the model has no such output. */
  readonly targets: readonly Target[];
  readonly vocabulary: Vocabulary;
  readonly reference: Reference | undefined;
  /** `reference.count` × `dimension`, row after row, as they are: not scaled to length 1. */
  readonly referenceVectors: Float32Array | undefined;
  /** By name. */
  readonly heads: readonly BundleHead[];
  /** card.json as it is. */
  readonly card: Readonly<Record<string, unknown>>;
}
