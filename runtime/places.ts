/** Looks up what an environment's stacks published: bucket, table and queue names. */
import { placeNames, placesPath, type PlaceName, type Places } from '../protocol/places.ts';
import { UserError } from './errors.ts';

/** All parameters below a path, name (without the path) → value. */
export type ReadParameters = (path: string) => Promise<ReadonlyMap<string, string>>;

/** The places of a deployed environment. Throws a UserError with the remedy when it is not, or only partly, deployed. */
export async function loadPlaces(estate: string, environment: string, read?: ReadParameters): Promise<Places> {
  const path = placesPath(estate, environment);
  const found = await (read ?? (await import('./parameters.ts')).readParameters)(path);
  const missing = placeNames.filter((name) => !found.get(name));
  if (missing.length) {
    const what =
      found.size === 0
        ? `environment ${environment} of ${estate} is not deployed (nothing under ${path})`
        : `environment ${environment} of ${estate} is only partly deployed (${path} lacks ${missing.join(', ')})`;
    throw new UserError(`${what}; run npx cdk deploy '${environment}/*'`, { exitCode: 1 });
  }
  return Object.fromEntries(placeNames.map((name) => [name, found.get(name) ?? ''])) as Record<PlaceName, string>;
}
