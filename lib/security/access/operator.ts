/**
 * Operators run the verbs of the CLI. They see what the data went through, and data of public and internal datasets where a
 * verb carries it; they hold no key of a sensitive class, so that payloads and tables of such datasets stay closed to them.
 */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { QuarantineKeys, RawKeys, TransformedKeys, WorkKeys } from '../../../protocol/keys.ts';
import { placesPath } from '../../../protocol/places.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { grantEmbedding } from './embeddings.ts';
import { grantOwnTables } from './queries.ts';
import { grantPrediction } from './operator-prediction.ts';
import { grantTransfer } from './operator-transfer.ts';
import {
  type AccessProps,
  arn,
  BY_KEY,
  catalogArns,
  openDatasets,
  OWN_NAMES,
  prefixOf,
  tableNames,
  UNSCOPED,
} from './scope.ts';

export function grantOperator(role: Role, stack: Stack, context: EstateContext, props: AccessProps): void {
  grantPlaces(role, stack, context);
  grantWork(role, props);
  grantOpenData(role, stack, context, props);
  grantRuns(role, stack, context, props);
  grantTransfer(role, stack, context, props);
  grantEmbedding(role, props);
  grantWatching(role, stack, context);
  if (context.environment.prediction) grantPrediction(role, stack, context, props);
  grantOwnTables(role, stack, context, props.buckets, 'operator');
}

/** Every verb looks up the environment's names first. */
export function grantPlaces(role: Role, stack: Stack, { estate, environmentName }: EstateContext): void {
  const path = arn(stack, 'ssm', `parameter${placesPath(estate, environmentName)}`);
  allow(role, ['ssm:GetParametersByPath'], [path, `${path}/*`], undefined, OWN_NAMES);
}

/** status, runs, redrive, replay, reconcile, backfill, quarantine: ledger, shards, results, reasons, and a listing of raw. */
function grantWork(role: Role, { buckets, ingest }: AccessProps): void {
  const { contract, shard, list, listIndex, result, delta, transfer, transferOpen, retryList, taskReport } = WorkKeys;
  const patterns = (...shapes: { pattern: () => string }[]): string[] => shapes.map((s) => s.pattern());
  ingest.ledger.grantRecord(role);
  ingest.ledger.grantLook(role);
  buckets.work.grantReadKeys(
    role,
    patterns(contract, shard, list, listIndex, result, delta, transfer, transferOpen, retryList, taskReport),
    'keys',
  );
  buckets.work.grantWriteKeys(role, patterns(contract, shard, list, listIndex, transfer, transferOpen, retryList));
  buckets.quarantine.grantReadKeys(role, patterns(...Object.values(QuarantineKeys)), 'keys');
  allow(role, ['s3:ListBucket', 's3:ListBucketVersions'], [buckets.raw.bucketArn]);
}

/** put, compact, and registering what came late: only where the data is public or internal. */
function grantOpenData(role: Role, stack: Stack, context: EstateContext, { buckets }: AccessProps): void {
  const open = openDatasets(context);
  const delivered = open.map((dataset) =>
    RawKeys.object.pattern({ source: context.declared.datasets[dataset]?.source ?? '-', dataset }),
  );
  if (delivered.length) {
    buckets.raw.grantReadKeys(role, delivered);
    buckets.raw.grantWriteKeys(role, delivered);
    allow(
      role,
      ['s3:GetObjectTagging', 's3:PutObjectTagging'],
      delivered.map((p) => buckets.raw.arnForObjects(p)),
      undefined,
      BY_KEY,
    );
  }
  const tables = tableNames(context, open).map((table) => `${table}/*`);
  const parquet = [...tables, TransformedKeys.superseded.pattern()];
  buckets.transformed.grantReadKeys(role, parquet, 'keys');
  buckets.transformed.grantWriteKeys(role, parquet);
  buckets.transformed.grantDeleteKeys(role, parquet);
  const catalog = ['GetTable', 'GetTables', 'CreateTable', 'UpdateTable', 'GetPartition', 'GetPartitions'].concat(
    'BatchCreatePartition',
    'UpdatePartition',
  );
  allow(
    role,
    catalog.map((a) => `glue:${a}`),
    catalogArns(stack, context),
    undefined,
    OWN_NAMES,
  );
}

/** Starts and looks at executions, and sees how many events wait. */
function grantRuns(role: Role, stack: Stack, context: EstateContext, { ingest }: AccessProps): void {
  const machines = ingest.machines.map((m) => m.stateMachineArn);
  allow(role, ['states:StartExecution', 'states:ListExecutions'], machines);
  allow(
    role,
    ['states:DescribeExecution', 'states:StopExecution', 'states:GetExecutionHistory'],
    [arn(stack, 'states', `execution:${prefixOf(context)}-*`)],
    undefined,
    OWN_NAMES,
  );
  allow(
    role,
    ['sqs:GetQueueAttributes'],
    ingest.queues.map((q) => q.queueArn),
  );
}

/** Logs, alarms and figures of this environment. */
function grantWatching(role: Role, stack: Stack, context: EstateContext): void {
  const prefix = prefixOf(context);
  const groups = ['/decant/*', '/aws/vendedlogs/states'].map((area) =>
    arn(stack, 'logs', `log-group:${area}/${prefix}-*`),
  );
  allow(
    role,
    ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:DescribeLogStreams', 'logs:StartQuery'],
    groups,
    undefined,
    OWN_NAMES,
  );
  allow(role, ['cloudwatch:DescribeAlarms'], [arn(stack, 'cloudwatch', `alarm:${prefix}-*`)], undefined, OWN_NAMES);
  allow(
    role,
    ['cloudwatch:GetMetricData', 'logs:GetQueryResults', 'logs:StopQuery'],
    ['*'],
    undefined,
    UNSCOPED('Amazon CloudWatch, Amazon CloudWatch Logs'),
  );
}
