import { describe, expect, it } from '@jest/globals';
import { environments, resourcesOf, type EnvironmentName, type Resource } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

/** Properties of the one resource of a type whose logical id holds the text, with its references resolved. */
function one(environment: EnvironmentName, type: string, id = ''): Resource {
  const hits = [...resourcesOf(environment, type)].filter(([key]) => key.includes(id));
  if (hits.length !== 1) throw new Error(`${hits.length} of ${type} with ${id} in ${environment}`);
  return hits[0]?.[1] as Resource;
}
const properties = (environment: EnvironmentName, type: string, id = ''): Record<string, unknown> =>
  resolve(`${environment}/network`, one(environment, type, id).Properties) as Record<string, unknown>;

const alarmed = (environment: EnvironmentName, id: string): Record<string, unknown>[] =>
  [...resourcesOf(environment, 'AWS::CloudWatch::Alarm').values()]
    .map((a) => a.Properties ?? {})
    .filter((a) => String(a['AlarmDescription']).endsWith(`#${id}`));

describe('Direct Connect', () => {
  it('orders the ports of the estate, with MACsec where it asks for it', () => {
    expect(properties('prod', 'AWS::DirectConnect::Connection', 'zurich')).toMatchObject({
      ConnectionName: 'bpc-prod-zurich',
      Location: 'EqZH4',
      Bandwidth: '10Gbps',
      ProviderName: 'Example Carrier',
      RequestMACSec: true,
    });
    expect(properties('prod', 'AWS::DirectConnect::Connection', 'frankfurt1')).not.toHaveProperty('RequestMACSec');
  });

  it('puts links into their lag, and the interface onto the lag', () => {
    const link = one('prod', 'AWS::DirectConnect::Connection', 'frankfurt1').Properties?.['LagId'];
    const south = one('prod', 'AWS::DirectConnect::PrivateVirtualInterface', 'south').Properties?.['ConnectionId'];

    expect(link).toEqual({ 'Fn::GetAtt': [expect.stringContaining('lagfrankfurt'), 'LagId'] });
    expect(south).toEqual(link);
  });

  it.each(['AWS::DirectConnect::Connection', 'AWS::DirectConnect::Lag'])(
    'never gives back a port by itself: %s',
    (type) => {
      const policies = [...resourcesOf('prod', type).values()].map((r) => [r.DeletionPolicy, r.UpdateReplacePolicy]);

      expect(policies.length).toBeGreaterThan(0);
      expect(new Set(policies.flat())).toEqual(new Set(['Retain']));
    },
  );

  it('is a resiliency group of the model that the estate states, with all its connections', () => {
    const group = one('prod', 'AWS::DirectConnect::ResiliencyGroup').Properties;

    expect(group).toMatchObject({ IntendedResiliencyModel: 'high-resiliency' });
    expect(group?.['ConnectionArns']).toHaveLength(3);
  });

  it('holds no BGP key, only where it is', () => {
    const [peer] = properties('prod', 'AWS::DirectConnect::PrivateVirtualInterface', 'north')['BgpPeers'] as object[];

    expect(peer).toEqual({
      AddressFamily: 'ipv4',
      Asn: '65010',
      AmazonAddress: '169.254.100.1/30',
      CustomerAddress: '169.254.100.2/30',
      AuthKey: '{{resolve:secretsmanager:bpc/bgp-north:SecretString:::}}',
    });
  });

  it('leaves an interface that somebody else makes to decant dx accept', () => {
    expect(resourcesOf('prod', 'AWS::DirectConnect::PrivateVirtualInterface').size).toBe(2);
  });

  it('announces to the sites what they may reach, once the gateway is attached', () => {
    const association = one('prod', 'AWS::DirectConnect::DirectConnectGatewayAssociation');

    expect(association.Properties?.['AllowedPrefixesToDirectConnectGateway']).toEqual(['10.64.16.0/26']);
    expect((association as { DependsOn?: string[] }).DependsOn).toEqual([expect.stringContaining('gatewayattachment')]);
  });

  it('is there only where the estate asks for it', () => {
    const counts = environments.map((e) => resourcesOf(e, 'AWS::DirectConnect::DirectConnectGateway').size);

    expect(Object.fromEntries(environments.map((e, i) => [e, counts[i]]))).toEqual({ local: 0, dev: 0, prod: 1 });
  });
});

