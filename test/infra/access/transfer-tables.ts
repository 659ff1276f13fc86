/** What the roles of transfers must and must not be able to do. */
import { arn, inBucket, key, ledger, via } from './on.ts';
import { deploys, ownTask, RAW, type AccessTable } from './table.ts';

const TASK = arn('datasync', 'task/task-0123456789abcdef0');
const EXECUTION = arn('datasync', 'task/task-0123456789abcdef0/execution/exec-0123456789abcdef0');

export const transferTables: readonly AccessTable[] = [
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
      ['datasync:DescribeTask', TASK, ownTask],
      ['datasync:UpdateTaskExecution', EXECUTION],
    ],
    mustNot: [
      ['datasync:DescribeTask', TASK],
      ['datasync:DeleteTask', TASK, ownTask],
      ['s3:GetObject', inBucket('raw', RAW)],
      ['s3:PutObject', inBucket('work', 'shards/assays/s.jsonl')],
    ],
  },
  {
    role: 'transfer/datasyncarchivetransferarchiverole',
    must: [
      ['datasync:DescribeTask', TASK, ownTask],
      ['datasync:DescribeTaskExecution', EXECUTION],
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
      ['datasync:DescribeTask', TASK],
      ['datasync:StartTaskExecution', TASK, ownTask],
      ['datasync:CancelTaskExecution', EXECUTION],
      ['datasync:UpdateTaskExecution', EXECUTION],
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
