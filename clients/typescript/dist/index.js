/** Client of the Decant prediction API. */
export { bearer, clientCredentials } from './auth.js';
export { DecantClient } from './client.js';
export * from './errors.js';
export { Jobs } from './jobs.js';
