import { describe, expect, it } from '@jest/globals';
import { environments, resourcesOf, template } from './support/assembly.ts';

describe('the network', () => {
  it.each(environments)('has no way out in %s', (environment) => {
    const ways = [
      'AWS::EC2::InternetGateway',
      'AWS::EC2::NatGateway',
      'AWS::EC2::Route',
      'AWS::EC2::EgressOnlyInternetGateway',
    ];

    expect(ways.map((type) => resourcesOf(environment, type).size)).toEqual([0, 0, 0, 0]);
  });

  it('lies in the zones that the estate file names', () => {
    const zones = [...resourcesOf('dev', 'AWS::EC2::Subnet').values()].map((s) => s.Properties?.['AvailabilityZone']);

    expect(zones).toEqual(['eu-central-1b', 'eu-central-1c']);
  });

  it('lies in the first two zones of the Region where none is named', () => {
    const zones = [...resourcesOf('prod', 'AWS::EC2::Subnet').values()].map((s) => s.Properties?.['AvailabilityZone']);

    expect(zones).toEqual(['eu-central-1a', 'eu-central-1b']);
  });

  it('has just the endpoints that tasks use', () => {
    const services = [...resourcesOf('prod', 'AWS::EC2::VPCEndpoint').values()].map(
      (e) => /(s3|dynamodb|ecr\.api|ecr\.dkr|logs|glue)\W*$/.exec(JSON.stringify(e.Properties?.['ServiceName']))?.[1],
    );

    expect(services.sort()).toEqual(['dynamodb', 'ecr.api', 'ecr.dkr', 'glue', 'logs', 's3']);
  });

  it('lets no endpoint serve another account', () => {
    const policies = [...resourcesOf('prod', 'AWS::EC2::VPCEndpoint').values()].map(
      (e) => e.Properties?.['PolicyDocument'],
    );
    const open = (policies as { Statement: { Resource: unknown; Condition?: unknown }[] }[])
      .flatMap((p) => p.Statement)
      .filter((s) => s.Resource === '*' && !s.Condition);

    expect(policies).toHaveLength(6);
    expect(open).toEqual([]);
  });

  it('lets tasks speak HTTPS and nothing speak to them', () => {
    const groups = [...resourcesOf('prod', 'AWS::EC2::SecurityGroup')].filter(([id]) => id.includes('taskgroup'));

    expect(groups[0]?.[1].Properties?.['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }),
    ]);
    expect(groups[0]?.[1].Properties?.['SecurityGroupIngress']).toBeUndefined();
  });

  it('logs what it refuses', () => {
    template('prod', 'network').hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'REJECT',
      ResourceType: 'VPC',
    });
  });
});
