import { describe, expect, it } from '@jest/globals';
import { arnOf, judge, role, type Context } from './support/access.ts';
import { resourcesOf, template, templates } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

const bucket = (name: string): string => arnOf('prod', 'AWS::S3::Bucket', name);
const dataKey = arnOf('prod', 'AWS::KMS::Key', 'datakey');
const importer = role('prod', 'snowballimportarchive');
const program = role('prod', 'snowballsnowballrole');
const machine = role('prod', 'snowballworkflowmachineRole');
const here: Context = { 'aws:RequestedRegion': 'eu-central-1' };
const via = (service: string): Context => ({ 'kms:ViaService': `${service}.eu-central-1.amazonaws.com` });

const one = (type: string, prefix: string): [string, Record<string, unknown>] => {
  const hits = [...resourcesOf('prod', type)].filter(([id]) => id.split('/')[2]?.startsWith(prefix));
  const [hit] = hits;
  if (!hit || hits.length > 1) throw new Error(`${hits.length} of ${type} begin with ${prefix}`);
  const path = hit[0].split('/').slice(0, 2).join('/');
  return [hit[0], resolve(path, hit[1].Properties ?? {}) as Record<string, unknown>];
};

describe('the role that imports a dataset', () => {
  it.each([
    ['s3:PutObject', `${bucket('raw')}/lab/archive/2019/a.csv`, {}],
    ['s3:AbortMultipartUpload', `${bucket('raw')}/lab/archive/2019/a.csv`, {}],
    ['s3:GetBucketLocation', bucket('raw'), {}],
    ['kms:GenerateDataKey', dataKey, via('s3')],
  ])('may %s on %s', (action, resource, context) => {
    expect(judge(importer, action, resource, context)).toBe('allowed');
  });

  it.each([
    ['s3:PutObject', `${bucket('raw')}/lab/assays/a.csv`, {}],
    ['s3:PutObject', `${bucket('raw')}/other/archive/a.csv`, {}],
    ['s3:DeleteObject', `${bucket('raw')}/lab/archive/a.csv`, {}],
    ['s3:PutObject', `${bucket('transformed')}/lab/archive/a.csv`, {}],
    ['kms:GenerateDataKey', dataKey, via('dynamodb')],
    ['snowball:CreateJob', '*', here],
  ])('may not %s on %s', (action, resource, context) => {
    expect(judge(importer, action, resource, context)).not.toBe('allowed');
  });

  it('is assumed by Snowball for this account alone', () => {
    const [, { AssumeRolePolicyDocument }] = one('AWS::IAM::Role', 'snowballimportarchive');
    const { Statement } = AssumeRolePolicyDocument as { Statement: unknown[] };

    expect(Statement).toEqual([
      expect.objectContaining({
        Principal: { Service: 'importexport.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } },
      }),
    ]);
  });
});

describe('the function of the orders', () => {
  const importRole = arnOf('prod', 'AWS::IAM::Role', 'snowballimportarchive');
  const secret = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:bpc/snowball-address-AbCdEf';

  it.each([
    ['snowball:CreateJob', '*', here],
    ['snowball:ListJobs', '*', here],
    ['iam:PassRole', importRole, { 'iam:PassedToService': 'importexport.amazonaws.com' }],
    ['kms:CreateGrant', dataKey, { ...via('importexport'), 'kms:GrantIsForAWSResource': 'true' }],
    ['secretsmanager:GetSecretValue', secret, {}],
    ['s3:PutObject', `${bucket('evidence')}/snowball/archive/2026-11-21/JID/archive.json`, {}],
    ['s3:PutObject', `${bucket('work')}/snowball/archive/archive-1-1.json`, {}],
  ])('may %s on %s', (action, resource, context) => {
    expect(judge(program, action, resource, context)).toBe('allowed');
  });

  it.each([
    ['snowball:CreateJob', '*', { 'aws:RequestedRegion': 'us-east-1' }],
    ['snowball:CancelJob', '*', here],
    ['snowball:GetJobUnlockCode', '*', here],
    ['iam:PassRole', importRole, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    [
      'iam:PassRole',
      arnOf('prod', 'AWS::IAM::Role', 'snowballsnowballrole'),
      { 'iam:PassedToService': 'importexport.amazonaws.com' },
    ],
    ['kms:CreateGrant', dataKey, via('importexport')],
    ['secretsmanager:GetSecretValue', secret.replace('snowball-address', 'other'), {}],
    ['s3:PutObject', `${bucket('raw')}/lab/archive/a.csv`, {}],
    ['s3:PutObject', `${bucket('evidence')}/transfer/archive/2026-11-21/x/archive.json`, {}],
    ['s3:DeleteObject', `${bucket('evidence')}/snowball/archive/2026-11-21/JID/archive.json`, {}],
  ])('may not %s on %s under %j', (action, resource, context) => {
    expect(judge(program, action, resource, context)).not.toBe('allowed');
  });

  it('is told that the account was a customer, and of no dataset but those that travel so', () => {
    const [, { Environment }] = one('AWS::Lambda::Function', 'snowball');
    const { Variables } = Environment as { Variables: Record<string, string> };

    expect(Variables['EXISTING_SNOWBALL_CUSTOMER']).toBe('true');
    expect(Object.keys(JSON.parse(Variables['IMPORT_ROLES'] ?? '{}') as object)).toEqual(['archive']);
  });
});

describe('the workflow of the orders', () => {
  const [, { DefinitionString }] = one('AWS::StepFunctions::StateMachine', 'snowballworkflowmachine');
  const { States } = JSON.parse(DefinitionString as string) as { States: Record<string, Record<string, unknown>> };

  it('may call its function and mail the approvers, and nothing of Snowball', () => {
    const topic = arnOf('prod', 'AWS::SNS::Topic', 'snowballtopic');

    expect(judge(machine, 'sns:Publish', topic)).toBe('allowed');
    expect(judge(machine, 'kms:GenerateDataKey', arnOf('prod', 'AWS::KMS::Key', 'messageskey'), via('sns'))).toBe(
      'allowed',
    );
    expect(judge(machine, 'snowball:CreateJob', '*', here)).toBe('not allowed');
  });

  it('mails before it waits, and waits for a token before any job', () => {
    expect(States['Mail the approvers']?.['Next']).toBe('Wait for approval');
    expect(States['Wait for approval']?.['Resource']).toMatch(/lambda:invoke\.waitForTaskToken$/);
    expect(States['Wait for approval']?.['Next']).toBe('Is it approved?');
  });

  it('has as many devices under way as the quota lets it', () => {
    expect(States['Every device']?.['MaxConcurrency']).toBe(2);
  });
});

describe('the topic of the approvers', () => {
  it('mails the approvers of the estate', () => {
    template('prod', 'transfer').hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'logistics@example.com',
    });
  });

  it('takes messages of Snowball for this account, which may use its key', () => {
    const [, policy] = one('AWS::SNS::TopicPolicy', 'snowballtopic');
    const [, key] = one('AWS::KMS::Key', 'messageskey');
    const grants = (document: unknown): { Action: unknown; Condition: unknown }[] =>
      (document as { Statement: { Action: unknown; Condition: unknown; Principal: unknown }[] }).Statement.filter((g) =>
        JSON.stringify(g.Principal).includes('importexport.amazonaws.com'),
      );
    const Condition = { StringEquals: { 'aws:SourceAccount': '222222222222' } };

    expect(grants(policy['PolicyDocument'])).toEqual([expect.objectContaining({ Action: 'sns:Publish', Condition })]);
    expect(grants(key['KeyPolicy'])).toEqual([
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition }),
    ]);
  });
});

it('an environment without the section orders nothing', () => {
  const types = [...templates.entries()]
    .filter(([path]) => path.startsWith('dev/'))
    .flatMap(([, t]) => Object.keys(t.Resources));

  expect(types.filter((id) => id.startsWith('snowball'))).toEqual([]);
});
