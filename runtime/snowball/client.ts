/** The Snowball client. */
import { SnowballClient } from '@aws-sdk/client-snowball';

/** Control calls of a few a day: the SDK's own connection settings do. */
const MAX_ATTEMPTS = 8;

let snowball: SnowballClient | undefined;
/** The last release of this client predates AWS_ENDPOINT_URL, so the endpoint is given to it. */
export const snowballClient = (env: NodeJS.ProcessEnv = process.env): SnowballClient =>
  (snowball ??= new SnowballClient({
    maxAttempts: MAX_ATTEMPTS,
    ...(env['AWS_ENDPOINT_URL'] && { endpoint: env['AWS_ENDPOINT_URL'] }),
  }));
