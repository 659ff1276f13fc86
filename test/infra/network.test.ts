import { describe, expect, it } from '@jest/globals';
import { judge, role, type Statement } from './support/access.ts';
import { environments, resourcesOf, type EnvironmentName } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

const own = { 'aws:ResourceAccount': '222222222222', 'aws:PrincipalAccount': '222222222222' };

/** Endpoints of an environment: last part of the service's name → its policy, if it has one. */
const endpoints = (environment: EnvironmentName): Map<string, Statement[] | undefined> =>
  new Map(
    [...resourcesOf(environment, 'AWS::EC2::VPCEndpoint').values()].map(({ Properties = {} }) => {
      const name = String(resolve(`${environment}/network`, Properties['ServiceName']));
      const policy = Properties['PolicyDocument'] as { Statement: unknown[] } | undefined;
      return [
        name.replace(/^.*?\.([\w-]+-\d)\./, ''),
        policy && (resolve(`${environment}/network`, policy.Statement) as Statement[]),
      ];
    }),
  );

/** Zones of the subnets in which tasks run. */
const taskZones = (environment: EnvironmentName): unknown[] =>
  [...resourcesOf(environment, 'AWS::EC2::Subnet')]
    .filter(([id]) => id.includes('tasksSubnet'))
    .map(([, s]) => s.Properties?.['AvailabilityZone']);

describe('the network', () => {
  it.each(environments)('has no way to the internet in %s', (environment) => {
    const ways = ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EgressOnlyInternetGateway'];

    expect(ways.map((type) => resourcesOf(environment, type).size)).toEqual([0, 0, 0]);
  });

  it('lies in the zones that the estate file names', () => {
    expect(taskZones('dev')).toEqual(['eu-central-1b', 'eu-central-1c']);
  });

  it('lies in the first two zones of the Region where none is named', () => {
    expect(taskZones('prod')).toEqual(['eu-central-1a', 'eu-central-1b']);
  });

  it('lets tasks speak HTTPS and nothing speak to them', () => {
    const groups = [...resourcesOf('prod', 'AWS::EC2::SecurityGroup')].filter(([id]) => id.includes('taskgroup'));

    expect(groups[0]?.[1].Properties?.['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }),
    ]);
    expect(groups[0]?.[1].Properties?.['SecurityGroupIngress']).toBeUndefined();
  });

  it('logs what it refuses', () => {
    const [log] = resourcesOf('prod', 'AWS::EC2::FlowLog').values();

    expect(log?.Properties).toMatchObject({ TrafficType: 'REJECT', ResourceType: 'VPC' });
  });

  it('keeps the ids of what a running task stands on', () => {
    const ids = ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::VPCEndpoint']
      .flatMap((type) => [...resourcesOf('local', type).keys()])
      .map((key) => key.split('/')[2]);

    expect(ids).toEqual(
      expect.arrayContaining([
        'networkvpcFB59E56F',
        'networkvpctasksSubnet1Subnet92A7C76C',
        'networkvpctasksSubnet2SubnetFB2306E9',
        'networkvpcs371F77D75',
        'networkvpcdynamodb897ECBFE',
        'networkvpcglue0E33B922',
        'networkvpcecrapi931BB2EC',
        'networkvpcecrdocker02706613',
        'networkvpclogsA23A3398',
      ]),
    );
  });
});

describe('endpoints', () => {
  it('are those of the services that are called from inside, and no others', () => {
    const called = ['dynamodb', 'ecr.api', 'ecr.dkr', 'glue', 'logs', 's3', 'states'];

    expect([...endpoints('local').keys()].sort()).toEqual(called);
  });

  it('serve DataSync only where there are agents, and only to the sites', () => {
    const groups = [...resourcesOf('prod', 'AWS::EC2::SecurityGroup')].filter(([id]) => id.includes('sitesagents'));

    expect([...endpoints('prod').keys()]).toContain('datasync');
    expect(groups[0]?.[1].Properties?.['SecurityGroupIngress']).toEqual(
      ['10.1.0.0/16', '10.2.0.0/16'].flatMap((CidrIp) => [
        expect.objectContaining({ CidrIp, FromPort: 1024, ToPort: 1064 }),
        expect.objectContaining({ CidrIp, FromPort: 443, ToPort: 443 }),
      ]),
    );
  });

  it.each(environments)('serve no other account in %s', (environment) => {
    const open = [...endpoints(environment).values()]
      .flatMap((statements) => statements ?? [])
      .filter((s) => s.Resource === '*' && !s.Condition);

    expect(open).toEqual([]);
  });

  it('have a policy that names actions, but for the one of agents, who do not sign in by IAM', () => {
    const named = [...endpoints('prod')].map(([name, statements]) => [
      name,
      statements?.every((s) => ![s.Action].flat().some((a) => a.includes('*'))),
    ]);

    expect(Object.fromEntries(named)).toMatchObject({ s3: true, dynamodb: true, glue: true, logs: true });
    expect(named.filter(([, fine]) => fine !== true)).toEqual([['datasync', undefined]]);
  });

  it.each(['transformertaskTaskRole', 'reconciletaskTaskRole'])('let through all that %s may do', (task) => {
    // S3 and DynamoDB call KMS themselves; nothing inside does.
    const wanted = role('prod', task)
      .flatMap((s) => [s.Action].flat())
      .filter((action) => !action.startsWith('kms:'));
    const served = endpoints('prod');
    const policy = (action: string): Statement[] => served.get(action.split(':')[0] ?? '') ?? [];
    const stopped = wanted.filter((action) => judge(policy(action), action, 'arn:aws:x:::y', own) !== 'allowed');

    expect(wanted.length).toBeGreaterThan(10);
    expect(stopped).toEqual([]);
  });

  it('let objects be put with tags from inside, and none be deleted for good', () => {
    const s3 = endpoints('prod').get('s3') ?? [];
    const verdict = (action: string) => judge(s3, action, 'arn:aws:s3:::raw/a', own);

    expect(['s3:PutObjectTagging', 's3:GetObjectTagging'].map(verdict)).toEqual(['allowed', 'allowed']);
    expect(['s3:DeleteObjectVersion', 's3:PutBucketPolicy'].map(verdict)).toEqual(['not allowed', 'not allowed']);
  });
});
