/** What is written with the key of a sensitive class instead of the bucket's own: chosen by the object's key alone. */
import { QuarantineKeys, WorkKeys } from './keys.ts';

/** ARN of a class's key → the tables and datasets of the class. */
export type Sealings = Readonly<
  Record<string, { readonly tables: readonly string[]; readonly datasets: readonly string[] }>
>;

/** Environment variable of every program that writes such objects: Sealings as JSON. Absent where no dataset is sensitive. */
export const SEALINGS = 'SEALINGS';

export interface SealRule {
  readonly bucket: string;
  readonly prefix: string;
  /** ARN. */
  readonly key: string;
}

/** Tables and their deltas, and raw payloads in quarantine. Reasons are masked, and operators read them: they are not sealed. */
export function sealRules(
  sealings: Sealings,
  buckets: { readonly transformed: string; readonly work: string; readonly quarantine: string },
): SealRule[] {
  return Object.entries(sealings).flatMap(([key, { tables, datasets }]) => [
    ...tables.flatMap((table) => [
      { bucket: buckets.transformed, prefix: `${table}/`, key },
      { bucket: buckets.work, prefix: WorkKeys.delta.prefix({ table }), key },
    ]),
    ...datasets.map((dataset) => ({
      bucket: buckets.quarantine,
      prefix: QuarantineKeys.payload.prefix({ dataset }),
      key,
    })),
  ]);
}
