/** `decant local page`: the page to try the prediction API, for this machine alone. */
import { join } from 'node:path';
import { UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { chooseEnvironment, pointSdk, type TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

export interface PageOptions extends TargetOptions {
  readonly application?: string;
  readonly port?: number;
}

/** Serves the page until the process is told to stop. Throws a UserError when there is no API or no such application. */
export async function servePage(io: Io, options: PageOptions): Promise<void> {
  const chosen = await chooseEnvironment(options);
  await pointSdk(chosen, io.env);
  const [{ loadPredictionPlaces }, { requestToken }, { startPage }, root] = await Promise.all([
    import('../runtime/prediction-places.ts'),
    import('../runtime/client-credentials.ts'),
    import('../local/page/server.ts'),
    import('../local/root.ts'),
  ]);
  const { estate } = chosen.estate;
  const environment = chosen.environmentName;
  const places = await loadPredictionPlaces(estate, environment, { endpoint: io.env['AWS_ENDPOINT_URL'] });
  const application = options.application ?? firstOf(places.applications);
  const get = () => requestToken(places, { estate, environment, application });
  // Asked for before the page is served, so that what is wrong is told here and not in a browser.
  let first: Awaited<ReturnType<typeof get>> | undefined = await get();
  const page = await startPage({
    folder: join(root.projectRoot(), 'build', 'page'),
    environment,
    api: places.apiUrl,
    apiKey: first.clientId,
    token: async () => {
      const token = first ?? (await get());
      first = undefined;
      return token.accessToken;
    },
    port: options.port,
  });
  if (options.json) writeJson(io, { url: page.url, application });
  else io.out.write(`${page.url}\n`);
  io.err.write(`as application ${application}, for this machine alone; Ctrl-C ends it\n`);
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve()));
  await page.close();
}

/** The first of the applications, which are JSON: name → client. */
function firstOf(applications: string): string {
  const [name] = Object.keys(JSON.parse(applications) as Record<string, string>);
  if (name !== undefined) return name;
  throw new UserError('the prediction API has no application: add one under prediction.applications and deploy', {
    exitCode: 1,
  });
}
