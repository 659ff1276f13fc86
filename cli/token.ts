/** `decant token`: an access token of an application of the prediction API, to try the API with. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Scope, scopes } from '../protocol/prediction.ts';
import { writeJson } from './io.ts';
import { chooseEnvironment, pointSdk, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';

interface Options extends TargetOptions {
  readonly scope?: Scope[];
  readonly header?: boolean;
}

const known = Object.keys(scopes) as Scope[];

function scopeList(text: string, before: Scope[] = []): Scope[] {
  const wanted = known.find((scope) => scope === text);
  if (!wanted) throw new InvalidArgumentError(`it must be one of ${known.join(', ')}.`);
  return [...before, wanted];
}

const define = (command: Command): Command =>
  withTarget(command)
    .description('get an access token of an application of the prediction API; it lasts an hour')
    .argument('<application>', 'application of the estate file')
    .option('--scope <scope>', 'ask for this scope alone; repeatable (default: all of the application)', scopeList)
    .option('--header', 'print the headers that a request needs, for curl -H @file');

export const verb: Verb = {
  examples: ['decant token lims', 'decant token lims --scope models.read --json --env dev'],
  define(command, io) {
    define(command).action(async (application: string, options: Options) => {
      const chosen = await chooseEnvironment(options);
      await pointSdk(chosen, io.env);
      const [{ loadPredictionPlaces }, { requestToken }] = await Promise.all([
        import('../runtime/prediction-places.ts'),
        import('../runtime/client-credentials.ts'),
      ]);
      const { estate } = chosen.estate;
      const environment = chosen.environmentName;
      const places = await loadPredictionPlaces(estate, environment, { endpoint: io.env['AWS_ENDPOINT_URL'] });
      const token = await requestToken(places, { estate, environment, application, scopes: options.scope });
      if (options.json) {
        const { accessToken, expiresInSec, clientId } = token;
        const apiUrl = places.apiUrl;
        writeJson(io, { api_url: apiUrl, access_token: accessToken, expires_in: expiresInSec, api_key: clientId });
      } else if (options.header) {
        io.out.write(`Authorization: Bearer ${token.accessToken}\nx-api-key: ${token.clientId}\n`);
      } else {
        io.out.write(`${token.accessToken}\n`);
        io.err.write(`for ${places.apiUrl}, with the header x-api-key: ${token.clientId}\n`);
      }
    });
  },
};
