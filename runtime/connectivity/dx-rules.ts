/** Rules over Direct Connect: ports, groups of links, virtual interfaces (Direct Connect user guide, limits, lags, MACsec). */
import { dedicatedBandwidths, hostedBandwidths } from '../../protocol/connectivity.ts';
import { contains, isNetwork, prefixOf, show as showPrefix } from '../../protocol/ipv4.ts';
import { asnRules } from './asn-rules.ts';
import { interfaceRules } from './dx-interface-rules.ts';
import { list, loose, type Loose } from '../estate-loose.ts';
import type { Path } from '../estate-text.ts';
import { show, type Complaint } from '../estate-words.ts';
import { didYouMean } from '../suggest.ts';

export function dxRules(path: Path, connectivity: Loose): Complaint[] {
  const dx = loose(connectivity['dx']);
  const lags = loose(dx['lags']);
  const connections = Object.entries(loose(dx['connections'])).map(([n, c]): [string, Loose] => [n, loose(c)]);
  return [
    ...connections.flatMap(([name, c]) => connectionRules([...path, 'connections', name], c, lags)),
    ...Object.entries(lags).flatMap(([name, lag]) =>
      lagRules(
        [...path, 'lags', name],
        loose(lag),
        connections.filter(([, c]) => c['lag'] === name).length,
        connections.some(([n]) => n === name),
      ),
    ),
    ...resiliencyRules(path, dx['resiliency'], connections),
    ...interfaceRules(path, dx, connectivity),
    ...prefixRules([...path, 'allowedPrefixes'], dx['allowedPrefixes'], connectivity),
    ...asnRules([...path, 'amazonAsn'], dx['amazonAsn']),
    ...gatewayAsnRules(path, dx, connectivity),
    ...(connections.length + Object.keys({ ...lags, ...loose(dx['hostedInterfaces']) }).length === 0
      ? [{ path, message: 'has neither connections nor hostedInterfaces; order one or remove dx' }]
      : []),
  ];
}

const isDedicated = (bandwidth: unknown): boolean => dedicatedBandwidths.some((b) => b === bandwidth);

/** MACsec ports are sold in three speeds. */
function macsecRules(path: Path, at: Loose): Complaint[] {
  if (at['macsecSecret'] !== undefined && at['macsec'] !== true)
    return [
      {
        path: [...path, 'macsecSecret'],
        message: 'is a key for a port without MACsec; write macsec: true, or remove it',
      },
    ];
  return at['macsec'] === true && at['bandwidth'] === '1Gbps'
    ? [{ path: [...path, 'macsec'], message: 'MACsec is not offered at 1Gbps; 10Gbps, 100Gbps, 400Gbps' }]
    : [];
}

function connectionRules(path: Path, c: Loose, lags: Loose): Complaint[] {
  const found: Complaint[] = [];
  const say = (key: string, message: string) => found.push({ path: [...path, key], message });
  const { bandwidth, lag, hosted } = c;
  if (hosted === undefined) {
    if (typeof bandwidth === 'string' && !isDedicated(bandwidth))
      say(
        'bandwidth',
        `${show(bandwidth)} is no port that AWS sells; ${dedicatedBandwidths.join(', ')}, or name the id of a partner’s connection in hosted`,
      );
    if (c['until'] !== undefined)
      say('until', 'is for hosted connections; a dedicated port stays until it is given back');
    found.push(...macsecRules(path, c));
  } else {
    if (typeof bandwidth === 'string' && !hostedBandwidths.some((b) => b === bandwidth))
      say('bandwidth', `${show(bandwidth)} is not sold as a hosted connection; ${hostedBandwidths.join(', ')}`);
    if (c['macsec'] === true)
      say(
        'macsec',
        'MACsec encrypts dedicated ports only, never a hosted connection; encrypt above it, or order a port',
      );
    if (c['macsecSecret'] !== undefined) say('macsecSecret', 'a hosted connection takes no MACsec key');
    if (lag !== undefined) say('lag', 'a hosted connection cannot be a link of a lag; only dedicated ports can');
  }
  if (typeof lag === 'string' && hosted === undefined) {
    const group = lags[lag] === undefined ? undefined : loose(lags[lag]);
    if (!group) {
      const names = Object.keys(lags);
      say('lag', `${show(lag)} is not a lag; ${names.join(', ') || 'there is none'}.${didYouMean(lag, names)}`);
    } else {
      for (const key of ['location', 'bandwidth'] as const) {
        if (c[key] !== group[key])
          say(
            key,
            `${show(c[key])} differs from ${show(group[key])} of lag ${lag}; all its links are alike and end at one device`,
          );
      }
      if ((c['macsec'] === true) !== (group['macsec'] === true))
        say(
          'macsec',
          `must be ${String(group['macsec'] === true)} as in lag ${lag}; the lag’s key encrypts all its links`,
        );
      if (c['macsecSecret'] !== undefined)
        say('macsecSecret', `belongs to lag ${lag}, whose key encrypts all its links`);
    }
  }
  return found;
}

