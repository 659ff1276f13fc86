/** What a copy works with: clients, buckets, the role, and where lists lie while they are made. */
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { copyPolicyName, copyRoleName, type CopyRoute } from '../../protocol/copy.ts';
import { clientConfig, s3Client } from '../aws.ts';

export interface CopyPlace {
  readonly route: CopyRoute;
  readonly account: string;
  readonly roleArn: string;
  readonly policyArn: string;
  /** The operator's own. */
  readonly s3: S3Client;
  /** The role's: in the source's Region, and in raw's. */
  readonly source: S3Client;
  readonly raw: S3Client;
  readonly control: S3ControlClient;
  readonly iam: IAMClient;
  readonly rawBucket: string;
  readonly workBucket: string;
  readonly evidenceBucket: string;
  /** Scratch folder of the copies of this environment. */
  readonly dir: string;
  /** How often a job is asked for its state. */
  readonly pollMs: number;
  /** Largest object of a batch copy; see protocol/copy.ts. */
  readonly batchMaxBytes?: number;
  readonly now: () => Date;
}

export interface CopyPlaceInput {
  readonly estate: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly route: CopyRoute;
  readonly sourceRegion?: string;
  readonly buckets: { readonly raw: string; readonly work: string; readonly evidence: string };
  readonly dir: string;
  readonly pollMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** A job takes minutes at least. */
const POLL_MS = 15_000;
/** Chained sessions last an hour at most (IAM user guide, role chaining); the SDK renews them. */
const SESSION_SEC = 3600;

export function copyPlace(i: CopyPlaceInput): CopyPlace {
  const env = i.env ?? process.env;
  const endpoint = env['AWS_ENDPOINT_URL'];
  const arn = (kind: string, name: string): string => `arn:aws:iam::${i.account}:${kind}/${name}`;
  const roleArn = arn('role', copyRoleName(i.estate, i.environment, i.route.source));
  const credentials = asRole(roleArn, `decant-copy-${i.route.dataset}`.slice(0, 64));
  const bucketClient = (region: string): S3Client =>
    new S3Client({ ...clientConfig(env), region, credentials, forcePathStyle: endpoint !== undefined });
  return {
    route: i.route,
    account: i.account,
    roleArn,
    policyArn: arn('policy', copyPolicyName(i.estate, i.environment, i.route.source)),
    s3: s3Client(),
    source: bucketClient(i.sourceRegion ?? i.region),
    raw: bucketClient(i.region),
    // Batch copies are asked for in the Region that they copy to.
    control: new S3ControlClient({ ...clientConfig(env), ...(endpoint !== undefined && plainHost(endpoint)) }),
    iam: new IAMClient(clientConfig(env)),
    rawBucket: i.buckets.raw,
    workBucket: i.buckets.work,
    evidenceBucket: i.buckets.evidence,
    dir: i.dir,
    pollMs: i.pollMs ?? (endpoint === undefined ? POLL_MS : 200),
    now: () => new Date(),
  };
}

/** An embedded AWS has one host name; the client would put the account id before it, even before an address. */
const plainHost = (endpoint: string) => ({
  disableHostPrefix: true,
  endpointProvider: () => ({ url: new URL(endpoint) }),
});

function asRole(RoleArn: string, RoleSessionName: string) {
  const sts = new STSClient(clientConfig());
  return async () => {
    const { Credentials: c } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds: SESSION_SEC }),
    );
    if (!c?.AccessKeyId || !c.SecretAccessKey) throw new Error(`${RoleArn}: no credentials`);
    return {
      accessKeyId: c.AccessKeyId,
      secretAccessKey: c.SecretAccessKey,
      ...(c.SessionToken && { sessionToken: c.SessionToken }),
      ...(c.Expiration && { expiration: c.Expiration }),
    };
  };
}
