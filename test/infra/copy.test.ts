import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge, type Context, type Statement } from './support/access.ts';
import { resourcesOf } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

/** Properties of the one resource of the transfer stack of dev whose logical id begins so. */
function only(type: string, prefix: string): Record<string, unknown> {
  const hits = [...resourcesOf('dev', type)].filter(([id]) => id.startsWith(`dev/transfer/${prefix}`));
  if (hits.length !== 1) throw new Error(`${hits.length} of ${type} begin with ${prefix}`);
  return resolve('dev/transfer', hits[0]?.[1].Properties) as Record<string, unknown>;
}
const statementsOf = (document: unknown): Statement[] => (document as { Statement: Statement[] }).Statement;

const role = only('AWS::IAM::Role', 'copiespartner');
const enabled = statementsOf(only('AWS::IAM::ManagedPolicy', 'copiespartner')['PolicyDocument']);
const raw =
  enabled
    .flatMap((s) => s.Resource ?? [])
    .find((r) => /\/partner\/reads\/\*$/.test(r))
    ?.replace(/\/.*/, '') ?? '';
const work =
  enabled
    .flatMap((s) => s.Resource ?? [])
    .find((r) => r.includes('/copies/'))
    ?.replace(/\/.*/, '') ?? '';

/** A request of the role by TLS, half a year before its leave ends. */
const now: Context = {
  'aws:CurrentTime': '2026-11-21T00:00:00Z',
  'aws:SecureTransport': 'true',
  'aws:ResourceAccount': '555555555555',
};
const key = 'arn:aws:kms:us-east-1:555555555555:key/11111111-2222-3333-4444-555555555555';
const source = 'arn:aws:s3:::partner-delivery';

describe('the role of a copied source', () => {
  it('has no policy at all until a copy attaches one', () => {
    const attached = [...resourcesOf('dev', 'AWS::IAM::Policy'), ...resourcesOf('dev', 'AWS::IAM::ManagedPolicy')]
      .filter(([id]) => id.startsWith('dev/transfer/copies'))
      .filter(([id]) => !id.includes('watch'))
      .flatMap(([, { Properties }]) => (Properties?.['Roles'] as unknown[] | undefined) ?? []);

    expect({ inline: role['Policies'], managed: role['ManagedPolicyArns'], attached }).toEqual({
      inline: undefined,
      managed: undefined,
      attached: [],
    });
  });

  it('has the name that statements of other accounts give', () => {
    expect(role['RoleName']).toBe('bpc-dev-copy-partner');
  });

  it('is taken by batch jobs of this account and by its operators only', () => {
    const trust = statementsOf(role['AssumeRolePolicyDocument']).map(({ Principal, Condition }) => ({
      Principal,
      Condition,
    }));

    expect(trust).toEqual([
      {
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      },
      {
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/decant/bpc-dev-operator' },
          StringEquals: { 'aws:PrincipalAccount': '111111111111' },
        },
      },
    ]);
  });
});

