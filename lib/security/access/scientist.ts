/** Scientists query tables through Athena: public and internal ones, and those of sensitive classes that the estate names. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { TransformedKeys, WorkKeys } from '../../../protocol/keys.ts';
import { ownTables } from '../../../protocol/names.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow, allowKey } from '../../base/grant.ts';
import { grantPlaces } from './operator.ts';
import { type AccessProps, arn, catalogArns, prefixOf, readableDatasets, tableNames, UNSCOPED } from './scope.ts';

export function grantScientist(role: Role, stack: Stack, context: EstateContext, props: AccessProps): void {
  const { buckets, security } = props;
  const reads = context.environment.people.scientist?.reads ?? [];
  grantPlaces(role, stack, context);
  grantQueries(role, stack, context);
  // Where Lake Formation governs a table, Athena asks it for leave (Lake Formation guide, access-control-underlying-data).
  if (context.environment.lakeFormation) {
    allow(role, ['lakeformation:GetDataAccess'], ['*'], undefined, UNSCOPED('AWS Lake Formation'));
  }
  // A view of current rows is a table of its own name.
  const tables = tableNames(context, readableDatasets(context));
  const found = [...tables, ...tables.map((t) => `${t}_current`), ownTables.superseded];
  allow(
    role,
    [
      'glue:GetDatabase',
      'glue:GetTable',
      'glue:GetTables',
      'glue:GetPartition',
      'glue:GetPartitions',
      'glue:BatchGetPartition',
    ],
    catalogArns(stack, context, found),
  );
  buckets.transformed.grantReadKeys(
    role,
    [...tables.map((t) => `${t}/*`), TransformedKeys.superseded.pattern()],
    'keys',
  );
  for (const name of reads) {
    const key = security.classKeys[name];
    if (key) allowKey(role, key, 's3', 'read');
  }
  // Athena reads and writes its answers as the person who asks.
  buckets.work.grantReadKeys(role, [WorkKeys.athena.pattern()]);
  buckets.work.grantWriteKeys(role, [WorkKeys.athena.pattern()]);
  allow(role, ['s3:GetBucketLocation'], [buckets.work.bucketArn, buckets.transformed.bucketArn]);
}

function grantQueries(role: Role, stack: Stack, context: EstateContext): void {
  const actions = [
    'StartQueryExecution',
    'StopQueryExecution',
    'GetQueryExecution',
    'GetQueryResults',
    'GetWorkGroup',
  ].concat('ListQueryExecutions', 'GetNamedQuery', 'ListNamedQueries', 'BatchGetNamedQuery', 'BatchGetQueryExecution');
  allow(
    role,
    actions.map((a) => `athena:${a}`),
    [arn(stack, 'athena', `workgroup/${prefixOf(context)}`)],
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
}
