/** Which datasets of an environment travel by Snowball. */
import type { Estate } from './estate.ts';

/** Names of the datasets, in order; a dataset belongs to the environments of its source. */
export function snowballDatasets(estate: Estate, environment: string): string[] {
  return Object.entries(estate.datasets)
    .filter(([, d]) => d.transfer?.by === 'snowball')
    .filter(([, d]) => estate.sources[d.source]?.environments?.includes(environment) ?? true)
    .map(([name]) => name);
}
