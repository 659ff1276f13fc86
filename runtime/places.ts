/** Looks up what an environment's stacks published: bucket, table and queue names. */
import { placeNames, placesPath, type PlaceName, type Places } from '../protocol/places.ts';
import { clientConfig } from './aws.ts';
import { UserError } from './errors.ts';

/** All parameters below a path, name (without the path) → value. */
export type ReadParameters = (path: string) => Promise<ReadonlyMap<string, string>>;

/** Parameters below one path of Systems Manager, ten a call. */
export const readParameters: ReadParameters = async (path) => {
  const { SSMClient, paginateGetParametersByPath } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(clientConfig());
  const found = new Map<string, string>();
  for await (const page of paginateGetParametersByPath({ client }, { Path: path })) {
    for (const p of page.Parameters ?? []) found.set((p.Name ?? '').slice(path.length + 1), p.Value ?? '');
  }
  return found;
};

/** The places of a deployed environment. Throws a UserError with the remedy when it is not, or only partly, deployed. */
export async function loadPlaces(
  estate: string,
  environment: string,
  read: ReadParameters = readParameters,
): Promise<Places> {
  const path = placesPath(estate, environment);
  const found = await read(path);
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
