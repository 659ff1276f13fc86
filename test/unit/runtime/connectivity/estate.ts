/** Estates with one right connectivity, to be changed into wrong ones. */
import { checkEstate } from '../../../../runtime/estate-check.ts';

/** What is wrong with an estate of one prod environment with this connectivity, as `path message`. */
export function problems(connectivity: object, more: object = {}): string[] {
  const estate = {
    estate: 'bpc',
    environments: {
      prod: { kind: 'prod', account: '222222222222', evidenceYears: 10, connectivity, ...more },
    },
    sources: { lab: { kind: 'folder' } },
    datasets: { a: { source: 'lab', contract: { format: 'csv', columns: [{ name: 'x' }] } } },
  };
  return checkEstate(JSON.stringify(estate), 'decant.yaml').problems.map(
    (p) => `${p.path.replace('environments.prod.connectivity', '')} ${p.message}`,
  );
}

type Change = Readonly<Record<string, unknown>>;
export const port = { location: 'EqZH4', bandwidth: '10Gbps' };
export const other = { location: 'EqFR5', bandwidth: '10Gbps' };
export const vif = { kind: 'private', on: 'a', vlan: 101, asn: 65010 };

/** Two ports in two locations with an interface each, changed. */
export const dx = (change: Change = {}, around: Change = {}): object => ({
  kind: 'dx',
  cidr: '10.64.16.0/26',
  dx: {
    resiliency: 'high',
    connections: { a: port, b: other },
    interfaces: { north: vif, south: { ...vif, on: 'b' } },
    ...change,
  },
  ...around,
});
export const connections = (a: Change, more: Change = {}): object => dx({ connections: { a, b: other, ...more } });
export const interfaces = (north: Change, around: Change = {}): object =>
  dx({ interfaces: { north: { ...vif, ...north } } }, around);
export const repeated = (n: number, change: Change): Change =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`i-${i}`, { ...vif, vlan: i + 1, ...change }]));
export const lag = (links: number, change: Change = {}, link: Change = {}): object =>
  dx({
    resiliency: 'none',
    lags: { pair: { ...other, ...change } },
    connections: Object.fromEntries(
      Array.from({ length: links }, (_, i) => [
        `l-${i}`,
        {
          ...other,
          lag: 'pair',
          ...(change['bandwidth'] !== undefined && { bandwidth: change['bandwidth'] }),
          ...link,
        },
      ]),
    ),
    interfaces: {},
  });
export const transit = { attach: 'transit-gateway', sitePrefixes: ['10.1.0.0/16'] };
