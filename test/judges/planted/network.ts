/** Mistakes with lines to the sites. */
import { find, type Edited, type Mistake } from './edit.ts';

const network = 'prod/network';
const dx = (t: Edited, kind: string, id: string) => find(t, `AWS::DirectConnect::${kind}`, id);

export const networkMistakes: readonly Mistake[] = [
  {
    title: 'MACsec at a speed that has none',
    stack: network,
    make: (t) => (dx(t, 'Connection', 'sitesdirectconnectconnectionzurich').Properties['Bandwidth'] = '1Gbps'),
    caughtBy: ['own rules'],
  },
  {
    title: 'a private interface with the MTU of transit ones',
    stack: network,
    make: (t) => (dx(t, 'PrivateVirtualInterface', 'sitesdirectconnectinterfacenorth').Properties['Mtu'] = 8500),
    caughtBy: ['own rules'],
  },
  {
    title: 'a BGP key in the template',
    stack: network,
    make: (t) => {
      const { Properties } = dx(t, 'PrivateVirtualInterface', 'sitesdirectconnectinterfacenorth');
      (Properties['BgpPeers'] as Record<string, string>[])[0] = {
        AddressFamily: 'ipv4',
        Asn: '65010',
        AuthKey: 'not-so-secret',
      };
    },
    caughtBy: ['own rules'],
  },
  {
    title: 'the key of a VPN tunnel in the template',
    stack: network,
    make: (t) => {
      const { Properties } = find(t, 'AWS::EC2::VPNConnection', 'sitesvpnconnection');
      (Properties['VpnTunnelOptionsSpecifications'] as Record<string, string>[])[1] = { PreSharedKey: 'not.so.secret' };
    },
    caughtBy: ['own rules'],
  },
  {
    title: 'a resiliency model that does not exist',
    stack: network,
    make: (t) =>
      (dx(t, 'ResiliencyGroup', 'sitesdirectconnectresiliency').Properties['IntendedResiliencyModel'] = 'maximum'),
    caughtBy: ['own rules'],
  },
  {
    title: 'a port that is given back with its stack',
    stack: network,
    make: (t) => {
      const lag = dx(t, 'Lag', 'sitesdirectconnectlag');
      lag.DeletionPolicy = 'Delete';
      lag.UpdateReplacePolicy = 'Delete';
    },
    caughtBy: ['own rules'],
  },
  {
    title: 'a VLAN that is none',
    stack: network,
    make: (t) => (dx(t, 'PrivateVirtualInterface', 'sitesdirectconnectinterfacesouth').Properties['Vlan'] = 5000),
    caughtBy: ['template validator'],
  },
];
