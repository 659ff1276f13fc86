/**
 * Glue's client, in a file of its own, so that the CLI loads it only with the verbs that need it: of a CommonJS package that
 * is imported dynamically the bundle has the default export alone.
 */
import { GlueClient } from '@aws-sdk/client-glue';
import { clientConfig } from '../aws.ts';

export const glueClient = (): GlueClient => new GlueClient(clientConfig());
