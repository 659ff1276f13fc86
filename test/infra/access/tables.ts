/**
 * What every role of production must and must not be able to do: one row an action, a resource and the values of condition
 * keys. A role without rows fails the test.
 */
import { embeddingTables } from './embedding-tables.ts';
import { arn, execution, inBucket, key, ledger, machine, openIndex, table, via } from './on.ts';
import { predictionTables } from './prediction-tables.ts';
import { deploys, RAW, type AccessTable } from './table.ts';
import { transferTables } from './transfer-tables.ts';

const logs = (area: string, id: string): string => arn('logs', `log-group:/decant/${area}/bpc-prod-${id}:log-stream:x`);
const task = (family: string): string => arn('ecs', `task-definition/${family}:1`);

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
  ...transferTables,
  ...predictionTables,
  ...embeddingTables,
];
