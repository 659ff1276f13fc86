import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { hiddenColumns } from '../../lib/security/lake-formation.ts';
import { Contract } from '../../protocol/contract.ts';
import { type EnvironmentName, environments, resourcesOf, template } from './support/assembly.ts';
import { judge, resourcePolicies, roleFacts, type RoleFacts } from './support/access.ts';
import { mayTake } from './support/decide.ts';

describe('keys', () => {
  it.each(environments)('rotate in %s', (environment) => {
    const rotation = [...resourcesOf(environment, 'AWS::KMS::Key').values()].map(
      (k) => k.Properties?.['EnableKeyRotation'],
    );

    expect(rotation).toEqual([true, true, true, true]);
  });

  it('let services act for this account only', () => {
    const statements = [...resourcePolicies('prod', 'AWS::KMS::Key').values()].flat();
    const services = statements.filter((s) => JSON.stringify(s.Principal).includes('"Service"'));

    expect(services.length).toBeGreaterThan(2);
    expect(services.filter((s) => !s.Condition)).toEqual([]);
  });
});

describe('the alarm topic', () => {
  it('is encrypted and mails everyone whom the estate file names', () => {
    const topics = template('prod', 'security');

    topics.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'quality@example.com' });
    topics.resourceCountIs('AWS::SNS::Subscription', 2);
    expect([...resourcesOf('prod', 'AWS::SNS::Topic').values()][0]?.Properties?.['KmsMasterKeyId']).toBeDefined();
  });

  it('refuses plain HTTP', () => {
    const [statements = []] = resourcePolicies('prod', 'AWS::SNS::TopicPolicy').values();
    const resource = statements.flatMap((s) => s.Resource ?? [])[0] ?? '';

    expect(judge(statements, 'sns:Publish', resource, { 'aws:SecureTransport': 'false' })).toBe('denied');
  });
});

describe('the trail', () => {
  it.each(environments)(
    'records management events of all Regions in validated, encrypted files in %s',
    (environment) => {
      template(environment, 'security').hasResourceProperties('AWS::CloudTrail::Trail', {
        IsLogging: true,
        IsMultiRegionTrail: true,
        EnableLogFileValidation: true,
        KMSKeyId: Match.anyValue(),
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      });
    },
  );

  it('records objects of raw, transformed and evidence only where the estate asks for it', () => {
    const watched = [...resourcesOf('prod', 'AWS::CloudTrail::Trail')].filter(([id]) => id.includes('/storage/'));
    const text = JSON.stringify(watched.map(([, t]) => t.Properties?.['AdvancedEventSelectors']));

    expect(watched).toHaveLength(1);
    expect(
      [...text.matchAll(/"(raw|work|transformed|quarantine|evidence)[0-9A-F]{8}","Arn"/g)].map((m) => m[1]),
    ).toEqual(['raw', 'transformed', 'evidence']);
    expect([...resourcesOf('dev', 'AWS::CloudTrail::Trail').keys()].filter((id) => id.includes('/storage/'))).toEqual(
      [],
    );
  });

  it('cannot be taken back in prod', () => {
    template('prod', 'security').hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3650 } } },
    });
  });
});

describe('roles of people', () => {
  it('exist for the groups that have members, and for no others', () => {
    const groupsOf = (environment: EnvironmentName): string[] =>
      [...resourcesOf(environment, 'AWS::IAM::Role').values()]
        .map((r) => r.Properties?.['RoleName'])
        .filter(
          (name): name is string =>
            typeof name === 'string' && /-(platform|operator|scientist|auditor|application)$/.test(name),
        );

    expect(environments.map((e) => groupsOf(e).sort())).toEqual([
      [],
      ['bpc-dev-operator', 'bpc-dev-scientist'],
      ['bpc-prod-application', 'bpc-prod-auditor', 'bpc-prod-operator', 'bpc-prod-platform', 'bpc-prod-scientist'],
    ]);
  });

  const taker = (group: string): RoleFacts => {
    const found = [...roleFacts('prod').values()].find((r) => r.id.startsWith(`access/${group}role`));
    if (!found) throw new Error(`no ${group}`);
    return found;
  };

  it('are taken by a user with a recent MFA only', () => {
    const anna = { AWS: 'arn:aws:iam::222222222222:user/anna' };
    const mfa = (age: string) => ({ 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': age });
    const may = (context: Record<string, string>) => mayTake(taker('platform'), anna, 'sts:AssumeRole', context);

    expect([may(mfa('60')), may(mfa('999999')), may({})]).toEqual([true, false, false]);
  });

  it('are taken by a role in a session that names a person', () => {
    const from = { AWS: 'arn:aws:iam::333333333333:role/operators' };
    const may = (name: string) => mayTake(taker('operator'), from, 'sts:AssumeRole', { 'sts:RoleSessionName': name });

    expect([may('anna@example.com'), may('session')]).toEqual([true, false]);
  });

  it('are taken by nobody else', () => {
    const stranger = { AWS: 'arn:aws:iam::999999999999:role/operators' };

    expect(mayTake(taker('operator'), stranger, 'sts:AssumeRole', { 'sts:RoleSessionName': 'a@b' })).toBe(false);
  });
});

describe('Lake Formation', () => {
  const grants = [...resourcesOf('prod', 'AWS::LakeFormation::PrincipalPermissions').values()].map(
    (g) => g.Properties?.['Resource'] as { TableWithColumns?: { Name: string; ColumnWildcard: object } },
  );

  it('lets scientists select the tables that they may read', () => {
    expect(grants.flatMap((g) => g.TableWithColumns?.Name ?? [])).toEqual(
      expect.arrayContaining(['assay_results', 'patients']),
    );
  });

  it('hides columns of a class that they may not read', () => {
    const hidden = hiddenColumns(
      Contract.parse({
        format: 'csv',
        sensitivity: 'personal',
        columns: [{ name: 'a' }, { name: 'b', sensitivity: 'confidential' }, { name: 'c', sensitivity: 'public' }],
      }),
      ['personal'],
    );

    expect(hidden).toEqual(['b']);
  });

  it('is not there where the estate does not ask for it', () => {
    expect(resourcesOf('dev', 'AWS::LakeFormation::Resource').size).toBe(0);
  });
});
