/** What the programs of the embedding stack must and must not be able to do in production. */
import { arn, execution, inBucket, key, machine, table, via } from './on.ts';
import { deploys, type AccessTable, type Row } from './table.ts';
import { shippedBundle } from '../../../bin/assets.ts';

const { hash, name } = shippedBundle('chemberta-mtr-mini', 'decant.yaml').index;
const run = (dataset: string): string => `${dataset}-20261121T000000000Z`;
const logs = (area: string, id: string): string => arn('logs', `log-group:/decant/${area}/bpc-prod-${id}:log-stream:x`);
const embedded = (of: string, sensitivity: string, file = `${run('archive')}.parquet`, bundle = hash): string =>
  inBucket('transformed', `${of}/bundle=${bundle}/sensitivity=${sensitivity}/${file}`);
const work = (path: string): string => inBucket('work', `embeddings/${path}`);
const vectors = (sensitivity: string): string =>
  arn(
    's3vectors',
    `bucket/bpc-prod-vectors-222222222222-eu-central-1/index/${name}-${hash.slice(0, 12)}-${sensitivity}`,
  );

const writesNoData: Row[] = [
  ['s3:PutObject', inBucket('raw', 'lab/archive/a.csv')],
  ['s3:PutObject', inBucket('transformed', 'archive/delivery_date=2026-11-21/s.parquet')],
  ['s3:GetObject', inBucket('raw', 'lab/archive/a.csv')],
  ['kms:Decrypt', key('data')],
  ...deploys,
];

/** A job of one class: its own tables, its own partitions, its own key. */
const job = (
  sensitivity: 'internal' | 'personal',
  dataset: string,
  other: string,
  otherDataset: string,
): AccessTable => ({
  role: `embeddings/embedjobs${sensitivity}role`,
  must: [
    ['s3:GetObject', inBucket('work', `bundles/${hash}/model.onnx`)],
    ['s3:GetObject', inBucket('work', 'jobs/0123456789abcdef/decant.gluewheels.zip')],
    ['s3:GetObject', work(`${dataset}/plans/${run(dataset)}.json`)],
    ['s3:PutObject', work(`${dataset}/summaries/${run(dataset)}.json`)],
    ['s3:GetObject', inBucket('transformed', `${dataset}/snapshot-1/000000.parquet`)],
    ['s3:GetObject', embedded('embeddings', sensitivity)],
    ['s3:PutObject', embedded('molecules', sensitivity)],
    ['s3:PutObject', embedded('embeddings', sensitivity)],
    ['s3:PutObject', embedded('predictions', sensitivity)],
    ['s3:PutObject', inBucket('transformed', `embeddings/_${run(dataset)}/part-0.snappy.parquet`)],
    ['s3:DeleteObject', inBucket('transformed', `embeddings/_${run(dataset)}/part-0.snappy.parquet`)],
    ['s3:PutObject', inBucket('quarantine', `reasons/dataset=${dataset}/embed-${run(dataset)}.parquet`)],
    ['s3:ListBucket', inBucket('transformed')],
    ['kms:GenerateDataKey', key(sensitivity === 'personal' ? 'personal' : 'data'), via('s3')],
    ['logs:PutLogEvents', arn('logs', 'log-group:/aws-glue/jobs/output-x:log-stream:x')],
  ],
  mustNot: [
    ['s3:GetObject', inBucket('transformed', `${otherDataset}/snapshot-1/000000.parquet`)],
    ['s3:GetObject', embedded('embeddings', other)],
    ['s3:PutObject', embedded('embeddings', other)],
    ['s3:PutObject', embedded('embeddings', sensitivity, 'x.parquet', 'a'.repeat(64))],
    ['s3:GetObject', work(`${otherDataset}/plans/${run(otherDataset)}.json`)],
    ['s3:PutObject', work(`${dataset}/plans/${run(dataset)}.json`)],
    ['s3:PutObject', work(`${dataset}/marks/${hash}-fp32.json`)],
    ['s3:PutObject', inBucket('work', `bundles/${hash}/model.onnx`)],
    ['s3:PutObject', inBucket('quarantine', `reasons/dataset=${dataset}/s.parquet`)],
    ['s3:GetObject', inBucket('quarantine', `payloads/${dataset}/s/0.bin`)],
    ...(sensitivity === 'personal' ? [] : ([['kms:Decrypt', key('personal'), via('s3')]] as Row[])),
    ['glue:UpdateTable', table('embeddings')],
    ['s3vectors:PutVectors', vectors(sensitivity)],
    ...writesNoData,
  ],
});

