/** Copies between buckets: which way an object takes, the names of the role, and the statements that let it read. */

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

/** A policy statement as JSON, as a bucket's or key's owner pastes it. */
export interface PolicyStatementJson {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface CopyStatementsInput {
  readonly source: string;
  readonly bucket: string;
  /** Prefixes below which objects may be read; an empty one is the whole bucket. */
  readonly prefixes: readonly string[];
  readonly roleArn: string;
  /** ISO 8601 with zone: no request is allowed at or after it. */
  readonly until: string;
  readonly partition?: string;
}

/** `aws:CurrentTime` is compared in UTC, without fractions. */
const utc = (until: string): string => new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
/** A Sid takes letters and digits only. */
const sid = (...words: readonly string[]): string =>
  words.map((w) => w.replace(/[^a-zA-Z0-9]+(.)?/g, (_, c?: string) => (c ?? '').toUpperCase())).join('');

export const copyReadActions = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionTagging',
];

/** What the source bucket's policy must hold: read below the prefixes and list them, until the day. */
export function bucketStatements(i: CopyStatementsInput): PolicyStatementJson[] {
  const bucket = `arn:${i.partition ?? 'aws'}:s3:::${i.bucket}`;
  const before = { DateLessThan: { 'aws:CurrentTime': utc(i.until) } };
  const common = { Effect: 'Allow', Principal: { AWS: i.roleArn } } as const;
  const whole = i.prefixes.includes('');
  return [
    {
      Sid: sid('DecantRead-', i.source),
      ...common,
      Action: copyReadActions,
      Resource: whole ? [`${bucket}/*`] : i.prefixes.map((p) => `${bucket}/${p}*`),
      Condition: before,
    },
    {
      Sid: sid('DecantList-', i.source),
      ...common,
      Action: 's3:ListBucket',
      Resource: bucket,
      Condition: whole ? before : { ...before, StringLike: { 's3:prefix': i.prefixes.map((p) => `${p}*`) } },
    },
  ];
}

/** What the policy of the source's KMS key must hold: decryption through S3 alone, until the day. */
export const keyStatement = (
  i: Pick<CopyStatementsInput, 'source' | 'roleArn' | 'until'> & { readonly region: string },
): PolicyStatementJson => ({
  Sid: sid('DecantDecrypt-', i.source),
  Effect: 'Allow',
  Principal: { AWS: i.roleArn },
  Action: ['kms:Decrypt', 'kms:DescribeKey'],
  Resource: '*', // In a key policy `*` means this key.
  Condition: {
    StringEquals: { 'kms:ViaService': `s3.${i.region}.amazonaws.com` },
    DateLessThan: { 'aws:CurrentTime': utc(i.until) },
  },
});
