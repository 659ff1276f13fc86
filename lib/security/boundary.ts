/**
 * The permissions boundary of every role of the app: whatever a policy of a role says by mistake, these things stay
 * forbidden. It allows the rest, since a boundary grants nothing by itself; the roles' own policies do, by key pattern.
 */
import { Stack } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { accept } from '../base/accept.ts';
import { deletesData, type EstateContext } from '../base/context.ts';
import { boundaryName, copyNames, IAM_PATH } from './names.ts';

/** Writes of IAM that make or widen a permission. */
const IAM_WRITES = ['Add*', 'Attach*', 'Create*', 'Deactivate*', 'Delete*', 'Detach*', 'Enable*', 'Put*', 'Remove*']
  .concat('Set*', 'Tag*', 'Untag*', 'Update*', 'Upload*')
  .map((a) => `iam:${a}`);

/** Reason → actions that no role of the app ever needs, on anything. */
const never: Record<string, string[]> = {
  KeepBoundaries: ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
  KeepTrail: [
    'cloudtrail:DeleteTrail',
    'cloudtrail:PutEventSelectors',
    'cloudtrail:StopLogging',
    'cloudtrail:UpdateTrail',
  ],
  KeepKeys: [
    'kms:DeleteImportedKeyMaterial',
    'kms:DisableKey*',
    'kms:PutKeyPolicy',
    'kms:ReplicateKey',
    'kms:ScheduleKeyDeletion',
    'kms:UpdatePrimaryRegion',
  ],
  KeepEvidence: [
    's3:BypassGovernanceRetention',
    's3:PutBucketObjectLockConfiguration',
    's3:PutBucketVersioning',
    's3:PutLifecycleConfiguration',
    's3:PutEncryptionConfiguration',
  ],
  KeepPrivate: [
    's3:PutAccountPublicAccessBlock',
    's3:PutBucketPublicAccessBlock',
    's3:PutAccessPoint*',
    's3:PutBucketAcl',
    's3:PutBucketWebsite',
    's3:PutObjectAcl',
    's3:PutObjectVersionAcl',
    's3:DeleteBucketPolicy',
    's3:PutReplicationConfiguration',
  ],
  KeepLedger: ['dynamodb:DeleteBackup', 'dynamodb:DeleteTable', 'dynamodb:UpdateContinuousBackups'],
  KeepLogs: ['logs:DeleteLogGroup', 'logs:DeleteRetentionPolicy', 'logs:DisassociateKmsKey'],
  StayInAccount: ['account:*', 'organizations:*', 'aws-portal:*', 'ram:*'],
};

/** What turns the role of a copy on and off. */
const SWITCH = ['iam:Attach*', 'iam:Detach*'];

interface Reach {
  readonly on?: string[];
  readonly but?: string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

const deny = (sid: string, actions: string[], { on = ['*'], but, conditions }: Reach = {}): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    actions,
    ...(but ? { notResources: but } : { resources: on }),
    ...(conditions && { conditions }),
  });

export class Boundary extends ManagedPolicy {
  constructor(scope: Construct, context: EstateContext) {
    const { estate, environmentName, environment } = context;
    const { partition, account } = Stack.of(scope);
    const iam = (path: string): string => `arn:${partition}:iam::${account}:${path}`;
    const copyRoles = iam(`role/${copyNames(context)}`);
    super(scope, 'boundary', {
      managedPolicyName: boundaryName(context),
      path: IAM_PATH,
      description: `Decant ${estate} ${environmentName}: what none of its roles may ever do`,
      statements: [
        new PolicyStatement({ sid: 'RestIsForPolicies', actions: ['*'], resources: ['*'] }),
        ...Object.entries(never).map(([sid, actions]) => deny(sid, actions)),
        // Emptying buckets with their stack refuses new objects first; only estates that delete data do that.
        ...(deletesData(environment) ? [] : [deny('KeepBucketPolicies', ['s3:PutBucketPolicy', 's3:DeleteBucket'])]),
        // Services make their linked roles on first use; `decant copy` switches the roles of copies, with their own policies.
        deny('NoIamWrites', IAM_WRITES, { but: [copyRoles, iam('role/aws-service-role/*')] }),
        deny(
          'SwitchCopyRolesOnly',
          IAM_WRITES.filter((a) => !SWITCH.includes(a)),
          { on: [copyRoles] },
        ),
        deny('AttachOwnPoliciesOnly', ['iam:AttachRolePolicy'], {
          conditions: { ArnNotLike: { 'iam:PolicyARN': iam(`policy/${copyNames(context)}`) } },
        }),
      ],
    });
    this.acceptTheRest();
  }

  private acceptTheRest(): void {
    const why =
      'A boundary grants nothing (IAM user guide, access_policies_boundaries): it cuts what policies of roles grant, and each of those is scoped.';
    for (const finding of ['IAM5[Action::*]', 'IAM5[Resource::*]']) accept(this, finding, why);
    for (const kind of ['Admin', 'Full']) accept(this, `IAMPolicyNoStatementsWith${kind}Access`, why);
  }

  /** Puts the boundary on every role below the scope. */
  applyTo(scope: IConstruct): void {
    PermissionsBoundary.of(scope).apply(this);
  }
}
