/** The name of an embedding, the same for the job, the worker and the API's cache. */
import { createHash } from 'node:crypto';
import type { BundleIndex, Dtype } from '../../protocol/bundle.ts';

/** SHA-256 (hexadecimal) of what decides a stored vector, one a line. */
export const moleculeKey = (
  canonical: string,
  { hash, pooling }: Pick<BundleIndex, 'hash' | 'pooling'>,
  dtype: Dtype,
): string => createHash('sha256').update(`${canonical}\n${hash}\n${pooling}\n${dtype}`).digest('hex');
