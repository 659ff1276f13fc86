/** Client of the Decant prediction API. */
export { bearer, clientCredentials, type ClientCredentials, type TokenSource } from './auth.ts';
export { DecantClient, type BatchCallOptions, type ClientOptions } from './client.ts';
export * from './errors.ts';
export { Jobs, type ReadObject, type WaitOptions } from './jobs.ts';
export type { components, operations, paths } from './openapi.ts';
export type { Answers, CallOptions, MoleculeInput, Options, Schemas } from './types.ts';
