/** Rules over virtual interfaces: where they lie, how many, and their BGP sessions. */
import { contains, overlap, type Prefix, prefixOf, show as showPrefix } from '../../protocol/ipv4.ts';
import { loose, type Loose } from '../estate-loose.ts';
import type { Path } from '../estate-text.ts';
import { show, type Complaint } from '../estate-words.ts';
import { didYouMean } from '../suggest.ts';

/** Of a dedicated connection or lag; hosted connections carry one interface. */
const MOST_PRIVATE = 50;
const MOST_TRANSIT = 4;
const MOST_ON_ONE = 51;
/** Of a Direct Connect gateway. */
const MOST_ON_GATEWAY = 30;

export function interfaceRules(path: Path, dx: Loose, connectivity: Loose): Complaint[] {
  const interfaces = Object.entries(loose(dx['interfaces'])).map(([n, i]): [string, Loose] => [n, loose(i)]);
  const hosted = Object.entries(loose(dx['hostedInterfaces'])).map(([n, i]): [string, Loose] => [n, loose(i)]);
  const at = [...path, 'interfaces'];
  const count = interfaces.length + hosted.length;
  return [
    ...interfaces.flatMap(([name, i]) => [
      ...placeRules([...at, name], i, dx),
      ...sessionRules([...at, name], i, dx, connectivity),
    ]),
    ...[
      ...interfaces.map((e) => ['interfaces', ...e] as const),
      ...hosted.map((e) => ['hostedInterfaces', ...e] as const),
    ].flatMap(([part, name, i]) => kindRules([...path, part, name, 'kind'], i['kind'], connectivity['attach'])),
    ...hosted
      .filter(([name]) => interfaces.some(([n]) => n === name))
      .map(([name]) => ({
        path: [...path, 'hostedInterfaces', name],
        message: 'is the name of an interface too; choose another name',
      })),
    ...countRules(at, interfaces, dx),
    ...vlanRules(at, interfaces),
    ...addressRules(at, interfaces, connectivity),
    ...(count > MOST_ON_GATEWAY
      ? [{ path: at, message: `are ${count} with the hosted ones; a Direct Connect gateway takes ${MOST_ON_GATEWAY}` }]
      : []),
  ];
}

function kindRules(path: Path, kind: unknown, attach: unknown): Complaint[] {
  const transit = attach === 'transit-gateway';
  if (kind === 'transit' && !transit)
    return [
      { path, message: 'transit interfaces end at a transit gateway; write attach: transit-gateway, or kind: private' },
    ];
  if (kind === 'private' && transit)
    return [
      {
        path,
        message:
          'private interfaces end at a virtual private gateway; write kind: transit, or attach: virtual-private-gateway',
      },
    ];
  return [];
}

function placeRules(path: Path, i: Loose, dx: Loose): Complaint[] {
  const { on, kind, mtu } = i;
  const found: Complaint[] = [];
  const connections = loose(dx['connections']);
  const lags = loose(dx['lags']);
  if (typeof on === 'string') {
    const lag = loose(connections[on])['lag'];
    const names = [...Object.keys(connections), ...Object.keys(lags)];
    if (!names.includes(on))
      found.push({
        path: [...path, 'on'],
        message: `${show(on)} is neither a connection nor a lag; ${names.join(', ') || 'there is none'}.${didYouMean(on, names)}`,
      });
    else if (typeof lag === 'string')
      found.push({
        path: [...path, 'on'],
        message: `${show(on)} is a link of lag ${lag}, which carries the interfaces; write on: ${lag}`,
      });
  }
  if (mtu === 8500 && kind === 'private')
    found.push({ path: [...path, 'mtu'], message: '8500 is for transit interfaces; private ones take 1500 or 9001' });
  if (mtu === 9001 && kind === 'transit')
    found.push({ path: [...path, 'mtu'], message: '9001 is for private interfaces; transit ones take 1500 or 8500' });
  return found;
}

