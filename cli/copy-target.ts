/** What `decant copy` works with: the datasets or buckets that were named, and a place for each. */
import { join } from 'node:path';
import { copyRoutes, type CopyRoute } from '../protocol/copy.ts';
import type { Estate } from '../protocol/estate.ts';
import type { CopyPlace } from '../runtime/copy/place.ts';
import { UserError } from '../runtime/errors.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { Target } from './target.ts';

function routesOf(estate: Estate, environment: string): CopyRoute[] {
  try {
    return copyRoutes(estate, environment);
  } catch (error) {
    throw new UserError((error as Error).message, { cause: error });
  }
}

/** Routes of the named datasets and buckets; all where none is named. Throws a UserError that names what there is. */
export function namedRoutes(estate: Estate, environment: string, names: readonly string[]): CopyRoute[] {
  const routes = routesOf(estate, environment);
  if (routes.length === 0)
    throw new UserError('no dataset of this environment is copied: none has a source of kind s3 that travels by copy');
  const found = names.flatMap((name) => {
    const hits = routes.filter((r) => r.dataset === name || r.bucket === name);
    if (hits.length > 0) return hits;
    const by = estate.datasets[name]?.transfer?.by;
    if (by !== undefined && by !== 'copy')
      throw new UserError(`dataset "${name}" travels by ${by}, not by copy (transfer.by in the estate file)`);
    const known = [...new Set(routes.flatMap((r) => [r.dataset, r.bucket]))];
    throw new UserError(
      `"${name}" is no dataset or bucket that is copied; ${known.join(', ')}.${didYouMean(name, known)}`,
    );
  });
  return names.length === 0 ? routes : routes.filter((r) => found.includes(r));
}

export async function placeOf(target: Target, route: CopyRoute): Promise<CopyPlace> {
  const { copyPlace } = await import('../runtime/copy/place.ts');
  const { environment, environmentName, estate, places } = target;
  const source = estate.sources[route.source];
  return copyPlace({
    estate: estate.estate,
    environment: environmentName,
    account: environment.account,
    region: environment.region,
    route,
    ...(source?.region !== undefined && { sourceRegion: source.region }),
    buckets: { raw: places.rawBucket, work: places.workBucket, evidence: places.evidenceBucket },
    dir: join(target.dir, '.decant', 'copy', environmentName, route.dataset),
  });
}