describe('VPN', () => {
  it('ends at the transit gateway where the estate wants one, with two tunnels and routes by BGP', () => {
    const vpn = one('dev', 'AWS::EC2::VPNConnection').Properties ?? {};

    expect(vpn).toMatchObject({ StaticRoutesOnly: false, PreSharedKeyStorage: 'SecretsManager' });
    expect(vpn['TransitGatewayId']).toEqual({ Ref: expect.stringContaining('transitgateway') as unknown });
    expect(vpn['VpnTunnelOptionsSpecifications']).toHaveLength(2);
  });

  it('takes no proposal but AES-256 with SHA-384 and group 20 by IKEv2, and logs each tunnel', () => {
    const tunnels = properties('prod', 'AWS::EC2::VPNConnection')['VpnTunnelOptionsSpecifications'] as object[];

    for (const tunnel of tunnels) {
      expect(tunnel).toMatchObject({
        IKEVersions: [{ Value: 'ikev2' }],
        Phase1EncryptionAlgorithms: [{ Value: 'AES256-GCM-16' }],
        Phase2EncryptionAlgorithms: [{ Value: 'AES256-GCM-16' }],
        Phase1DHGroupNumbers: [{ Value: 20 }],
        Phase2DHGroupNumbers: [{ Value: 20 }],
        LogOptions: { CloudwatchLogOptions: { LogEnabled: true, BgpLogEnabled: true } },
      });
    }
  });

  it('holds no pre-shared key', () => {
    const text = JSON.stringify([...resourcesOf('prod', 'AWS::EC2::VPNConnection').values()]);

    expect(text).not.toContain('"PreSharedKey"');
  });
});

describe('the sites', () => {
  const tables = (environment: EnvironmentName, ids: unknown): string[] =>
    (ids as { Ref: string }[]).map((t) => `${environment} ${t.Ref}`);

  it('reach a range of their own, never the tasks: routes by BGP go into its tables only', () => {
    const ids = one('prod', 'AWS::EC2::VPNGatewayRoutePropagation').Properties?.['RouteTableIds'];

    expect(tables('prod', ids)).toEqual([1, 2].map((i) => expect.stringContaining(`sitessubnetszone${i}RouteTable`)));
  });

  it('reach a range of their own, never the tasks: routes to a transit gateway lie in its tables only', () => {
    const routes = [...resourcesOf('dev', 'AWS::EC2::Route').values()].map((r) => r.Properties ?? {});

    expect(routes.map((r) => r['DestinationCidrBlock'])).toEqual(['10.1.0.0/16', '10.1.0.0/16']);
    expect(routes.filter((r) => !JSON.stringify(r['RouteTableId']).includes('sitessubnets'))).toEqual([]);
  });

  it('have a subnet in each zone, which waits for the range to be added', () => {
    const subnets = [...resourcesOf('prod', 'AWS::EC2::Subnet')].filter(([id]) => id.includes('sitessubnets'));

    expect(subnets.map(([, s]) => s.Properties?.['CidrBlock'])).toEqual(['10.64.16.0/27', '10.64.16.32/27']);
    expect(JSON.stringify(subnets[0]?.[1])).toContain('sitessubnetsrange');
  });

  it('tell agents what to be activated with', () => {
    const names = [...resourcesOf('prod', 'AWS::SSM::Parameter').values()].map((p) => p.Properties?.['Name']);

    expect(names).toEqual(
      expect.arrayContaining(
        ['endpointId', 'subnetArns', 'securityGroupArns'].map((n) => `/decant/bpc/prod/agents/${n}`),
      ),
    );
  });
});

describe('alarms on lines', () => {
  it.each([
    ['dx-connection-down', 3, 'ConnectionState'],
    ['dx-bgp-down', 3, 'VirtualInterfaceBgpStatus'],
    ['dx-encryption-down', 1, 'ConnectionEncryptionState'],
    ['dx-light-low', 9, 'ConnectionLightLevelRx'],
    ['vpn-tunnel-down', 1, 'TunnelState'],
    ['vpn-down', 1, 'TunnelState'],
  ])('%s watches %i of %s', (id, count, metric) => {
    const found = alarmed('prod', id);

    expect(found.map((a) => a['MetricName'])).toEqual(Array<string>(count).fill(metric));
    expect(found.filter((a) => a['ComparisonOperator'] !== 'LessThanThreshold')).toEqual([]);
  });

  it('measure light lane by lane, against what the optic of the port needs', () => {
    const found = alarmed('prod', 'dx-light-low').map((a) => [a['AlarmName'], a['Threshold']]);

    expect(Object.fromEntries(found)).toMatchObject({
      'bpc-prod-dx-light-low-zurich-lane-0': -13.4,
      'bpc-prod-dx-light-low-frankfurt-2-lane-3': -9.6,
    });
  });

  it('watch the interface that somebody else made, under the connection that it lies on', () => {
    const [guest] = alarmed('prod', 'dx-bgp-down').filter((a) => String(a['AlarmName']).endsWith('-partner'));

    expect(guest?.['Dimensions']).toEqual(
      expect.arrayContaining([
        { Name: 'ConnectionId', Value: 'dxcon-fh1234ab' },
        { Name: 'VirtualInterfaceId', Value: 'dxvif-fh1234ab' },
      ]),
    );
  });

  it('tell one tunnel from both', () => {
    const statistics = ['vpn-tunnel-down', 'vpn-down'].map((id) => alarmed('prod', id)[0]?.['Statistic']);

    expect(statistics).toEqual(['Minimum', 'Maximum']);
  });
});