describe('while it is enabled, the role', () => {
  const list = { ...now, 's3:prefix': 'export/run-7/a' };
  const through = { ...now, 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  it.each<[string, string, string, Context]>([
    ['read the dataset', 's3:GetObject', `${source}/export/run-7/a.csv`, now],
    ['read its tags', 's3:GetObjectTagging', `${source}/export/run-7/a.csv`, now],
    ['list its folder', 's3:ListBucket', source, list],
    ['decrypt it through S3 of the source', 'kms:Decrypt', key, through],
    ['write it to raw', 's3:PutObject', `${raw}/partner/reads/a.csv`, now],
    [
      'read the lists of its copies',
      's3:GetObject',
      `${work}/copies/reads/20261121T000000Z/slices/batch-00001.csv`,
      now,
    ],
    ['write their reports', 's3:PutObject', `${work}/copies/reads/20261121T000000Z/reports/job-1/manifest.json`, now],
  ])('may %s', (_what, action, resource, context) => {
    expect(judge(enabled, action, resource, context)).toBe('allowed');
  });

  const late = { 'aws:CurrentTime': '2027-03-30T23:00:00Z' };
  it.each<[string, string, string, Context]>([
    ['read another folder', 's3:GetObject', `${source}/export/run-8/a.csv`, now],
    ['list the whole bucket', 's3:ListBucket', source, { ...now, 's3:prefix': '' }],
    ['read when the leave has ended', 's3:GetObject', `${source}/export/run-7/a.csv`, { ...now, ...late }],
    ['list when the leave has ended', 's3:ListBucket', source, { ...list, ...late }],
    ['decrypt when the leave has ended', 'kms:Decrypt', key, { ...through, ...late }],
    ['decrypt by itself', 'kms:Decrypt', key, now],
    ['change the source', 's3:PutObject', `${source}/export/run-7/a.csv`, now],
    ['delete at the source', 's3:DeleteObject', `${source}/export/run-7/a.csv`, now],
    ['delete in raw', 's3:DeleteObject', `${raw}/partner/reads/a.csv`, now],
    ['write another dataset', 's3:PutObject', `${raw}/lab/assays/a.csv`, now],
    ['change its own lists', 's3:PutObject', `${work}/copies/reads/20261121T000000Z/slices/batch-00001.csv`, now],
  ])('may not %s', (_what, action, resource, context) => {
    expect(judge(enabled, action, resource, context)).toBe('not allowed');
  });
});

const branchRole = { AWS: 'arn:aws:iam::111111111111:role/bpc-dev-copy-branch' };

/** Names of the stacks that are deployed before a stack. */
function dependenciesOf(stack: string): string[] {
  interface Artifact {
    readonly type: string;
    readonly dependencies?: string[];
    readonly properties?: { stackName?: string };
  }
  const file = join(import.meta.dirname, '../../build/cdk.out/manifest.json');
  const { artifacts } = JSON.parse(readFileSync(file, 'utf8')) as { artifacts: Record<string, Artifact> };
  const found = Object.values(artifacts).find((a) => a.properties?.stackName === stack);
  return (found?.dependencies ?? []).flatMap((id) => artifacts[id]?.properties?.stackName ?? []);
}

describe('the statement on the source bucket', () => {
  const leaves = [...resourcesOf('dev', 'AWS::S3::BucketPolicy')].filter(([id]) => /\/(transfer|leave-\w+)\//.test(id));

  it('is deployed where the bucket is ours, in its own account and Region, and nowhere else', () => {
    const found = leaves.map(([id, { Properties }]) => [id.split('/')[1], Properties?.['Bucket']]);

    expect(found.sort()).toEqual([
      ['leave-branch', 'bpc-branch'],
      ['transfer', 'bpc-sister'],
    ]);
  });

  it('in another account names the role of the environment’s own, and waits for it', () => {
    const [, leave] = leaves.find(([id]) => id.startsWith('dev/leave-branch/')) ?? [];
    const statements = statementsOf(resolve('dev/leave-branch', leave?.Properties?.['PolicyDocument']));

    expect(statements.map((s) => s.Principal)).toEqual([branchRole, branchRole]);
    expect(dependenciesOf('bpc-dev-leave-branch')).toContain('bpc-dev-transfer');
  });

  it('carries its end, for reads and lists alike, and names the one role', () => {
    const statements = statementsOf(only('AWS::S3::BucketPolicy', 'copiessister')['PolicyDocument']);

    expect(statements.map((s) => [s.Principal, s.Condition?.['DateLessThan']])).toEqual(
      [1, 2].map(() => [
        { AWS: 'arn:aws:iam::111111111111:role/bpc-dev-copy-sister' },
        { 'aws:CurrentTime': '2027-03-31T00:00:00Z' },
      ]),
    );
  });
});

describe('the watch over leaves', () => {
  it('raises an alarm when a leave ends within a week', () => {
    const alarm = only('AWS::CloudWatch::Alarm', 'copieswatchreadscopygrantends');

    expect(alarm).toMatchObject({
      MetricName: 'GrantDaysLeft',
      Threshold: 7,
      ComparisonOperator: 'LessThanThreshold',
      AlarmName: 'bpc-dev-copy-grant-ends-reads',
    });
  });

  it('raises an alarm when it does not look', () => {
    expect(only('AWS::CloudWatch::Alarm', 'copieswatchcopygrantsunwatched')).toMatchObject({
      TreatMissingData: 'breaching',
      EvaluationPeriods: 2,
    });
  });

  it('knows each source, its datasets and its end', () => {
    const watch = only('AWS::Lambda::Function', 'copieswatchgrants')['Environment'] as {
      Variables: { GRANTS: string };
    };

    expect(JSON.parse(watch.Variables.GRANTS)).toMatchObject([
      { datasets: ['reads'], until: '2027-03-31T00:00:00+01:00' },
      { datasets: ['spectra'], until: '2027-03-31T00:00:00Z' },
      { datasets: ['chromatograms'], until: '2027-03-31T00:00:00Z' },
    ]);
  });
});
