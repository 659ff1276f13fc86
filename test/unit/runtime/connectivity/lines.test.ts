import { describe, expect, it } from '@jest/globals';
import { connections, dx, interfaces, lag, other, port, problems, repeated, transit, vif } from './estate.ts';

describe('connectivity that AWS takes', () => {
  it.each([
    ['two ports in two locations', dx()],
    [
      'a MACsec port of each speed',
      dx({ connections: { a: { ...port, macsec: true }, b: { ...other, bandwidth: '400Gbps', macsec: true } } }),
    ],
    ['four links of 10 Gbps', lag(4)],
    ['two links of 100 Gbps', lag(2, { bandwidth: '100Gbps' })],
    [
      'a hosted connection for a while',
      dx({
        resiliency: 'none',
        connections: { a: { ...port, bandwidth: '500Mbps', hosted: 'dxcon-fg1234ab', until: '2027-06-30' } },
        interfaces: { north: vif },
      }),
    ],
    ['transit interfaces', dx({ interfaces: { north: { ...vif, kind: 'transit', mtu: 8500 } } }, transit)],
    ['one VLAN on two ports', interfaces({}, {})],
    ['maximum resiliency', dx({ resiliency: 'maximum', connections: { a: port, a2: port, b: other, b2: other } })],
    ['ports without interfaces yet', dx({ interfaces: {} })],
    [
      'VPN alone',
      { kind: 'vpn', cidr: '10.64.16.0/26', vpn: { basel: { customerAddress: '203.0.113.10', asn: 65010 } } },
    ],
  ])('%s', (_what, connectivity) => {
    expect(problems(connectivity)).toEqual([]);
  });
});

