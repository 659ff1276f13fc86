/** Copies between buckets: which way an object takes, where its key goes, and the name of the role. */
import type { Dataset, Estate } from './estate.ts';
import { RawKeys } from './keys.ts';
import { fitName, ROLE_NAME } from './names.ts';
import { parseLocation } from './source-location.ts';

/**
 * Largest object that a batch copy takes, in bytes. The user guide says "5 GB" (batch-ops-copy-object), CopyObject 5 GiB: the smaller of
 * the two never loses an object.
 */
export const BATCH_COPY_MAX_BYTES = 5_000_000_000;

/** Longest key of S3, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** Ways in which an object moves. */
export const movingWays = [
  /** S3 Batch Operations, one job a slice. */
  'batch',
  /** CopyObject by the verb itself: keys that a batch copy cannot rename. */
  'single',
  /** UploadPartCopy by the verb itself: too large for the other two. */
  'parts',
] as const;
export type MovingWay = (typeof movingWays)[number];

/** Ways of objects that stay: what each means, in words for a person. */
export const stayingWays = {
  unchanged: 'are in the raw bucket already',
  marker: 'are no data: delete markers, older versions and the marker of the folder itself',
  restore: 'are archived and must be restored first',
  refused: 'cannot be copied',
} as const;
export type StayingWay = keyof typeof stayingWays;

export const copyWays = [...movingWays, ...(Object.keys(stayingWays) as StayingWay[])] as const;
export type CopyWay = (typeof copyWays)[number];

/** The role that reads one source and writes raw; a fixed name, since policies of other accounts name it. */
export const copyRoleName = (estate: string, environment: string, source: string): string =>
  fitName(`${estate}-${environment}-copy-${source}`, ROLE_NAME);

/** What the role may do while it is enabled: attached by `decant copy`, never by a stack. */
export const copyPolicyName = copyRoleName;

/** What is copied: bucket and prefix of the source, and where its keys go. */
export interface CopyRoute {
  readonly dataset: string;
  readonly source: string;
  readonly bucket: string;
  /** Begins every key that is copied and is taken off; empty or ends with a slash. */
  readonly sourcePrefix: string;
  /** Begins every raw key: `<source>/<dataset>/`. */
  readonly targetPrefix: string;
  /**
   * TargetKeyPrefix of a batch copy, which puts folders before a key and takes nothing off; undefined where the source's prefix is
   * not the end of the target's, so that keys must be renamed.
   */
  readonly batchPrefix: string | undefined;
}

/** Bucket and folder of an S3 source. Throws a RangeError. */
function bucketOf(estate: Estate, source: string): { bucket: string; prefix: string } {
  const found = parseLocation('s3', estate.sources[source]?.location);
  if (found.kind !== 's3') throw new RangeError(`source ${source} is no bucket`);
  return { bucket: found.bucket, prefix: asFolder(found.path) };
}

/** Without slashes around, with one at the end; the whole bucket is empty. */
const asFolder = (path: string): string => {
  const bare = path.replace(/^(\.?\/)+|\/+$/g, '');
  return bare === '' || bare === '.' ? '' : `${bare}/`;
};

/** Whether a dataset travels by `decant copy`. */
export const travelsByCopy = (estate: Estate, dataset: Dataset): boolean =>
  estate.sources[dataset.source]?.kind === 's3' && (dataset.transfer?.by ?? 'copy') === 'copy';

/** Routes of the datasets that travel by copy in an environment, in the order of the estate file. Throws a RangeError. */
export const copyRoutes = (estate: Estate, environment: string): CopyRoute[] =>
  Object.entries(estate.datasets)
    .filter(
      ([, d]) => travelsByCopy(estate, d) && (estate.sources[d.source]?.environments?.includes(environment) ?? true),
    )
    .map(([name]) => copyRoute(estate, name));

/** From where to where a dataset of an S3 source is copied. Throws a RangeError when the source names no bucket, or no end of a leave. */
export function copyRoute(estate: Estate, name: string): CopyRoute {
  const dataset = estate.datasets[name];
  const source = dataset && estate.sources[dataset.source];
  if (!dataset || source?.kind !== 's3') throw new RangeError(`dataset ${name} has no source of kind s3`);
  if (source.account !== undefined && !source.grant)
    throw new RangeError(
      `source ${dataset.source} is copied from account ${source.account} without an end: add grant: { until: '2027-01-31T00:00:00Z' }`,
    );
  const { bucket, prefix } = bucketOf(estate, dataset.source);
  const sourcePrefix = prefix + asFolder(dataset.transfer?.path ?? name);
  const targetPrefix = RawKeys.object.prefix({ source: dataset.source, dataset: name });
  const head = targetPrefix.slice(0, targetPrefix.length - sourcePrefix.length);
  const fits = targetPrefix.endsWith(sourcePrefix) && (head === '' || head.endsWith('/'));
  return {
    dataset: name,
    source: dataset.source,
    bucket,
    sourcePrefix,
    targetPrefix,
    batchPrefix: fits ? head.replace(/\/$/, '') : undefined,
  };
}

/** The raw key of a source's key. */
export const rawKeyOf = (route: Pick<CopyRoute, 'sourcePrefix' | 'targetPrefix'>, key: string): string =>
  route.targetPrefix + key.slice(route.sourcePrefix.length);

/** What the grants function looks at: one source that is copied. */
export interface GrantWatched {
  readonly datasets: readonly string[];
  /** ISO 8601 with zone; absent where the estate grants no leave that ends. */
  readonly until?: string;
  readonly role: string;
  readonly policyArn: string;
}