/** Two links at 100 Gbps and above, four below. */
function lagRules(path: Path, lag: Loose, links: number, twice: boolean): Complaint[] {
  const found: Complaint[] = [];
  const { bandwidth } = lag;
  const most = bandwidth === '100Gbps' || bandwidth === '400Gbps' ? 2 : 4;
  const minimum = typeof lag['minimumLinks'] === 'number' ? lag['minimumLinks'] : 1;
  if (twice) found.push({ path, message: 'is the name of a connection too; choose another name' });
  if (typeof bandwidth === 'string' && !isDedicated(bandwidth))
    found.push({
      path: [...path, 'bandwidth'],
      message: `${show(bandwidth)} is no port that AWS sells; ${dedicatedBandwidths.join(', ')}`,
    });
  if (links === 0) found.push({ path, message: 'has no link; name the lag in its connections, or remove it' });
  else if (links > most) found.push({ path, message: `has ${links} links; at ${show(bandwidth)} a lag takes ${most}` });
  if (links > 0 && minimum > links)
    found.push({
      path: [...path, 'minimumLinks'],
      message: `${minimum} is more than its ${links} links: the lag would always be down`,
    });
  return [...found, ...macsecRules(path, lag)];
}

/** A lag ends at one device, so its links count as one; AWS puts connections of a resiliency group on separate ones. */
function resiliencyRules(path: Path, model: unknown, connections: readonly [string, Loose][]): Complaint[] {
  const devices = new Map<unknown, Set<unknown>>();
  for (const [name, c] of connections) {
    const own = devices.get(c['location']) ?? new Set();
    devices.set(c['location'], own.add(c['lag'] ?? name));
  }
  const atLeast = (n: number): number => [...devices.values()].filter((d) => d.size >= n).length;
  const has = [...devices].map(([location, d]) => `${String(location)} ${d.size}`).join(', ') || 'none';
  const say = (message: string): Complaint[] => [
    { path: [...path, 'resiliency'], message: `${message}; devices by location: ${has}` },
  ];
  if (model === 'maximum' && atLeast(2) < 2)
    return say('maximum needs two connections that are no links of one lag in each of two locations');
  if (model === 'high' && devices.size < 2) return say('high needs a connection in each of two locations');
  if (model === 'basic' && atLeast(2) < 1)
    return say(
      'basic needs two connections that are no links of one lag in one location; write none for a single line',
    );
  const hosted = connections.filter(([, c]) => c['hosted'] !== undefined).map(([n]) => n);
  if (model !== 'none' && model !== undefined && hosted.length > 0)
    return say(
      `a resiliency group holds connections of this account; ${hosted.join(', ')} are a partner’s: write none and ask the partner`,
    );
  return [];
}

function prefixRules(path: Path, prefixes: unknown, connectivity: Loose): Complaint[] {
  if (prefixes === undefined) return [];
  const found: Complaint[] = [];
  const read = list(prefixes).flatMap((text, i) => {
    const prefix = typeof text === 'string' && isNetwork(text) ? prefixOf(text) : undefined;
    if (typeof text === 'string' && !prefix)
      found.push({ path: [...path, i], message: `${show(text)} is not an IPv4 prefix, such as 10.64.16.0/26` });
    if (list(prefixes).indexOf(text) < i) found.push({ path: [...path, i], message: `${show(text)} stands twice` });
    return prefix ? [prefix] : [];
  });
  const cidr = typeof connectivity['cidr'] === 'string' ? prefixOf(connectivity['cidr']) : undefined;
  // A virtual private gateway announces what the filter lets through; a transit gateway announces the list itself.
  if (cidr && found.length === 0 && !read.some((p) => contains(p, cidr)))
    found.push({
      path,
      message: `do not hold ${showPrefix(cidr)}, connectivity.cidr: the sites would have no route to it`,
    });
  return found;
}

function gatewayAsnRules(path: Path, dx: Loose, connectivity: Loose): Complaint[] {
  const amazon = dx['amazonAsn'] ?? 64512;
  const gateway = connectivity['gatewayAsn'] ?? 64513;
  if (connectivity['attach'] !== 'transit-gateway' || amazon !== gateway) return [];
  return [
    {
      path: [...path, 'amazonAsn'],
      message: `${show(amazon)} is the transit gateway’s gatewayAsn too; the two gateways need different ones`,
    },
  ];
}
