/** Each role of the app, people's included, against its table of what it must and must not be able to do. */
import { describe, expect, it } from '@jest/globals';
import { inBucket, key, ledger, machine, PROD, via } from './access/on.ts';
import { peopleTables } from './access/people.ts';
import type { AccessTable, Row } from './access/table.ts';
import { programTables } from './access/tables.ts';
import { arnOf, roleFacts, type RoleFacts } from './support/access.ts';
import { environments } from './support/assembly.ts';
import { decide, decideService } from './support/decide.ts';

const tables = [...programTables, ...peopleTables];
const prod = roleFacts('prod');
const everyRole = environments.flatMap((e) => [...roleFacts(e).values()].map((r) => [`${e}/${r.id}`, r] as const));

function roleOf({ role }: AccessTable): RoleFacts {
  const hits = [...prod.values()].filter((r) => r.id.startsWith(role));
  const [only] = hits;
  if (!only || hits.length > 1) throw new Error(`${hits.length} roles begin with ${role}`);
  return only;
}

const otherwise = (table: AccessTable, rows: readonly Row[], allowed: boolean): string[] =>
  rows
    .map(([action, resource, context]) => ({ action, resource, ...(context && { context }) }))
    .map((request) => ({ ...request, decision: decide(roleOf(table), request) }))
    .filter(({ decision }) => (decision === 'allowed') !== allowed)
    .map(({ action, resource, decision }) => `${action} ${resource}: ${decision}`);

describe.each(tables.map((t) => [t.role, t] as const))('%s', (_role, table) => {
  it(`can do the ${table.must.length} things that it must`, () => {
    expect(otherwise(table, table.must, true)).toEqual([]);
  });

  it(`cannot do the ${table.mustNot.length} things that it must not`, () => {
    expect(table.mustNot.length).toBeGreaterThan(0);
    expect(otherwise(table, table.mustNot, false)).toEqual([]);
  });
});

describe('the tables', () => {
  const rows = tables.reduce((n, t) => n + t.must.length + t.mustNot.length, 0);

  it(`have ${rows} rows for ${tables.length} roles, and no role of production is without`, () => {
    const without = [...prod.keys()].filter((id) => !tables.some((t) => id.startsWith(t.role)));

    expect(without).toEqual([]);
  });
});

describe('no role of any environment', () => {
  const never: Row[] = [
    ['iam:CreateRole', `arn:aws:iam::${PROD}:role/bpc-prod-new`],
    ['iam:AttachRolePolicy', `arn:aws:iam::${PROD}:role/decant/bpc-prod-operator`],
    ['iam:DeleteRolePermissionsBoundary', `arn:aws:iam::${PROD}:role/decant/bpc-prod-operator`],
    ['cloudtrail:StopLogging', `arn:aws:cloudtrail:eu-central-1:${PROD}:trail/bpc-prod-account`],
    ['kms:ScheduleKeyDeletion', key('data')],
    ['kms:PutKeyPolicy', key('personal')],
    ['s3:BypassGovernanceRetention', inBucket('evidence', 'x')],
    ['s3:DeleteObjectVersion', inBucket('evidence', 'x')],
    ['s3:DeleteObjectVersion', inBucket('raw', 'lab/assays/a.csv')],
    ['s3:PutBucketPolicy', inBucket('transformed')],
    ['s3:PutBucketPublicAccessBlock', inBucket('transformed')],
    ['s3:PutObjectAcl', inBucket('transformed', 'assay_results/s.parquet')],
    ['dynamodb:DeleteTable', ledger()],
    ['logs:DeleteLogGroup', `arn:aws:logs:eu-central-1:${PROD}:log-group:/decant/trail/bpc-prod-trail-log`],
  ];

  it.each(never)('may %s on %s', (action, resource) => {
    expect(everyRole.filter(([, r]) => decide(r, { action, resource }) === 'allowed').map(([id]) => id)).toEqual([]);
  });

  it('is without the boundary', () => {
    expect(everyRole.filter(([, r]) => !r.boundary).map(([id]) => id)).toEqual([]);
  });

  it('of another account reaches data, keys, ledger or workflows of production', () => {
    const strangers = everyRole.filter(([, r]) => r.account !== PROD);
    const things: Row[] = [
      ['s3:GetObject', inBucket('raw', 'lab/assays/a.csv')],
      ['s3:PutObject', inBucket('raw', 'lab/assays/a.csv')],
      ['s3:GetObject', inBucket('transformed', 'assay_results/s.parquet')],
      ['s3:GetObject', inBucket('evidence', 'x')],
      ['s3:ListBucket', inBucket('raw')],
      ['kms:Decrypt', key('data'), via('s3')],
      ['kms:Decrypt', key('personal'), via('s3')],
      ['dynamodb:GetItem', ledger()],
      ['states:StartExecution', machine('ingest')],
    ];
    const reached = strangers.flatMap(([id, r]) =>
      things
        .filter(
          ([action, resource, context]) => decide(r, { action, resource, ...(context && { context }) }) === 'allowed',
        )
        .map(([action]) => `${id} ${action}`),
    );

    expect(strangers.length).toBeGreaterThan(20);
    expect(reached).toEqual([]);
  });

  it('of production reaches data of another account, where nobody granted it', () => {
    const reached = [...prod.values()].filter(
      (r) =>
        decide(r, { action: 's3:GetObject', resource: inBucket('raw', 'lab/assays/a.csv', 'dev') }) === 'allowed' ||
        decide(r, { action: 's3:PutObject', resource: 'arn:aws:s3:::a-strangers-bucket/x' }) === 'allowed',
    );

    expect(reached.map((r) => r.id)).toEqual([]);
  });
});

