/** What operators need to move data: DataSync, Snowball orders, copies between buckets, and the state of the lines. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { EvidenceKeys, WorkKeys } from '../../../protocol/keys.ts';
import { crawlerName, seenDatabaseName, stackId } from '../../../protocol/names.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { copyNames } from '../names.ts';
import { grantAgents, grantDx } from './operator-sites.ts';
import { type AccessProps, arn, OWN_NAMES, UNSCOPED } from './scope.ts';

export function grantTransfer(role: Role, stack: Stack, context: EstateContext, { buckets }: AccessProps): void {
  const { connectivity, snowball } = context.environment;
  grantDataSync(role, stack, context);
  grantCopies(role, stack, context);
  grantCrawler(role, stack, context);
  if (snowball) grantSnowball(role, stack, context, snowball.addressSecret);
  grantAgents(role, stack);
  if (connectivity.dx) grantDx(role, stack, context);
  const evidence = ['transfer', 'snowball', 'copy', 'connection'].map((kind) => EvidenceKeys.file.pattern({ kind }));
  // Plans, lists, reports and outcomes of copies.
  buckets.work.grantReadKeys(role, [WorkKeys.copy.pattern()], 'keys');
  buckets.work.grantWriteKeys(role, [WorkKeys.copy.pattern()]);
  buckets.evidence.grantReadKeys(role, evidence, 'keys');
  buckets.evidence.grantWriteKeys(role, evidence);
}

/** Tasks of this environment, by their tags. */
function grantDataSync(role: Role, stack: Stack, { estate, environmentName }: EstateContext): void {
  const own = {
    StringEquals: {
      'aws:ResourceTag/decant:estate': estate,
      'aws:ResourceTag/decant:environment': environmentName,
    },
  };
  const tasks = arn(stack, 'datasync', 'task/*');
  allow(role, ['datasync:StartTaskExecution', 'datasync:DescribeTask'], [tasks], own, OWN_NAMES);
  // Executions carry no tags (DataSync user guide, supported-iam-actions-tagging).
  const executions = ['datasync:CancelTaskExecution', 'datasync:DescribeTaskExecution'];
  allow(role, executions, [`${tasks}/execution/*`], undefined, OWN_NAMES);
  // A retry list is read with the task's own role (API reference, StartTaskExecution, ManifestConfig).
  const taskRoles = `arn:${stack.partition}:iam::${stack.account}:role/${stackId(estate, environmentName, 'transfer')}-*`;
  const toDataSync = { StringEquals: { 'iam:PassedToService': 'datasync.amazonaws.com' } };
  allow(role, ['iam:PassRole'], [taskRoles], toDataSync, OWN_NAMES);
  const lists = ['datasync:ListTasks', 'datasync:ListTaskExecutions'];
  allow(role, lists, ['*'], undefined, UNSCOPED('AWS DataSync'));
}

/** Takes the role of a copy, which it switches on and off with the policy that is meant for it, and no other. */
function grantCopies(role: Role, stack: Stack, context: EstateContext): void {
  const iam = (kind: 'role' | 'policy'): string =>
    `arn:${stack.partition}:iam::${stack.account}:${kind}/${copyNames(context)}`;
  allow(role, ['sts:AssumeRole', 'iam:ListAttachedRolePolicies'], [iam('role')], undefined, OWN_NAMES);
  allow(
    role,
    ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    [iam('role')],
    { ArnLike: { 'iam:PolicyARN': iam('policy') } },
    OWN_NAMES,
  );
  const batch = { StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } };
  allow(role, ['iam:PassRole'], [iam('role')], batch, OWN_NAMES);
  const jobs = arn(stack, 's3', 'job/*');
  allow(role, ['s3:DescribeJob', 's3:UpdateJobStatus'], [jobs], undefined, OWN_NAMES);
  allow(role, ['s3:CreateJob'], ['*'], undefined, UNSCOPED('Amazon S3'));
}

function grantCrawler(role: Role, stack: Stack, { estate, environmentName }: EstateContext): void {
  const name = arn(stack, 'glue', `crawler/${crawlerName(estate, environmentName)}`);
  allow(role, ['glue:GetCrawler', 'glue:StartCrawler'], [name]);
  const seen = seenDatabaseName(estate, environmentName);
  const found = [`database/${seen}`, `table/${seen}/*`].map((path) => arn(stack, 'glue', path));
  allow(role, ['glue:GetTables', 'glue:GetPartitions'], found, undefined, OWN_NAMES);
}

/** Jobs are made by the workflow once somebody approved them, never by hand. */
function grantSnowball(role: Role, stack: Stack, { estate, environmentName }: EstateContext, address?: string): void {
  const looks = ['DescribeJob', 'GetJobManifest', 'GetJobUnlockCode', 'GetSnowballUsage', 'ListJobs'];
  allow(
    role,
    [...looks, 'UpdateJobShipmentState'].map((a) => `snowball:${a}`),
    ['*'],
    undefined,
    UNSCOPED('AWS Snowball'),
  );
  allow(role, ['states:SendTaskSuccess'], ['*'], undefined, UNSCOPED('AWS Step Functions'));
  const secrets = [`decant/${estate}/${environmentName}/snowball/*`, ...(address ? [`${address}-*`] : [])];
  allow(
    role,
    ['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    secrets.map((name) => arn(stack, 'secretsmanager', `secret:${name}`)),
    undefined,
    OWN_NAMES,
  );
}
