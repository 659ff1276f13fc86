/**
 * What every role of production must and must not be able to do: one row an action, a resource and the values of condition
 * keys. A role without rows fails the test.
 */
import type { Context } from '../support/policy.ts';
import { arn, execution, inBucket, key, ledger, machine, openIndex, table, via } from './on.ts';

export type Row = readonly [action: string, resource: string, context?: Context];

export interface AccessTable {
  /** Begins `stack/logicalId` of the role. */
  readonly role: string;
  readonly must: readonly Row[];
  readonly mustNot: readonly Row[];
}

const RAW = 'lab/assays/2026/a b+c%.csv';
/** A task of this environment, by its tags. */
export const ownTask = { 'aws:ResourceTag/decant:estate': 'bpc', 'aws:ResourceTag/decant:environment': 'prod' };
const logs = (area: string, id: string): string => arn('logs', `log-group:/decant/${area}/bpc-prod-${id}:log-stream:x`);
const task = (family: string): string => arn('ecs', `task-definition/${family}:1`);

/** What only people who deploy may do, and no program. */
const deploys: Row[] = [
  ['ecs:RegisterTaskDefinition', '*'],
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:x')],
  ['states:UpdateStateMachine', machine('ingest')],
];

const packer = (role: string): AccessTable => ({
  role,
  must: [
    ['dynamodb:PartiQLInsert', ledger()],
    ['dynamodb:PartiQLUpdate', ledger()],
    ['dynamodb:BatchGetItem', ledger()],
    ['dynamodb:Query', openIndex()],
    ['kms:GenerateDataKey', key('data'), via('dynamodb')],
    ['s3:PutObject', inBucket('work', 'shards/assays/s.jsonl')],
    ['s3:PutObject', inBucket('work', 'contracts/ab.json')],
    ['s3:ListBucket', inBucket('work')],
    ['kms:GenerateDataKey', key('data'), via('s3')],
    ['states:StartExecution', machine('ingest')],
    ['states:DescribeExecution', execution('ingest')],
    ['logs:PutLogEvents', logs('functions', role.includes('sweeper') ? 'sweeper-log' : 'arrivals-log')],
  ],
  mustNot: [
    ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
    ['s3:GetObject', inBucket('quarantine', 'payloads/assays/s/0.bin')],
    ['s3:PutObject', inBucket('work', 'results/assays/s.json')],
    ['s3:PutObject', inBucket('raw', RAW)],
    ['states:StartExecution', machine('backfill')],
    ['kms:Decrypt', key('data')],
    ['kms:Decrypt', key('personal'), via('s3')],
    ['ecs:RunTask', '*'],
    ...deploys,
  ],
});

const executionRole = (role: string, family: string, log: string): AccessTable => ({
  role,
  must: [
    ['ecr:GetAuthorizationToken', '*'],
    ['logs:PutLogEvents', logs('tasks', log)],
  ],
  mustNot: [
    ['s3:GetObject', inBucket('raw', RAW)],
    ['ecr:PutImage', arn('ecr', `repository/${family}`)],
    ['kms:Decrypt', key('data'), via('s3')],
    ...deploys,
  ],
});

