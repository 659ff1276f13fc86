/** Rules over the VPN connections of an environment. */
import { addressOf, isPublicAddress } from '../../protocol/ipv4.ts';
import { asnRules } from './asn-rules.ts';
import { loose, type Loose } from '../estate-loose.ts';
import type { Path } from '../estate-text.ts';
import { show, type Complaint } from '../estate-words.ts';

export function vpnRules(path: Path, connectivity: Loose): Complaint[] {
  const sites = Object.entries(loose(connectivity['vpn']));
  const found: Complaint[] = [];
  const seen = new Map<unknown, string>();
  if (sites.length === 0)
    found.push({ path, message: 'names no site; give at least one with customerAddress and asn' });
  for (const [name, raw] of sites) {
    const { customerAddress: address, asn } = loose(raw);
    const say = (key: string, message: string) => found.push({ path: [...path, name, key], message });
    if (typeof address === 'string') {
      const first = seen.get(address);
      if (addressOf(address) === undefined) say('customerAddress', `${show(address)} is not an IPv4 address`);
      else if (!isPublicAddress(address))
        say(
          'customerAddress',
          `${show(address)} is a private address; the tunnels come over the internet to a public one`,
        );
      else if (first)
        say('customerAddress', `${show(address)} is the device of ${first} already; a device has two tunnels`);
      seen.set(address, first ?? name);
    }
    if (asn !== undefined && asn === (connectivity['gatewayAsn'] ?? 64513))
      say('asn', `${show(asn)} is the gateway’s own gatewayAsn; a BGP session needs two`);
  }
  return [...found, ...asnRules([...path.slice(0, -1), 'gatewayAsn'], connectivity['gatewayAsn'])];
}