describe('lines that AWS refuses', () => {
  it.each([
    [
      'MACsec on a hosted connection',
      dx({
        resiliency: 'none',
        connections: { a: { ...port, hosted: 'dxcon-fg1234ab', macsec: true } },
        interfaces: { north: vif },
      }),
      '.dx.connections.a.macsec MACsec encrypts dedicated ports only',
    ],
    [
      'MACsec at 1 Gbps',
      connections({ ...port, bandwidth: '1Gbps', macsec: true }),
      '.dx.connections.a.macsec MACsec is not offered at 1Gbps; 10Gbps, 100Gbps, 400Gbps',
    ],
    [
      '400 Gbps hosted',
      dx({
        resiliency: 'none',
        connections: { a: { ...port, bandwidth: '400Gbps', hosted: 'dxcon-fg1234ab' } },
        interfaces: { north: vif },
      }),
      '.dx.connections.a.bandwidth "400Gbps" is not sold as a hosted connection',
    ],
    [
      'a port of 5 Gbps',
      connections({ ...port, bandwidth: '5Gbps' }),
      '.dx.connections.a.bandwidth "5Gbps" is no port that AWS sells; 1Gbps, 10Gbps, 100Gbps, 400Gbps',
    ],
    [
      'a hosted connection in a lag',
      dx({
        resiliency: 'none',
        lags: { pair: port },
        connections: { a: { ...port, lag: 'pair', hosted: 'dxcon-fg1234ab' } },
        interfaces: {},
      }),
      '.dx.connections.a.lag a hosted connection cannot be a link of a lag',
    ],
    [
      'a resiliency group with a partner’s connection',
      dx({ connections: { a: port, b: { ...other, hosted: 'dxcon-fg1234ab' } } }),
      '.dx.resiliency a resiliency group holds connections of this account; b are a partner’s',
    ],
    [
      'a transit interface at a virtual private gateway',
      interfaces({ kind: 'transit' }),
      '.dx.interfaces.north.kind transit interfaces end at a transit gateway',
    ],
    [
      'a private interface at a transit gateway',
      interfaces({}, transit),
      '.dx.interfaces.north.kind private interfaces end at a virtual private gateway',
    ],
    [
      'an MTU of the other kind',
      interfaces({ mtu: 8500 }),
      '.dx.interfaces.north.mtu 8500 is for transit interfaces; private ones take 1500 or 9001',
    ],
    [
      'a VLAN twice on one port',
      dx({ interfaces: { north: vif, south: vif } }),
      '.dx.interfaces.south.vlan 101 is the VLAN of north on a already',
    ],
    [
      '5 transit interfaces on a port',
      dx({ interfaces: repeated(5, { kind: 'transit' }) }, transit),
      'a carries 5 transit interfaces; AWS allows 4',
    ],
    [
      '2 interfaces on a hosted connection',
      dx({
        resiliency: 'none',
        connections: { a: { ...port, hosted: 'dxcon-fg1234ab' } },
        interfaces: repeated(2, {}),
      }),
      'a is a hosted connection, which carries one interface; it has 2',
    ],
    [
      '31 interfaces on the gateway',
      dx({ interfaces: repeated(31, {}) }),
      '.dx.interfaces are 31 with the hosted ones; a Direct Connect gateway takes 30',
    ],
    [
      'an interface on a link',
      dx({
        resiliency: 'none',
        lags: { pair: port },
        connections: { a: { ...port, lag: 'pair' } },
        interfaces: { north: vif },
      }),
      '.dx.interfaces.north.on "a" is a link of lag pair, which carries the interfaces; write on: pair',
    ],
    [
      'an interface on nothing',
      interfaces({ on: 'aa' }),
      '.dx.interfaces.north.on "aa" is neither a connection nor a lag; a, b. Did you mean a?',
    ],
    ['five links of 10 Gbps', lag(5), '.dx.lags.pair has 5 links; at "10Gbps" a lag takes 4'],
    [
      'three links of 100 Gbps',
      lag(3, { bandwidth: '100Gbps' }),
      '.dx.lags.pair has 3 links; at "100Gbps" a lag takes 2',
    ],
    ['a lag without links', lag(0), '.dx.lags.pair has no link'],
    [
      'more minimum links than links',
      lag(2, { minimumLinks: 3 }),
      '.dx.lags.pair.minimumLinks 3 is more than its 2 links',
    ],
    [
      'a link elsewhere',
      lag(1, {}, { location: 'EqZH4' }),
      '.dx.connections.l-0.location "EqZH4" differs from "EqFR5" of lag pair',
    ],
    [
      'a link without the lag’s MACsec',
      lag(1, { macsec: true }),
      '.dx.connections.l-0.macsec must be true as in lag pair',
    ],
    [
      'maximum with one location',
      dx({ resiliency: 'maximum', connections: { a: port, b: port } }),
      'maximum needs two connections that are no links of one lag in each of two locations; devices by location: EqZH4 2',
    ],
    [
      'maximum with one device in the second',
      dx({ resiliency: 'maximum', connections: { a: port, a2: port, b: other } }),
      'devices by location: EqZH4 2, EqFR5 1',
    ],
    [
      'high in one location',
      dx({ connections: { a: port, b: port } }),
      '.dx.resiliency high needs a connection in each of two locations; devices by location: EqZH4 2',
    ],
    [
      'basic with one lag',
      { ...lag(2), dx: { ...(lag(2) as { dx: object }).dx, resiliency: 'basic' } },
      '.dx.resiliency basic needs two connections that are no links of one lag in one location',
    ],
    [
      'one end of a session',
      interfaces({ amazonAddress: '169.254.1.1/30' }),
      '.dx.interfaces.north.customerAddress is missing',
    ],
    [
      'ends of two networks',
      interfaces({ amazonAddress: '169.254.1.1/30', customerAddress: '169.254.1.6/30' }),
      '.dx.interfaces.north.customerAddress "169.254.1.6/30" is not the other end of 169.254.1.1/30',
    ],
    [
      'sessions that share addresses',
      dx({
        interfaces: {
          north: { ...vif, amazonAddress: '169.254.1.1/30', customerAddress: '169.254.1.2/30' },
          south: { ...vif, on: 'b', amazonAddress: '169.254.1.2/30', customerAddress: '169.254.1.1/30' },
        },
      }),
      '.dx.interfaces.south.amazonAddress 169.254.1.0/30 overlaps 169.254.1.0/30 of interface north',
    ],
  ])('%s', (_what, connectivity, message) => {
    const found = problems(connectivity);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('51 private interfaces on a port, and more than the gateway takes', () => {
    expect(problems(dx({ interfaces: repeated(51, {}) })).sort()).toEqual([
      '.dx.interfaces are 51 with the hosted ones; a Direct Connect gateway takes 30',
      '.dx.interfaces.i-50.on a carries 51 private interfaces; AWS allows 50',
    ]);
  });
});
