/** Where the prediction API of an environment is, as clients of it see it. */
import { predictionPath, predictionPlaceNames, type PredictionPlaces } from '../protocol/places.ts';
import { UserError } from './errors.ts';
import type { ReadParameters } from './places.ts';

/**
 * The API of a deployed environment. An embedded AWS serves it, and the tokens for it, below its own address. Throws a UserError
 * with the remedy where there is none.
 */
export async function loadPredictionPlaces(
  estate: string,
  environment: string,
  options: { readonly read?: ReadParameters; readonly endpoint?: string | undefined } = {},
): Promise<PredictionPlaces> {
  const path = predictionPath(estate, environment);
  const found = await (options.read ?? (await import('./parameters.ts')).readParameters)(path);
  const missing = predictionPlaceNames.filter((name) => !found.get(name));
  if (missing.length > 0) {
    throw new UserError(
      `environment ${environment} of ${estate} has no prediction API (nothing under ${path}); ` +
        `add \`prediction\` to it and run npx cdk deploy '${environment}/*'`,
      { exitCode: 1 },
    );
  }
  const places = Object.fromEntries(predictionPlaceNames.map((name) => [name, found.get(name) ?? ''])) as Record<
    keyof PredictionPlaces,
    string
  >;
  const endpoint = 'endpoint' in options ? options.endpoint : process.env['AWS_ENDPOINT_URL'];
  return endpoint === undefined ? places : { ...places, ...below(endpoint, places) };
}

const below = (
  endpoint: string,
  { restApiId, stage }: PredictionPlaces,
): Pick<PredictionPlaces, 'apiUrl' | 'tokenUrl'> => ({
  apiUrl: `${endpoint}/_aws/execute-api/${restApiId}/${stage}`,
  tokenUrl: `${endpoint}/oauth2/token`,
});