function sessionRules(path: Path, i: Loose, dx: Loose, connectivity: Loose): Complaint[] {
  const { asn, amazonAddress: ours, customerAddress: theirs } = i;
  const found: Complaint[] = [];
  if (asn !== undefined && asn === (dx['amazonAsn'] ?? 64512))
    found.push({ path: [...path, 'asn'], message: `${show(asn)} is amazonAsn, AWS’s side; a BGP session needs two` });
  else if (
    asn !== undefined &&
    connectivity['attach'] === 'transit-gateway' &&
    asn === (connectivity['gatewayAsn'] ?? 64513)
  )
    found.push({
      path: [...path, 'asn'],
      message: `${show(asn)} is the transit gateway’s gatewayAsn; its routes would be taken for a loop`,
    });
  if ((ours === undefined) !== (theirs === undefined)) {
    const missing = ours === undefined ? 'amazonAddress' : 'customerAddress';
    found.push({
      path: [...path, missing],
      message: 'is missing; give both ends, or neither for addresses that AWS chooses',
    });
  } else if (typeof ours === 'string' && typeof theirs === 'string') {
    const [a, b] = [prefixOf(ours), prefixOf(theirs)];
    for (const [key, text, prefix] of [
      ['amazonAddress', ours, a],
      ['customerAddress', theirs, b],
    ] as const) {
      if (!prefix || prefix.bits > 31)
        found.push({
          path: [...path, key],
          message: `${show(text)} is not an address with its prefix, such as 169.254.100.1/30`,
        });
    }
    if (a && b && found.length === 0 && (a.bits !== b.bits || a.first !== b.first || ours === theirs))
      found.push({
        path: [...path, 'customerAddress'],
        message: `${show(theirs)} is not the other end of ${ours}; both are addresses of ${showPrefix(a)}`,
      });
  }
  return found;
}

function countRules(path: Path, interfaces: readonly [string, Loose][], dx: Loose): Complaint[] {
  const found: Complaint[] = [];
  for (const [on, of] of grouped(interfaces)) {
    const transit = of.filter(([, i]) => i['kind'] === 'transit').length;
    const own = of.length - transit;
    const say = (message: string) => found.push({ path: [...path, of.at(-1)?.[0] ?? '', 'on'], message });
    if (loose(loose(dx['connections'])[on])['hosted'] !== undefined) {
      if (of.length > 1) say(`${on} is a hosted connection, which carries one interface; it has ${of.length}`);
    } else if (own > MOST_PRIVATE) say(`${on} carries ${own} private interfaces; AWS allows ${MOST_PRIVATE}`);
    else if (transit > MOST_TRANSIT) say(`${on} carries ${transit} transit interfaces; AWS allows ${MOST_TRANSIT}`);
    else if (of.length > MOST_ON_ONE) say(`${on} carries ${of.length} interfaces; AWS allows ${MOST_ON_ONE}`);
  }
  return found;
}

const grouped = (interfaces: readonly [string, Loose][]): [string, [string, Loose][]][] =>
  [...new Set(interfaces.map(([, i]) => i['on']))]
    .filter((on) => typeof on === 'string')
    .map((on) => [on, interfaces.filter(([, i]) => i['on'] === on)]);

function vlanRules(path: Path, interfaces: readonly [string, Loose][]): Complaint[] {
  const owners = new Map<string, string>();
  return interfaces.flatMap(([name, { on, vlan }]) => {
    if (typeof vlan !== 'number' || typeof on !== 'string') return [];
    const key = `${on}\0${vlan}`;
    const owner = owners.get(key);
    owners.set(key, owner ?? name);
    return owner
      ? [{ path: [...path, name, 'vlan'], message: `${vlan} is the VLAN of ${owner} on ${on} already; choose another` }]
      : [];
  });
}

/** Sessions must not share addresses, nor take any that are routed. */
function addressRules(path: Path, interfaces: readonly [string, Loose][], connectivity: Loose): Complaint[] {
  const taken: [string, Prefix][] = [];
  const cidr = typeof connectivity['cidr'] === 'string' ? prefixOf(connectivity['cidr']) : undefined;
  return interfaces.flatMap(([name, { amazonAddress }]) => {
    const prefix = typeof amazonAddress === 'string' ? prefixOf(amazonAddress) : undefined;
    if (!prefix) return [];
    const at = [...path, name, 'amazonAddress'];
    const other = taken.find(([, p]) => overlap(p, prefix));
    taken.push([name, prefix]);
    if (other)
      return [{ path: at, message: `${showPrefix(prefix)} overlaps ${showPrefix(other[1])} of interface ${other[0]}` }];
    return cidr && contains(cidr, prefix)
      ? [
          {
            path: at,
            message: `${showPrefix(prefix)} lies in connectivity.cidr; take one outside, such as of 169.254.0.0/16`,
          },
        ]
      : [];
  });
}
