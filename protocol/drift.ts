/** Whether what arrives is still like what the model was made with: distributions in the bundle's card, limits, and the daily look. */
import { z } from 'zod';

/** Shares of a sample by bins: `edges` ascending, bin i holds values below edge i, the last all others. */
export const Bins = z
  .strictObject({ edges: z.array(z.number()).min(1), shares: z.array(z.number().min(0).max(1)) })
  .refine((b) => b.shares.length === b.edges.length + 1, { message: 'there is one bin more than edges' });
export type Bins = z.infer<typeof Bins>;

/** `distribution` of a bundle's card: the hold-out sample, as the model sees it. */
export const Distribution = z.strictObject({
  /** Molecules of the sample. */
  sample: z.int().positive(),
  invalidShare: z.number().min(0).max(1),
  outOfDomainShare: z.number().min(0).max(1),
  tokens: Bins,
  /** By endpoint. */
  predictions: z.record(z.string(), Bins),
});
export type Distribution = z.infer<typeof Distribution>;

const Share = z.number().min(0).max(1);

/** `environments.<name>.embeddings.drift` of the estate: what an alarm is given for, of a day's molecules. */
export const DriftLimits = z.strictObject({
  invalidShare: Share.default(0.05),
  outOfDomainShare: Share.default(0.25),
  /** Population stability index; 0.25 is commonly called a shift. A library of one series differs more from PubChem. */
  shift: z.number().positive().default(1),
});
export type DriftLimits = z.infer<typeof DriftLimits>;

/** Argument with which the transformer's image takes the daily look instead. */
export const DRIFT_COMMAND = 'drift';

export const DriftEnv = {
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
  /** Distribution of the bundle's card, as JSON. */
  distribution: 'DISTRIBUTION',
  bundleHash: 'BUNDLE_HASH',
} as const;

/** A day of fewer molecules says nothing about shifts. */
export const LEAST_MOLECULES = 200;
