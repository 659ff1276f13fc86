/** The dated statements that let the role of a copy read a bucket and use its key. */

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
const sid = (words: string): string => words.replace(/[^a-zA-Z0-9]+(.)?/g, (_, c?: string) => (c ?? '').toUpperCase());

export const copyReadActions = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionTagging',
];

/** What the source bucket's policy must hold: read below the prefixes and list them, until the day. */
export function bucketStatements(i: CopyStatementsInput): PolicyStatementJson[] {
  const bucket = `arn:${i.partition ?? 'aws'}:s3:::${i.bucket}`;
  const before = { DateLessThan: { 'aws:CurrentTime': utc(i.until) }, Bool: { 'aws:SecureTransport': 'true' } };
  const common = { Effect: 'Allow', Principal: { AWS: i.roleArn } } as const;
  const whole = i.prefixes.includes('');
  return [
    {
      Sid: sid(`DecantRead-${i.source}`),
      ...common,
      Action: copyReadActions,
      Resource: whole ? [`${bucket}/*`] : i.prefixes.map((p) => `${bucket}/${p}*`),
      Condition: before,
    },
    {
      Sid: sid(`DecantList-${i.source}`),
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
  Sid: sid(`DecantDecrypt-${i.source}`),
  Effect: 'Allow',
  Principal: { AWS: i.roleArn },
  Action: 'kms:Decrypt',
  Resource: '*', // In a key policy `*` means this key.
  Condition: {
    StringEquals: { 'kms:ViaService': `s3.${i.region}.amazonaws.com` },
    DateLessThan: { 'aws:CurrentTime': utc(i.until) },
  },
});