describe('a role that a mistake gave everything', () => {
  const careless: RoleFacts = {
    ...(prod.get([...prod.keys()].find((id) => id.startsWith('ingest/transformertaskTaskRole')) ?? '') as RoleFacts),
    identity: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };

  it.each([
    ['iam:PutRolePolicy', `arn:aws:iam::${PROD}:role/bpc-prod-ingest-x`],
    ['iam:CreateUser', `arn:aws:iam::${PROD}:user/new`],
    ['iam:CreatePolicyVersion', `arn:aws:iam::${PROD}:policy/decant/bpc-prod-boundary`],
    ['iam:PutRolePermissionsBoundary', `arn:aws:iam::${PROD}:role/bpc-prod-copy-lab`],
    ['iam:PutRolePolicy', `arn:aws:iam::${PROD}:role/bpc-prod-copy-lab`],
    ['cloudtrail:DeleteTrail', `arn:aws:cloudtrail:eu-central-1:${PROD}:trail/bpc-prod-account`],
    ['kms:ScheduleKeyDeletion', key('data')],
    ['kms:DisableKey', key('data')],
    ['s3:BypassGovernanceRetention', inBucket('evidence', 'x')],
    ['s3:PutBucketPolicy', inBucket('raw')],
    ['s3:PutBucketAcl', inBucket('raw')],
    ['s3:PutLifecycleConfiguration', inBucket('evidence')],
    ['dynamodb:DeleteTable', ledger()],
    ['organizations:LeaveOrganization', '*'],
  ])('may not %s on %s', (action, resource) => {
    expect(decide(careless, { action, resource })).toBe('denied');
  });

  it.each([
    ['the policy of the copy', 'policy/bpc-prod-copy-lab', 'allowed'],
    ['an administrator’s', 'policy/AdministratorAccess', 'denied'],
  ])('switches the role of a copy with %s: %s is %s', (_what, policy, decision) => {
    const context = { 'iam:PolicyARN': `arn:aws:iam::${PROD}:${policy}` };

    expect(
      decide(careless, {
        action: 'iam:AttachRolePolicy',
        resource: `arn:aws:iam::${PROD}:role/bpc-prod-copy-lab`,
        context,
      }),
    ).toBe(decision);
  });

  it('uses no key on what it holds itself, and changes none', () => {
    expect(decide(careless, { action: 'kms:Decrypt', resource: key('data') })).toBe('not allowed');
    expect(decide(careless, { action: 'kms:Decrypt', resource: key('data'), context: via('s3') })).toBe('allowed');
    expect(decide(careless, { action: 'kms:UpdateKeyDescription', resource: key('data') })).toBe('denied');
  });
});

describe('an administrator of keys whom a mistake gave everything', () => {
  const careless: RoleFacts = {
    ...roleOf({ role: 'access/platformrole', must: [], mustNot: [] }),
    identity: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };

  it.each(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom'])('still may not %s', (action) => {
    const keys = (['data', 'messages', 'logs', 'personal'] as const).map((name) => key(name));

    expect(keys.map((resource) => decide(careless, { action, resource, context: via('s3') }))).toEqual(
      keys.map(() => 'denied'),
    );
  });
});

describe('services', () => {
  const trail = (name: string, account = PROD) => ({
    'aws:SourceArn': `arn:aws:cloudtrail:eu-central-1:${account}:trail/${name}`,
  });
  const file = `${arnOf('prod', 'AWS::S3::Bucket', 'trailfiles')}/account/AWSLogs/${PROD}/CloudTrail/x.json.gz`;
  const write = (context: Record<string, string>) =>
    decideService('cloudtrail.amazonaws.com', { action: 's3:PutObject', resource: file, context });

  it('write the trail for the trails of this environment alone', () => {
    expect([write(trail('bpc-prod-account')), write(trail('bpc-prod-objects'))]).toEqual(['allowed', 'allowed']);
    expect([write(trail('another')), write(trail('bpc-prod-account', '999999999999')), write({})]).toEqual([
      'not allowed',
      'not allowed',
      'not allowed',
    ]);
  });

  it('use the key of the logs for the trails of this environment alone', () => {
    const use = (context: Record<string, string>) =>
      decideService('cloudtrail.amazonaws.com', { action: 'kms:GenerateDataKey', resource: key('logs'), context });

    expect([use(trail('bpc-prod-account')), use({})]).toEqual(['allowed', 'not allowed']);
  });

  it('publish alarms for this account alone', () => {
    const topic = arnOf('prod', 'AWS::SNS::Topic', 'alarmtopic');
    const publish = (account: string) =>
      decideService('cloudwatch.amazonaws.com', {
        action: 'sns:Publish',
        resource: topic,
        context: { 'aws:SourceAccount': account },
      });

    expect([publish(PROD), publish('999999999999')]).toEqual(['allowed', 'not allowed']);
  });
});
