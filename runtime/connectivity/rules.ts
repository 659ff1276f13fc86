/** Rules over the connectivity of an estate's environments: what AWS would refuse after weeks of waiting is refused here. */
import { contains, isNetwork, overlap, type Prefix, prefixOf, show } from '../../protocol/ipv4.ts';
import { dxRules } from './dx-rules.ts';
import { list, loose, type Loose } from '../estate-loose.ts';
import type { Path } from '../estate-text.ts';
import { show as quoted, type Complaint } from '../estate-words.ts';
import { vpnRules } from './vpn-rules.ts';

/** A range that someone announces, and where the estate says so. */
interface Range {
  readonly path: Path;
  readonly what: string;
  readonly prefix: Prefix;
}

/** Everything about connectivity that the schema cannot say. */
export function connectivityRules(environments: unknown): Complaint[] {
  const found: Complaint[] = [];
  const reached: Range[] = [];
  for (const [name, raw] of Object.entries(loose(environments))) {
    const environment = loose(raw);
    const path = ['environments', name];
    const ranges = rangesOf(name, path, environment, found);
    found.push(...overlaps(ranges), ...kindRules(path, environment));
    const connectivity = loose(environment['connectivity']);
    if (uses(connectivity)) {
      found.push(...siteRules(path, environment, connectivity));
      reached.push(...ranges.filter((r) => !r.path.includes('sitePrefixes')));
      const at = [...path, 'connectivity'];
      if (connectivity['dx'] !== undefined) found.push(...dxRules([...at, 'dx'], connectivity));
      if (connectivity['vpn'] !== undefined) found.push(...vpnRules([...at, 'vpn'], connectivity));
    }
  }
  return [...found, ...acrossEnvironments(reached)];
}

const uses = (connectivity: Loose): boolean => ![undefined, 'none'].includes(connectivity['kind'] as undefined);

/** The VPC's own range, the one that the sites reach, and the sites' prefixes. */
function rangesOf(name: string, path: Path, environment: Loose, found: Complaint[]): Range[] {
  const connectivity = loose(environment['connectivity']);
  const texts: [Path, string, unknown][] = [
    [[...path, 'cidr'], `cidr of ${name}`, environment['cidr'] ?? '10.64.0.0/20'],
    [[...path, 'connectivity', 'cidr'], `connectivity.cidr of ${name}`, connectivity['cidr']],
    ...list(connectivity['sitePrefixes']).map((text, i): [Path, string, unknown] => [
      [...path, 'connectivity', 'sitePrefixes', i],
      `site prefix ${String(text)} of ${name}`,
      text,
    ]),
  ];
  return texts.flatMap(([at, what, text]): Range[] => {
    if (typeof text !== 'string') return [];
    const prefix = prefixOf(text);
    if (prefix && isNetwork(text)) return [{ path: at, what, prefix }];
    const remedy = prefix ? `; did you mean ${show(prefix)}?` : ', such as 10.64.0.0/20';
    found.push({ path: at, message: `${quoted(text)} is not an IPv4 prefix${remedy}` });
    return [];
  });
}

/** Each pair of ranges of one environment once, told at the later one. */
const overlaps = (ranges: readonly Range[]): Complaint[] =>
  ranges.flatMap((range, i) =>
    ranges
      .slice(0, i)
      .filter((other) => overlap(range.prefix, other.prefix))
      .slice(0, 1)
      .map((other) => ({
        path: range.path,
        message: `${show(range.prefix)} overlaps ${show(other.prefix)}, the ${other.what}: routes could not tell them apart`,
      })),
  );

/** Sites that reach two environments need them apart. */
function acrossEnvironments(ranges: readonly Range[]): Complaint[] {
  return ranges.flatMap((range, i) =>
    ranges
      .slice(0, i)
      .filter((other) => other.path[1] !== range.path[1] && overlap(range.prefix, other.prefix))
      .slice(0, 1)
      .map((other) => ({
        path: range.path,
        message:
          `${show(range.prefix)} overlaps ${show(other.prefix)}, the ${other.what}, which the sites reach too; ` +
          'give each environment with connectivity ranges of its own',
      })),
  );
}

/** What is described must be used, or a reader takes it for deployed. */
function kindRules(path: Path, environment: Loose): Complaint[] {
  const connectivity = loose(environment['connectivity']);
  const kind = typeof connectivity['kind'] === 'string' ? connectivity['kind'] : 'none';
  return (['dx', 'vpn'] as const)
    .filter((part) => connectivity[part] !== undefined && !kind.split('+').includes(part))
    .map((part) => ({
      path: [...path, 'connectivity', part],
      message: `is described, but kind is ${kind}; write kind: ${kind === 'none' ? part : 'dx+vpn'}, or remove ${part}`,
    }));
}

/** A range for the sites, and prefixes where something is let in by them or routed to them. */
function siteRules(path: Path, environment: Loose, connectivity: Loose): Complaint[] {
  const found: Complaint[] = [];
  const at = [...path, 'connectivity'];
  const cidr = connectivity['cidr'];
  const prefix = typeof cidr === 'string' ? prefixOf(cidr) : undefined;
  if (cidr === undefined) {
    found.push({ path: at, message: 'needs cidr, a range of its own that the sites reach, such as 10.64.16.0/26' });
  } else if (prefix && (prefix.bits < 16 || prefix.bits > 26)) {
    found.push({
      path: [...at, 'cidr'],
      message: `${show(prefix)} must be between /16 and /26: AWS takes no more than /16, and three zones need a /28 each`,
    });
  }
  const vpc = prefixOf(typeof environment['cidr'] === 'string' ? environment['cidr'] : '10.64.0.0/20');
  const block = blocks.find((b) => vpc && contains(b, vpc));
  if (prefix && block && !contains(block, prefix) && blocks.some((b) => contains(b, prefix))) {
    found.push({
      path: [...at, 'cidr'],
      message: `${show(prefix)} is in another private block than the VPC's ${vpc ? show(vpc) : ''}, which AWS refuses; choose one in ${show(block)}`,
    });
  }
  const none = list(connectivity['sitePrefixes']).length === 0;
  if (none && Object.keys(loose(environment['agents'])).length > 0) {
    found.push({ path: at, message: 'agents call from the sites; name their prefixes in sitePrefixes' });
  } else if (none && connectivity['attach'] === 'transit-gateway') {
    found.push({
      path: at,
      message: 'a transit gateway announces no routes to the VPC; name those of the sites in sitePrefixes',
    });
  }
  return found;
}

/** A range that is added to a VPC must be of the same private block (VPC user guide, add-cidr-block-restrictions). */
const blocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((b) => prefixOf(b) ?? []);
