/** Copies between buckets: which way an object takes, where its key goes, and the name of the role. */
import type { Dataset, Estate } from './estate.ts';
import { RawKeys } from './keys.ts';

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

/** The role that reads one source and writes raw; a fixed name, since policies of other accounts name it. IAM takes 64 characters. */
export const copyRoleName = (estate: string, environment: string, source: string): string =>
  fit(`${estate}-${environment}-copy-${source}`);

/** What the role may do while it is enabled: attached by `decant copy`, never by a stack. */
export const copyPolicyName = copyRoleName;

const IAM_NAME = 64;

/** Names above the limit end in a digest of the whole, so that two never become one. */
function fit(name: string): string {
  if (name.length <= IAM_NAME) return name;
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `${name.slice(0, IAM_NAME - 9)}-${hash.toString(16).padStart(8, '0')}`;
}

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

/** Bucket and prefix of `bucket`, `bucket/prefix`, `s3://bucket/prefix` or an ARN. Throws a RangeError. */
export function bucketLocation(location: string | undefined, source: string): { bucket: string; prefix: string } {
  const found = /^(?:s3:\/\/|arn:aws[\w-]*:s3:::)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(location ?? '');
  if (!found)
    throw new RangeError(
      `source ${source}: location ${JSON.stringify(location)} is no bucket; write s3://BUCKET or s3://BUCKET/FOLDER`,
    );
  return { bucket: found[1] ?? '', prefix: asFolder(found[2] ?? '') };
}

/** Without slashes around, with one at the end; the whole bucket is empty. */
const asFolder = (path: string): string => {
  const bare = path.replace(/^(\.?\/)+|\/+$/g, '');
  return bare === '' || bare === '.' ? '' : `${bare}/`;
};

/** Whether a dataset travels by `decant copy`. */
export const travelsByCopy = (estate: Estate, dataset: Dataset): boolean =>
  estate.sources[dataset.source]?.kind === 's3' && (dataset.transfer?.by ?? 'copy') === 'copy';

/** From where to where a dataset of an S3 source is copied. Throws a RangeError when the source names no bucket. */
export function copyRoute(estate: Estate, name: string): CopyRoute {
  const dataset = estate.datasets[name];
  const source = dataset && estate.sources[dataset.source];
  if (!dataset || source?.kind !== 's3') throw new RangeError(`dataset ${name} has no source of kind s3`);
  const { bucket, prefix } = bucketLocation(source.location, dataset.source);
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
