import { describe, expect, it } from '@jest/globals';
import { checkEstate } from '../../../../runtime/estate-check.ts';
import { dx, interfaces, problems, transit } from './estate.ts';

describe('ways to the sites that AWS refuses', () => {
  it.each([
    [
      'a public ASN on AWS’s side',
      dx({ amazonAsn: 3320 }),
      '.dx.amazonAsn 3320 is not a private ASN; 64512 to 65534, or 4200000000 to 4294967294',
    ],
    ['one ASN at both ends', interfaces({ asn: 64512 }), '.dx.interfaces.north.asn 64512 is amazonAsn, AWS’s side'],
    [
      'one ASN for both gateways',
      dx({ amazonAsn: 64513, interfaces: {} }, transit),
      '.dx.amazonAsn 64513 is the transit gateway’s gatewayAsn too',
    ],
    [
      '21 allowed prefixes',
      dx({ allowedPrefixes: ['10.64.16.0/26', ...Array.from({ length: 20 }, (_, i) => `10.${100 + i}.0.0/16`)] }),
      '.dx.allowedPrefixes',
    ],
    [
      'allowed prefixes that leave the sites without a route',
      dx({ allowedPrefixes: ['10.64.0.0/20'] }),
      '.dx.allowedPrefixes do not hold 10.64.16.0/26',
    ],
    [
      'a range within the VPC',
      dx({}, { cidr: '10.64.8.0/26' }),
      '.cidr 10.64.8.0/26 overlaps 10.64.0.0/20, the cidr of prod',
    ],
    ['a site within the VPC', dx({}, { sitePrefixes: ['10.64.0.0/16'] }), '.sitePrefixes.0 10.64.0.0/16 overlaps'],
    ['no range for the sites', dx({}, { cidr: undefined }), ' needs cidr, a range of its own that the sites reach'],
    [
      'a range too small for its zones',
      dx({}, { cidr: '10.64.16.0/28' }),
      '.cidr 10.64.16.0/28 must be between /16 and /26',
    ],
    [
      'a range of another private block',
      dx({}, { cidr: '192.168.0.0/26' }),
      '.cidr 192.168.0.0/26 is in another private block than the VPC',
    ],
    [
      'a prefix that is none',
      dx({}, { sitePrefixes: ['10.1.2.0/16'] }),
      '.sitePrefixes.0 "10.1.2.0/16" is not an IPv4 prefix; did you mean 10.1.0.0/16?',
    ],
    [
      'a transit gateway without prefixes',
      dx({ interfaces: {} }, { attach: 'transit-gateway' }),
      ' a transit gateway announces no routes to the VPC',
    ],
    [
      'dx that is not used',
      { kind: 'none', dx: (dx() as { dx: object }).dx },
      '.dx is described, but kind is none; write kind: dx, or remove dx',
    ],
    [
      'dx without lines',
      dx({ resiliency: 'none', connections: {}, interfaces: {} }),
      '.dx has neither connections nor hostedInterfaces',
    ],
    [
      'VPN to a private address',
      { kind: 'vpn', cidr: '10.64.16.0/26', vpn: { basel: { customerAddress: '10.1.1.1', asn: 65010 } } },
      '.vpn.basel.customerAddress "10.1.1.1" is a private address',
    ],
    [
      'two VPNs to one device',
      {
        kind: 'vpn',
        cidr: '10.64.16.0/26',
        vpn: {
          basel: { customerAddress: '203.0.113.10', asn: 65010 },
          bern: { customerAddress: '203.0.113.10', asn: 65010 },
        },
      },
      '.vpn.bern.customerAddress "203.0.113.10" is the device of basel already',
    ],
    [
      'VPN with the gateway’s own ASN',
      { kind: 'vpn', cidr: '10.64.16.0/26', vpn: { basel: { customerAddress: '203.0.113.10', asn: 64513 } } },
      '.vpn.basel.asn 64513 is the gateway’s own gatewayAsn',
    ],
  ])('%s', (_what, connectivity, message) => {
    const found = problems(connectivity);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('agents without prefixes to let in', () => {
    expect(problems(dx(), { agents: { basel: {} } })).toEqual([
      ' agents call from the sites; name their prefixes in sitePrefixes',
    ]);
  });

  it('two environments that the sites could not tell apart', () => {
    const environment = (account: string) => ({ kind: 'dev', account, connectivity: dx() });
    const estate = {
      estate: 'bpc',
      environments: { dev: environment('111111111111'), test: environment('333333333333') },
      sources: { lab: { kind: 'folder' } },
      datasets: { a: { source: 'lab', contract: { format: 'csv', columns: [{ name: 'x' }] } } },
    };

    const found = checkEstate(JSON.stringify(estate), 'decant.yaml').problems;

    expect(found.map((p) => p.message)).toEqual([
      expect.stringContaining('overlaps 10.64.0.0/20, the cidr of dev, which the sites reach too'),
      expect.stringContaining('overlaps 10.64.16.0/26, the connectivity.cidr of dev, which the sites reach too'),
    ]);
  });
});