export const programTables: readonly AccessTable[] = [
  packer('ingest/arrivalsarrivalsrole'),
  packer('ingest/sweepersweeperrole'),
  {
    role: 'ingest/transformertaskTaskRole',
    must: [
      ['s3:GetObjectVersion', inBucket('raw', RAW)],
      ['s3:ListBucketVersions', inBucket('raw')],
      ['s3:GetObject', inBucket('work', 'contracts/ab.json')],
      ['s3:GetObject', inBucket('work', 'shards/assays/s.jsonl')],
      ['s3:GetObject', inBucket('work', 'lists/assays/l/0.jsonl')],
      ['s3:PutObject', inBucket('work', 'results/assays/s.json')],
      ['s3:PutObject', inBucket('work', 'deltas/assay_results/s.parquet')],
      ['s3:PutObject', inBucket('transformed', 'assay_results/delivery_date=2026-11-20/s.parquet')],
      ['s3:PutObject', inBucket('transformed', 'assay_results/snapshot-1/_snapshot.json')],
      ['s3:PutObject', inBucket('transformed', 'superseded_objects/s.parquet')],
      ['s3:AbortMultipartUpload', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:PutObject', inBucket('quarantine', 'payloads/assays/s/0.bin')],
      ['s3:PutObject', inBucket('quarantine', 'reasons/dataset=assays/s.parquet')],
      ['kms:Decrypt', key('data'), via('s3')],
      ['kms:GenerateDataKey', key('personal'), via('s3')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ['dynamodb:UpdateItem', ledger()],
      ['dynamodb:BatchGetItem', ledger()],
      ['glue:UpdateTable', table('assay_results')],
      ['glue:GetPartition', table('assay_results')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('raw', RAW)],
      ['s3:DeleteObject', inBucket('raw', RAW)],
      ['s3:DeleteObjectVersion', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:PutObject', inBucket('work', 'lists/assays/l.jsonl')],
      ['s3:PutObject', inBucket('work', 'contracts/ab.json')],
      ['s3:PutObject', inBucket('evidence', 'manifest/assays/x')],
      ['s3:GetObject', inBucket('evidence', 'manifest/assays/x')],
      ['s3:DeleteObject', inBucket('quarantine', 'payloads/assays/s/0.bin')],
      ['dynamodb:DeleteItem', ledger()],
      ['dynamodb:Scan', ledger()],
      ['glue:DeleteTable', table('assay_results')],
      ['glue:UpdateTable', 'arn:aws:glue:eu-central-1:222222222222:table/another/assay_results'],
      ['kms:Decrypt', key('personal')],
      ['kms:Decrypt', key('logs'), via('s3')],
      ['states:StartExecution', machine('ingest')],
      ...deploys,
    ],
  },
  executionRole('ingest/transformertaskExecutionRole', 'transformer', 'transformer-log'),
  {
    role: 'ingest/registerregisterrole',
    must: [
      ['s3:PutObject', inBucket('transformed', 'assay_results/compacted-1/delivery_date=2026-11-20/s.parquet')],
      ['kms:GenerateDataKey', key('data'), via('s3')],
      ['kms:GenerateDataKey', key('personal'), via('s3')],
      ['s3:GetObject', inBucket('work', 'results/assays/s.json')],
      ['glue:CreateTable', table('assay_results')],
      ['glue:BatchCreatePartition', table('assay_results')],
      ['glue:GetPartition', table('assay_results')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['s3:GetObject', inBucket('quarantine', 'payloads/assays/s/0.bin')],
      ['dynamodb:UpdateItem', ledger()],
      ['glue:DeleteTable', table('assay_results')],
      ...deploys,
    ],
  },
  {
    role: 'ingest/ingestmachineRole',
    must: [
      ['ecs:RunTask', task('bpc-prod-transformer')],
      ['events:PutEvents', arn('events', 'event-bus/default')],
    ],
    mustNot: [
      ['ecs:RunTask', task('another')],
      ['iam:PassRole', 'arn:aws:iam::222222222222:role/Administrator'],
      ['s3:GetObject', inBucket('work', 'results/assays/s.json')],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['dynamodb:UpdateItem', ledger()],
    ],
  },
  {
    role: 'ingest/backfillmachineRole',
    must: [
      ['s3:GetObject', inBucket('work', 'lists/assays/l.jsonl')],
      ['s3:PutObject', inBucket('work', 'map-runs/x/manifest.json')],
      ['kms:Decrypt', key('data'), via('s3')],
      ['states:StartExecution', machine('ingest')],
      ['states:StartExecution', machine('backfill')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('work', 'results/assays/s.json')],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['ecs:RunTask', task('bpc-prod-transformer')],
      ['kms:Decrypt', key('personal'), via('s3')],
    ],
  },
  {
    role: 'ingest/reconciletaskTaskRole',
    must: [
      ['s3:ListBucketVersions', inBucket('raw')],
      ['s3:GetObject', inBucket('work', 'results/assays/s.json')],
      ['dynamodb:UpdateItem', ledger()],
      ['states:StartExecution', machine('ingest')],
      ['glue:CreateTable', table('assay_results')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('raw', RAW)],
      ['s3:DeleteObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:GetObject', inBucket('quarantine', 'payloads/assays/s/0.bin')],
      ['dynamodb:DeleteItem', ledger()],
      ...deploys,
    ],
  },
  executionRole('ingest/reconciletaskExecutionRole', 'transformer', 'transformer-log'),
  {
    role: 'ingest/reconcilemachineRole',
    must: [],
    mustNot: [
      ['ecs:RunTask', task('another')],
      ['iam:PassRole', 'arn:aws:iam::222222222222:role/Administrator'],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['dynamodb:UpdateItem', ledger()],
    ],
  },
  {
    role: 'ingest/reconcilemachineEventsRole',
    must: [['states:StartExecution', machine('reconcile')]],
    mustNot: [
      ['states:StartExecution', machine('ingest')],
      ['states:StartExecution', machine('backfill')],
    ],
  },
  {
    role: 'network/networkvpcallIAMRole',
    must: [['logs:PutLogEvents', logs('network', 'flow')]],
    mustNot: [
      ['logs:PutLogEvents', logs('functions', 'arrivals-log')],
      ['s3:GetObject', inBucket('raw', RAW)],
    ],
  },
  {
    role: 'security/trailrole',
    must: [['logs:PutLogEvents', logs('trail', 'trail-log')]],
    mustNot: [
      ['logs:PutLogEvents', logs('functions', 'arrivals-log')],
      ['logs:DeleteLogStream', logs('trail', 'trail-log')],
      ['s3:PutObject', inBucket('trailfiles', 'account/AWSLogs/222222222222/x')],
    ],
  },
  {
    role: 'catalog/crawlerrole',
    must: [
      ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ['glue:CreateTable', 'arn:aws:glue:eu-central-1:222222222222:table/bpc_prod_seen/x'],
    ],
    mustNot: [
      ['glue:UpdateTable', table('assay_results')],
      ['glue:DeleteTable', table('assay_results')],
      ['s3:PutObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:GetObject', inBucket('raw', RAW)],
    ],
  },
  {
    role: 'catalog/crawlercrawledrole',
    must: [['glue:GetTables', table('assay_results')]],
    mustNot: [
      ['glue:DeleteTable', table('assay_results')],
      ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:GetObject', inBucket('raw', RAW)],
    ],
  },
  ...(['assays', 'patients'] as const).map((dataset): AccessTable => ({
    role: `transfer/datasync${dataset}role`,
    must: [
      ['s3:PutObject', inBucket('raw', `lab/${dataset}/x.csv`)],
      ['s3:PutObjectTagging', inBucket('raw', `lab/${dataset}/x.csv`)],
      ['kms:GenerateDataKey', key('data'), via('s3')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('raw', 'lab/another/x.csv')],
      ['s3:PutObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:DeleteObjectVersion', inBucket('raw', `lab/${dataset}/x.csv`)],
      ['kms:Decrypt', key('personal'), via('s3')],
    ],
  })),
  {
    role: 'transfer/datasyncwatchtransferwatchrole',
    must: [
      ['datasync:DescribeTask', arn('datasync', 'task/task-0123456789abcdef0'), ownTask],
      ['datasync:UpdateTaskExecution', arn('datasync', 'task/task-0123456789abcdef0/execution/exec-0123456789abcdef0')],
    ],
    mustNot: [
      ['datasync:DescribeTask', arn('datasync', 'task/task-0123456789abcdef0')],
      ['datasync:DeleteTask', arn('datasync', 'task/task-0123456789abcdef0'), ownTask],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['s3:PutObject', inBucket('work', 'shards/assays/s.jsonl')],
    ],
  },
  {
    role: 'transfer/datasyncarchivetransferarchiverole',
    must: [
      ['datasync:DescribeTask', arn('datasync', 'task/task-0123456789abcdef0'), ownTask],
      [
        'datasync:DescribeTaskExecution',
        arn('datasync', 'task/task-0123456789abcdef0/execution/exec-0123456789abcdef0'),
      ],
      ['datasync:ListTaskExecutions', '*'],
      ['s3:GetObject', inBucket('work', 'task-reports/assays/Detailed-Reports/task-0/exec-0/exec-0.json')],
      ['s3:GetObject', inBucket('work', 'retry-lists/assays/ab.csv')],
      ['s3:PutObject', inBucket('work', 'transfers/assays/exec-0.json')],
      ['s3:PutObject', inBucket('work', 'transfers/assays/exec-0.open.jsonl')],
      ['s3:ListBucket', inBucket('work')],
      ['s3:GetObject', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:PutObject', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:ListBucket', inBucket('evidence')],
      ['kms:GenerateDataKey', key('data'), via('s3')],
    ],
    mustNot: [
      ['datasync:DescribeTask', arn('datasync', 'task/task-0123456789abcdef0')],
      ['datasync:StartTaskExecution', arn('datasync', 'task/task-0123456789abcdef0'), ownTask],
      ['datasync:CancelTaskExecution', arn('datasync', 'task/task-0123456789abcdef0/execution/exec-0123456789abcdef0')],
      ['datasync:UpdateTaskExecution', arn('datasync', 'task/task-0123456789abcdef0/execution/exec-0123456789abcdef0')],
      ['s3:PutObject', inBucket('evidence', 'snowball/assays/2026-11-20/JID0/summary.json')],
      ['s3:DeleteObject', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:DeleteObjectVersion', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:PutObjectRetention', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:BypassGovernanceRetention', inBucket('evidence', 'transfer/assays/2026-11-20/exec-0/summary.json')],
      ['s3:PutObject', inBucket('work', 'task-reports/assays/Detailed-Reports/task-0/exec-0/exec-0.json')],
      ['s3:PutObject', inBucket('work', 'shards/assays/s.jsonl')],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['s3:PutObject', inBucket('raw', RAW)],
      ['kms:Decrypt', key('personal'), via('s3')],
    ],
  },
  {
    role: 'transfer/snowballimport',
    must: [
      ['s3:PutObject', inBucket('raw', 'lab/archive/x')],
      ['kms:GenerateDataKey', key('data'), via('s3')],
    ],
    mustNot: [
      ['s3:PutObject', inBucket('raw', RAW)],
      ['s3:DeleteObject', inBucket('raw', 'lab/archive/x')],
      ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
    ],
  },
  {
    role: 'transfer/snowballsnowballrole',
    must: [],
    mustNot: [
      ['s3:GetObject', inBucket('raw', RAW)],
      ['s3:PutObject', inBucket('raw', RAW)],
      ['iam:PassRole', 'arn:aws:iam::222222222222:role/Administrator'],
      ...deploys,
    ],
  },
  {
    role: 'transfer/snowballworkflowmachineRole',
    must: [],
    mustNot: [
      ['s3:GetObject', inBucket('raw', RAW)],
      ['dynamodb:UpdateItem', ledger()],
      ['snowball:CreateJob', '*'],
    ],
  },
];
