/** What an estate must say before a dataset may travel by Snowball. */
import { type DeviceType, deviceTypes } from '../../protocol/snowball.ts';
import { loose, type Loose } from '../estate-loose.ts';
import type { Complaint } from '../estate-words.ts';
import { ALTERNATIVES, REFUSAL } from './errors.ts';

/** Complaints about datasets that travel by Snowball; reads what is there, so that one wrong value hides no other. */
export function snowballRules(estate: Loose): Complaint[] {
  const environments = Object.entries(loose(estate['environments'])).map(([name, e]) => [name, loose(e)] as const);
  const datasets = Object.entries(loose(estate['datasets']))
    .map(([name, d]) => [name, loose(d)] as const)
    .filter(([, d]) => loose(d['transfer'])['by'] === 'snowball');
  const used = new Set<string>();
  const found: Complaint[] = [];
  for (const [name, dataset] of datasets) {
    const source = loose(loose(estate['sources'])[String(dataset['source'])]);
    const own = Array.isArray(source['environments']) ? (source['environments'] as unknown[]) : undefined;
    const places = environments.filter(([n, e]) => (own?.includes(n) ?? true) && e['snowball'] !== undefined);
    for (const [environment] of places) used.add(environment);
    if (places.length === 0)
      found.push({
        path: ['datasets', name, 'transfer', 'by'],
        message: `no environment of the dataset has a snowball section, so nothing can order a device. ${REFUSAL}; ${ALTERNATIVES}`,
      });
    found.push(...enoughDevices(name, dataset, places));
  }
  for (const [name, environment] of environments) {
    if (!used.has(name)) continue;
    const snowball = loose(environment['snowball']);
    const path = ['environments', name, 'snowball'];
    if (snowball['existingSnowballCustomer'] !== true)
      found.push({ path: [...path, 'existingSnowballCustomer'], message: `${REFUSAL}; ${ALTERNATIVES}` });
    else if (snowball['addressSecret'] === undefined)
      found.push({
        path,
        message:
          'lacks addressSecret: name the secret with the shipping address, and write it with decant snowball address',
      });
  }
  return found;
}

/** A dataset that says how many devices it takes must fit them. */
function enoughDevices(name: string, dataset: Loose, places: readonly (readonly [string, Loose])[]): Complaint[] {
  const devices = loose(dataset['transfer'])['devices'];
  const gigabytes = loose(dataset['size'])['gigabytes'];
  if (typeof devices !== 'number' || typeof gigabytes !== 'number') return [];
  return places.flatMap(([environment, { snowball }]) => {
    const declared = loose(snowball)['device'] ?? 'V3_5S';
    const type = Object.keys(deviceTypes).find((t): t is DeviceType => t === declared);
    if (type === undefined) return [];
    const { usableBytes } = deviceTypes[type];
    const needed = Math.ceil((gigabytes * 1e9) / usableBytes);
    if (devices >= needed) return [];
    return [
      {
        path: ['datasets', name, 'transfer', 'devices'],
        message: `${devices} is too few: ${gigabytes} GB need ${needed} devices of type ${type} in ${environment} (${usableBytes / 1e12} TB each)`,
      },
    ];
  });
}
