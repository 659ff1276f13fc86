/**
 * Rules that are declined wherever they fire, at most ten. Each has a decision page that says why, and what is done
 * instead; everything else is accepted beside its resource (accept.ts).
 */
export interface DeclinedRule {
  /** Without its pack. */
  readonly rule: string;
  readonly reason: string;
  /** Page that decided it. */
  readonly decision: string;
}

const decline = (rule: string, decision: string, reason: string): DeclinedRule => ({
  rule,
  reason,
  decision: `docs/decisions/${decision}.md`,
});

const replication = (): DeclinedRule =>
  decline(
    'S3BucketReplicationEnabled',
    '030-one-copy-of-the-data',
    'A second copy of 500 TB costs as much as the first; sources, versions and Object Lock guard against loss.',
  );

const inlinePolicies = (): DeclinedRule =>
  decline(
    'IAMNoInlinePolicy',
    '031-a-policy-belongs-to-one-role',
    'Each policy is written for one role and goes with it; a managed policy could be attached elsewhere.',
  );

const functionsInVpc = (): DeclinedRule =>
  decline(
    'LambdaInsideVPC',
    '004-functions-outside-the-vpc',
    'The functions call AWS APIs only, with roles scoped to key patterns.',
  );

const reservedConcurrency = (): DeclinedRule =>
  decline(
    'LambdaConcurrency',
    '032-callers-bound-functions',
    'Whoever calls a function bounds it: the queue’s maxConcurrency, one schedule, one workflow state.',
  );

const functionDeadLetters = (): DeclinedRule =>
  decline(
    'LambdaDLQ',
    '032-callers-bound-functions',
    'Dead letters belong to the caller: the queue has its own, workflows catch, a schedule calls again.',
  );

export const declinedRules: readonly DeclinedRule[] = [
  replication(),
  inlinePolicies(),
  functionsInVpc(),
  reservedConcurrency(),
  functionDeadLetters(),
];
