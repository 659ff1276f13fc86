/** Auditors read what proves the migration: evidence, the trail, the ledger, and who may do what. They change nothing. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { EvidenceKeys, WorkKeys } from '../../../protocol/keys.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow, allowKey } from '../../base/grant.ts';
import { IAM_PATH, trailName } from '../names.ts';
import { grantPlaces } from './operator.ts';
import { grantOwnTables } from './queries.ts';
import { type AccessProps, arn, BY_KEY, OWN_NAMES, prefixOf, UNSCOPED } from './scope.ts';

export function grantAuditor(role: Role, stack: Stack, context: EstateContext, props: AccessProps): void {
  const { buckets, ingest, security } = props;
  grantPlaces(role, stack, context);
  buckets.evidence.grantReadKeys(role, [EvidenceKeys.file.pattern()], 'versions');
  const locks = ['s3:GetObjectRetention', 's3:GetObjectLegalHold'];
  allow(role, locks, [buckets.evidence.arnForObjects('*')], undefined, BY_KEY);
  allow(role, ['s3:GetBucketObjectLockConfiguration', 's3:GetBucketVersioning'], [buckets.evidence.bucketArn]);
  buckets.work.grantReadKeys(
    role,
    [WorkKeys.contract, WorkKeys.result].map((s) => s.pattern()),
    'keys',
  );
  ingest.ledger.grantLook(role);
  grantTrail(role, stack, context, props);
  grantOwnTables(role, stack, context, buckets, 'auditor');
  const roles = [
    `role${IAM_PATH}*`,
    `role/${prefixOf(context)}-*`,
    `policy${IAM_PATH}*`,
    `policy/${prefixOf(context)}-*`,
  ];
  allow(
    role,
    [
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
    ],
    roles.map((r) => `arn:${stack.partition}:iam::${stack.account}:${r}`),
    undefined,
    OWN_NAMES,
  );
  const keys = [security.dataKey, security.messagesKey, security.logsKey, ...Object.values(security.classKeys)];
  allow(
    role,
    ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListGrants'],
    keys.map((k) => k.keyArn),
  );
}

function grantTrail(role: Role, stack: Stack, context: EstateContext, { security }: AccessProps): void {
  const { trailBucket, logsKey } = security;
  allow(role, ['s3:GetObject', 's3:GetObjectVersion'], [trailBucket.arnForObjects('*')], undefined, BY_KEY);
  allow(role, ['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketLocation'], [trailBucket.bucketArn]);
  allowKey(role, logsKey, 's3', 'read');
  allow(
    role,
    ['cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
    (['account', 'objects'] as const).map((of) => arn(stack, 'cloudtrail', `trail/${trailName(context, of)}`)),
  );
  allow(role, ['cloudtrail:LookupEvents', 'cloudtrail:DescribeTrails'], ['*'], undefined, UNSCOPED('AWS CloudTrail'));
}
