/** What the programs of the prediction stack must and must not be able to do in production. */
import { predictionTables as tables } from '../../../protocol/prediction-store.ts';
import { arnOf } from '../support/access.ts';
import { arn, inBucket, key, ledger, machine, via } from './on.ts';
import { deploys, RAW, type AccessTable, type Row } from './table.ts';

const stored = (name: keyof typeof tables): string => arnOf('prod', 'AWS::DynamoDB::Table', name);
const byInchikey = (): string => `${stored('molecules')}/index/${tables.molecules.index}`;
const jobsMachine = arn('states', 'stateMachine:bpc-prod-predict-jobs');
const job = arn('states', 'execution:bpc-prod-predict-jobs:20261121T080000Z-ab');
const secret = (prefix: string): string => arnOf('prod', 'AWS::SecretsManager::Secret', prefix);
const logs = (area: string, id: string): string => arn('logs', `log-group:/decant/${area}/bpc-prod-${id}:log-stream:x`);
const viaLambda = { 'kms:ViaService': 'lambda.eu-central-1.amazonaws.com' };
const viaSecrets = { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' };
const RESULT = inBucket('work', 'predictions/jobs/lims/20261121T080000Z-ab/results.jsonl');

const touchesNoData: Row[] = [
  ['s3:GetObject', inBucket('raw', RAW)],
  ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
  ['s3:PutObject', inBucket('transformed', 'assay_results/s.parquet')],
  ['s3:GetObject', inBucket('evidence', 'manifest/assays/x')],
  ['s3:PutObject', inBucket('work', 'contracts/ab.json')],
  ['dynamodb:GetItem', ledger()],
  ['dynamodb:Scan', stored('molecules')],
  ['kms:Decrypt', key('data')],
  ['states:StartExecution', machine('ingest')],
  ...deploys,
];

export const predictionTables: readonly AccessTable[] = [
  {
    role: 'prediction/predictpredictrole',
    must: [
      ['dynamodb:PutItem', stored('idempotency')],
      ['dynamodb:GetItem', stored('idempotency')],
      ['dynamodb:BatchGetItem', stored('molecules')],
      ['dynamodb:Query', byInchikey()],
      ['dynamodb:Query', stored('jobs')],
      ['kms:GenerateDataKey', key('data'), via('dynamodb')],
      ['secretsmanager:GetSecretValue', secret('cursorsecret')],
      ['kms:Decrypt', key('data'), viaSecrets],
      ['kms:Decrypt', key('data'), viaLambda],
      ['states:StartExecution', jobsMachine],
      ['states:StopExecution', job],
      ['s3:GetObject', RESULT],
      ['logs:PutLogEvents', logs('functions', 'predict-log')],
    ],
    mustNot: [
      // Applications' secrets are for who operates them.
      ['secretsmanager:GetSecretValue', secret('secretlims')],
      ['dynamodb:DeleteItem', stored('jobs')],
      ['s3:PutObject', RESULT],
      ['cognito-idp:DescribeUserPoolClient', '*'],
      ...touchesNoData,
    ],
  },
  {
    role: 'prediction/jobsprogrampredictjobsrole',
    must: [
      ['s3:GetObject', inBucket('work', 'predictions/uploads/batch.csv')],
      ['s3:PutObject', RESULT],
      ['kms:GenerateDataKey', key('data'), via('s3')],
      ['dynamodb:UpdateItem', stored('jobs')],
      ['dynamodb:BatchWriteItem', stored('molecules')],
      ['kms:Decrypt', key('data'), viaLambda],
    ],
    mustNot: [
      ['dynamodb:GetItem', stored('idempotency')],
      ['secretsmanager:GetSecretValue', secret('cursorsecret')],
      ['states:StartExecution', jobsMachine],
      ['s3:GetObject', 'arn:aws:s3:::a-strangers-bucket/batch.csv'],
      ...touchesNoData,
    ],
  },
  {
    role: 'prediction/jobsworkflowmachineRole',
    must: [],
    mustNot: [
      ['lambda:InvokeFunction', arn('lambda', 'function:bpc-prod-predict')],
      ['dynamodb:UpdateItem', stored('jobs')],
      ['s3:GetObject', RESULT],
      ['states:StartExecution', machine('ingest')],
    ],
  },
  {
    role: 'prediction/gatewaylogsrole',
    must: [
      ['logs:PutLogEvents', logs('apis', 'access')],
      ['logs:CreateLogStream', logs('apis', 'access')],
      ['logs:DescribeLogGroups', '*'],
    ],
    mustNot: [
      ['logs:PutLogEvents', logs('functions', 'predict-log')],
      ['logs:GetLogEvents', logs('functions', 'predict-log')],
      ['logs:DeleteLogStream', logs('apis', 'access')],
      ['s3:GetObject', inBucket('raw', RAW)],
    ],
  },
];
