/** Athena, for whoever asks tables: one workgroup, its saved queries, and a place for the answers. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { QuarantineKeys, TransformedKeys, WorkKeys } from '../../../protocol/keys.ts';
import { ownTables, workgroupName } from '../../../protocol/names.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { arn, catalogArns } from './scope.ts';

/** Runs queries in one workgroup over the named tables; of their data a group is granted only what it may read. */
export function grantQueries(
  role: Role,
  stack: Stack,
  context: EstateContext,
  { work, transformed }: Buckets,
  { workgroup, tables }: { readonly workgroup?: 'operator' | 'auditor'; readonly tables: readonly string[] },
): void {
  const actions = [
    'StartQueryExecution',
    'StopQueryExecution',
    'GetQueryExecution',
    'GetQueryResults',
    'GetWorkGroup',
  ].concat('ListQueryExecutions', 'GetNamedQuery', 'ListNamedQueries', 'BatchGetNamedQuery', 'BatchGetQueryExecution');
  const name = workgroupName(context.estate, context.environmentName, workgroup);
  allow(
    role,
    actions.map((a) => `athena:${a}`),
    [arn(stack, 'athena', `workgroup/${name}`)],
  );
  allow(
    role,
    [
      'athena:GetDatabase',
      'athena:GetTableMetadata',
      'athena:ListDatabases',
      'athena:ListTableMetadata',
      'athena:GetDataCatalog',
    ],
    [arn(stack, 'athena', 'datacatalog/AwsDataCatalog')],
  );
  allow(
    role,
    ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'].map(
      (a) => `glue:${a}`,
    ),
    catalogArns(stack, context, tables),
  );
  // Athena reads and writes its answers as the person who asks.
  work.grantReadKeys(role, [WorkKeys.athena.pattern()]);
  work.grantWriteKeys(role, [WorkKeys.athena.pattern()]);
  allow(role, ['s3:GetBucketLocation'], [work.bucketArn, transformed.bucketArn]);
}

/** Decant's own tables: masked reasons, and which versions are hidden. */
export function grantOwnTables(
  role: Role,
  stack: Stack,
  context: EstateContext,
  buckets: Buckets,
  workgroup: 'operator' | 'auditor',
): void {
  grantQueries(role, stack, context, buckets, { workgroup, tables: Object.values(ownTables) });
  buckets.quarantine.grantReadKeys(role, [QuarantineKeys.reasons.pattern()], 'keys');
  buckets.transformed.grantReadKeys(role, [TransformedKeys.superseded.pattern()], 'keys');
  allow(role, ['s3:GetBucketLocation'], [buckets.quarantine.bucketArn]);
}
