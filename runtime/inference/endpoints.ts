/** From a model's outputs to values with units: targets by their mean and deviation, measured endpoints by linear heads. */
import type { Bundle, BundleHead } from '../bundle/read.ts';

/** What a prediction is of. */
export interface Endpoint {
  readonly name: string;
  readonly unit: string;
  readonly status: 'descriptor' | 'supported' | 'experimental';
  /** Null for a target of the bundle. */
  readonly headSha256: string | null;
}

/** Targets in the order of the model's output, then heads by name. */
export const endpointsOf = ({ targets, heads }: Pick<Bundle, 'targets' | 'heads'>): Endpoint[] => [
  ...targets.map(({ name, unit }): Endpoint => ({ name, unit, status: 'descriptor', headSha256: null })),
  ...heads.map(({ name, unit, status, sha256 }): Endpoint => ({ name, unit, status, headSha256: sha256 })),
];

/** Values of the targets: of [targets] as the model answers, in their units. The mean where a deviation is 0. */
export const targetValues = ({ targets }: Pick<Bundle, 'targets'>, prediction: Float32Array): Float64Array =>
  Float64Array.from(targets, ({ mean, std }, i) => (std === 0 ? mean : (prediction[i] ?? NaN) * std + mean));

/** Value of a head for an embedding; of a logistic one the probability. */
export function headValue(head: Omit<BundleHead, 'sha256'>, embedding: Float32Array): number {
  let sum = head.intercept;
  for (const [i, coefficient] of head.coefficients.entries()) {
    sum += (((embedding[i] ?? NaN) - (head.center[i] ?? NaN)) / (head.scale[i] ?? NaN)) * coefficient;
  }
  return head.kind === 'logistic' ? 1 / (1 + Math.exp(-sum)) : sum;
}

/** Values in the order of `endpointsOf`. */
export function valuesOf(bundle: Bundle, embedding: Float32Array, prediction: Float32Array): Float64Array {
  const targets = targetValues(bundle, prediction);
  return Float64Array.from([...targets, ...bundle.heads.map((head) => headValue(head, embedding))]);
}
