import { describe, expect, it } from '@jest/globals';
import type { Connection, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import { Connectivity, type DirectConnect } from '../../../../protocol/connectivity.ts';
import type { Lines } from '../../../../runtime/dx/lines.ts';
import { dxReady, whatLacks } from '../../../../runtime/dx/ready.ts';

const declared = (dx: object): DirectConnect => {
  const { dx: found } = Connectivity.parse({ kind: 'dx', dx: { resiliency: 'none', ...dx } });
  if (!found) throw new Error('no dx');
  return found;
};
const port = { location: 'EqZH4', bandwidth: '10Gbps' };
const dx = declared({
  connections: {
    zurich: { ...port, macsec: true },
    rented: { ...port, hosted: 'dxcon-fg1234ab', until: '2026-12-31' },
  },
  interfaces: { north: { kind: 'private', on: 'zurich', vlan: 101, asn: 65010 } },
  hostedInterfaces: { guest: { kind: 'private', id: 'dxvif-fg1234ab', connection: 'dxcon-fg1234ab' } },
});

const up: VirtualInterface = { virtualInterfaceState: 'available', bgpPeers: [{ bgpStatus: 'up' }] };
const secured: Connection = {
  connectionState: 'available',
  encryptionMode: 'must_encrypt',
  portEncryptionStatus: 'Encryption Up',
};
const lines = (change: {
  connections?: Record<string, Connection>;
  interfaces?: Record<string, VirtualInterface>;
  lags?: Record<string, Lag>;
  associations?: Lines['associations'];
}): Lines => ({
  connections: new Map(
    Object.entries({ zurich: secured, rented: { connectionState: 'available' as const }, ...change.connections }),
  ),
  interfaces: new Map(Object.entries({ north: up, guest: up, ...change.interfaces })),
  lags: new Map(Object.entries(change.lags ?? {})),
  gatewayId: 'g',
  associations: change.associations ?? [{ gateway: 'vgw-1', state: 'associated' }],
});

describe('the gate before a transfer', () => {
  it('is open when every line is up and encrypts', () => {
    expect(whatLacks(dx, lines({}), '2026-11-20')).toEqual([]);
  });

  it.each([
    [
      'a port without light',
      { connections: { zurich: { ...secured, connectionState: 'down' as const } } },
      'connection zurich is down',
    ],
    [
      'an offer that nobody took',
      { connections: { rented: { connectionState: 'ordering' as const } } },
      'connection rented is ordering: decant dx accept',
    ],
    [
      'clear text',
      { connections: { zurich: { ...secured, encryptionMode: 'should_encrypt' } } },
      'connection zurich may pass clear text (should_encrypt): decant dx macsec',
    ],
    [
      'a device that does not encrypt',
      { connections: { zurich: { ...secured, portEncryptionStatus: 'Encryption Down' } } },
      'connection zurich does not encrypt now',
    ],
    [
      'an interface that nobody took',
      { interfaces: { guest: { virtualInterfaceState: 'confirming' as const } } },
      'interface guest is confirming: decant dx accept',
    ],
    [
      'a session that is down',
      { interfaces: { north: { ...up, bgpPeers: [{ bgpStatus: 'up' as const }, { bgpStatus: 'down' as const }] } } },
      'interface north has a BGP session that is down',
    ],
    [
      'an interface without a session',
      { interfaces: { north: { ...up, bgpPeers: [] } } },
      'interface north has a BGP session that is down',
    ],
    [
      'a test',
      { interfaces: { north: { ...up, virtualInterfaceState: 'testing' as const } } },
      'interface north is testing',
    ],
    [
      'a gateway that leads nowhere',
      { associations: [{ gateway: 'vgw-1', state: 'associating' }] },
      'the Direct Connect gateway is associated with no gateway of the network: deploy the network stack',
    ],
  ])('is shut by %s', (_what, change, lack) => {
    expect(whatLacks(dx, lines(change), '2026-11-20')).toEqual([lack]);
  });

  it('is shut once the partner’s contract is over', () => {
    expect(whatLacks(dx, lines({}), '2027-01-01')).toEqual([
      'connection rented was contracted until 2026-12-31: renew it with the partner',
    ]);
  });

  it('is shut while nothing is deployed', () => {
    const none: Lines = {
      connections: new Map(),
      lags: new Map(),
      interfaces: new Map(),
      gatewayId: undefined,
      associations: [],
    };

    expect(whatLacks(dx, none, '2026-11-20')).toHaveLength(5);
  });

  it('asks each port of a lag whether it encrypts', () => {
    const pair = declared({
      lags: { pair: { ...port, macsec: true } },
      connections: { a: { ...port, lag: 'pair', macsec: true }, b: { ...port, lag: 'pair', macsec: true } },
      interfaces: { north: { kind: 'private', on: 'pair', vlan: 101, asn: 65010 } },
    });
    const links = [secured, { ...secured, portEncryptionStatus: 'Encryption Down' }];
    const found: Lines = {
      ...lines({ lags: { pair: { lagState: 'available', encryptionMode: 'must_encrypt', connections: links } } }),
      connections: new Map([['a', secured] as const, ['b', secured] as const]),
    };

    expect(whatLacks(pair, found, '2026-11-20')).toEqual(['lag pair does not encrypt now']);
  });

  it('is open, without asking AWS, where no data travels over Direct Connect', async () => {
    const connectivity = Connectivity.parse({});

    expect(await dxReady({ estate: 'bpc', environmentName: 'dev', environment: { connectivity } })).toEqual({
      ready: true,
      lacks: [],
    });
  });
});
