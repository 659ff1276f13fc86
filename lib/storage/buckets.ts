/** The estate's buckets, and how long what lies in them stays. */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Environment } from '../../protocol/estate.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import type { EstateContext } from '../base/context.ts';
import { AccessLogBucket } from './access-log-bucket.ts';
import { EstateBucket } from './estate-bucket.ts';

/** Replaced Parquet files and snapshots: long enough to undo a bad deployment, short enough to cost little. */
const REPLACED = Duration.days(30);
/** Results of queries and of map runs are answers to a question; asking again gives them again. */
const ANSWERS = Duration.days(14);

/** Days that evidence stays locked outside prod: long enough to be seen working. */
const TRIAL_LOCK_DAYS = 30;

/** prod: nobody, root included, removes evidence before its years are over. Elsewhere an administrator can. */
const evidenceLock = (e: Environment): ObjectLockRetention =>
  e.kind === 'prod'
    ? ObjectLockRetention.compliance(Duration.days(365 * (e.evidenceYears ?? 1)))
    : ObjectLockRetention.governance(Duration.days(TRIAL_LOCK_DAYS));

export interface Buckets {
  readonly raw: EstateBucket;
  readonly work: EstateBucket;
  readonly transformed: EstateBucket;
  readonly quarantine: EstateBucket;
  readonly evidence: EstateBucket;
}

/** Buckets directly under their stack, so that moving code never replaces one. */
export function createBuckets(stack: Construct, context: EstateContext, key: IKey): Buckets {
  const accessLogs = new AccessLogBucket(stack, 'access-logs', context);
  const common = { key, accessLogs };
  const replaced = { id: 'replaced-versions', noncurrentVersionExpiration: REPLACED };
  const answers = [WorkKeys.athena, WorkKeys.mapResults].map((shape) => ({
    id: `answers-${shape.prefix().replace('/', '')}`,
    prefix: shape.prefix(),
    expiration: ANSWERS,
  }));
  return {
    // Nothing in raw expires, old versions included: every row names the version that it came from.
    raw: new EstateBucket(stack, 'raw', context, { ...common, events: true }),
    work: new EstateBucket(stack, 'work', context, { ...common, lifecycleRules: [replaced, ...answers] }),
    transformed: new EstateBucket(stack, 'transformed', context, { ...common, lifecycleRules: [replaced] }),
    quarantine: new EstateBucket(stack, 'quarantine', context, common),
    evidence: new EstateBucket(stack, 'evidence', context, { ...common, lock: evidenceLock(context.environment) }),
  };
}