/** Of a task that runs the transformer's image: starts it, and writes its log. */
const taskExecution = (task: string): AccessTable => ({
  role: `embeddings/${task}taskExecutionRole`,
  must: [
    ['ecr:GetAuthorizationToken', '*'],
    ['logs:PutLogEvents', logs('tasks', 'transformer-log')],
  ],
  mustNot: [['kms:Decrypt', key('data'), via('s3')], ...writesNoData],
});

export const embeddingTables: readonly AccessTable[] = [
  {
    role: 'embeddings/embedstartembedstartrole',
    must: [
      ['s3:GetObject', work('archive/run.json')],
      ['s3:PutObject', work('archive/run.json')],
      ['s3:ListBucket', inBucket('work')],
      ['states:StartExecution', machine('embed')],
      ['states:DescribeExecution', execution('embed')],
      ['kms:GenerateDataKey', key('data'), via('s3')],
      ['kms:GenerateDataKey', key('messages'), via('sqs')],
      ['logs:PutLogEvents', logs('functions', 'embed-start-log')],
    ],
    mustNot: [
      ['s3:PutObject', work('archive/plans/x.json')],
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ['states:StartExecution', machine('ingest')],
      ['glue:StartJobRun', '*'],
      ['kms:Decrypt', key('personal'), via('s3')],
      ...writesNoData,
    ],
  },
  {
    role: 'embeddings/embedplanembedplanrole',
    must: [
      ['s3:PutObject', work('archive/plans/x.json')],
      ['s3:PutObject', work('archive/next/x.json')],
      ['s3:GetObject', work(`archive/marks/${hash}-fp32.json`)],
      ['s3:PutObject', inBucket('work', `bundles/${hash}/model.onnx`)],
      ['s3:PutObject', inBucket('work', 'jobs/0123456789abcdef/decant_embed.zip')],
      ['s3:ListBucket', inBucket('transformed')],
      ['glue:GetTable', table('archive')],
      ['glue:GetPartitions', table('archive')],
      ['logs:PutLogEvents', logs('functions', 'embed-plan-log')],
    ],
    mustNot: [
      ['s3:GetObject', inBucket('transformed', 'archive/delivery_date=2026-11-21/s.parquet')],
      ['s3:PutObject', work(`archive/marks/${hash}-fp32.json`)],
      ['s3:PutObject', inBucket('work', `bundles/${'a'.repeat(64)}/model.onnx`)],
      ['glue:UpdateTable', table('archive')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ...writesNoData,
    ],
  },
  {
    role: 'embeddings/embedrecordembedrecordrole',
    must: [
      ['s3:GetObject', work('archive/summaries/x.json')],
      ['s3:GetObject', work('archive/next/x.json')],
      ['s3:PutObject', work(`archive/marks/${hash}-fp32.json`)],
      ['s3:PutObject', inBucket('quarantine', 'reasons/dataset=patients/embed-x.parquet')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ['glue:CreateTable', table('embeddings')],
      ['glue:BatchCreatePartition', table('embeddings')],
      ['logs:PutLogEvents', logs('functions', 'embed-record-log')],
    ],
    mustNot: [
      ['s3:PutObject', work('archive/summaries/x.json')],
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ['s3:PutObject', inBucket('quarantine', 'reasons/dataset=patients/s.parquet')],
      ['s3:GetObject', inBucket('quarantine', 'payloads/patients/s/0.bin')],
      ['kms:GenerateDataKey', key('personal'), via('s3')],
      ...writesNoData,
    ],
  },
  job('internal', 'archive', 'personal', 'patients'),
  job('personal', 'patients', 'internal', 'archive'),
  {
    role: 'embeddings/indextaskTaskRole',
    must: [
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ['s3:GetObject', embedded('embeddings', 'personal')],
      ['s3:PutObject', inBucket('work', `vectors/${name}-${hash.slice(0, 12)}-personal/checkpoint.json`)],
      ['s3vectors:PutVectors', vectors('internal')],
      ['s3vectors:PutVectors', vectors('personal')],
      ['kms:GenerateDataKey', key('personal'), via('s3vectors')],
      ['kms:Decrypt', key('personal'), via('s3')],
    ],
    mustNot: [
      ['s3:GetObject', embedded('molecules', 'internal')],
      ['s3:PutObject', embedded('embeddings', 'internal')],
      ['s3vectors:QueryVectors', vectors('internal')],
      ['s3vectors:DeleteVectors', vectors('internal')],
      ['s3vectors:PutVectors', arn('s3vectors', 'bucket/other/index/x')],
      ...writesNoData,
    ],
  },
  taskExecution('index'),
  {
    role: 'embeddings/embedmachineRole',
    must: [
      ['glue:StartJobRun', arn('glue', 'job/bpc-prod-embed-internal')],
      ['glue:BatchStopJobRun', arn('glue', 'job/bpc-prod-embed-personal')],
      ['events:PutEvents', arn('events', 'event-bus/default')],
    ],
    mustNot: [
      ['glue:StartJobRun', arn('glue', 'job/other')],
      ['glue:UpdateJob', arn('glue', 'job/bpc-prod-embed-internal')],
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ...writesNoData,
    ],
  },
  {
    role: 'embeddings/publishtaskTaskRole',
    must: [
      ['s3:GetObject', work(`archive/summaries/${run('archive')}.json`)],
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ['s3:GetObject', embedded('predictions', 'internal')],
      ['s3:GetObject', inBucket('transformed', 'exports/predictions/index.json')],
      ['s3:PutObject', inBucket('transformed', 'exports/predictions/index.json')],
      [
        's3:PutObject',
        inBucket('transformed', `exports/predictions/csv/bundle=${hash}/sensitivity=internal/${run('archive')}.csv.gz`),
      ],
      ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:research/decant-writer-a1B2c3')],
    ],
    mustNot: [
      ['s3:GetObject', embedded('embeddings', 'personal')],
      ['s3:GetObject', embedded('molecules', 'internal')],
      ['s3:PutObject', embedded('predictions', 'internal')],
      ['s3:GetObject', work(`patients/summaries/${run('patients')}.json`)],
      ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:research/other-a1B2c3')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ...writesNoData,
    ],
  },
  taskExecution('publish'),
  {
    role: 'embeddings/drifttaskTaskRole',
    must: [
      ['s3:ListBucket', inBucket('work')],
      ['s3:GetObject', work(`patients/summaries/${run('patients')}.json`)],
      ['s3:GetObject', embedded('embeddings', 'personal')],
      ['s3:GetObject', embedded('predictions', 'internal')],
      ['kms:Decrypt', key('personal'), via('s3')],
    ],
    mustNot: [
      ['s3:GetObject', embedded('molecules', 'internal')],
      ['s3:PutObject', embedded('predictions', 'internal')],
      ['s3:PutObject', work(`patients/summaries/${run('patients')}.json`)],
      ['kms:GenerateDataKey', key('personal'), via('s3')],
      ...writesNoData,
    ],
  },
  taskExecution('drift'),
  {
    role: 'embeddings/driftmachineRole',
    must: [],
    mustNot: [
      ['ecs:RunTask', arn('ecs', 'task-definition/another:1')],
      ['iam:PassRole', 'arn:aws:iam::222222222222:role/Administrator'],
      ['s3:GetObject', embedded('embeddings', 'internal')],
      ...writesNoData,
    ],
  },
  {
    role: 'embeddings/driftmachineEventsRole',
    must: [['states:StartExecution', machine('drift')]],
    mustNot: [['states:StartExecution', machine('embed')], ...writesNoData],
  },
];
