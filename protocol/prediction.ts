/** The prediction API's part of the estate, and the names that stack, handlers and clients share. */
import { z } from 'zod';
import { Sensitivity } from './contract.ts';

/** Scopes of the resource server, as the OpenAPI document names them per route. */
export const scopes = {
  'molecules.read': 'Standardise and tokenise molecules',
  'embeddings.write': 'Compute embeddings',
  'embeddings.read': 'Read stored embeddings',
  'predictions.write': 'Compute predictions',
  'similarity.read': 'Search similar molecules',
  'models.read': 'List models',
  'jobs.write': 'Start and cancel jobs',
  'jobs.read': 'Follow jobs',
} as const;
export type Scope = keyof typeof scopes;
/** Identifier of the resource server; a token's scope is `decant/<scope>`. */
export const RESOURCE_SERVER = 'decant';

/** Which model answers. */
export interface ModelName {
  readonly name: string;
  readonly version: string;
}

const S3Prefix = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/(.+\/)?$/, 'must be s3://bucket/prefix/, with a slash at the end');

const ClientName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must match ^[a-z][a-z0-9-]{0,39}$');
const ScopeName = z.enum(Object.keys(scopes) as [Scope, ...Scope[]]);

/** `environments.<name>.prediction` of the estate; without it there is no API. */
export const Prediction = z.strictObject({
  /** `private`: reached through an interface endpoint of the network only. */
  access: z.enum(['public', 'private']).default('public'),
  /** Programs that sign in with client credentials, and what each may do. */
  applications: z.record(ClientName, z.strictObject({ scopes: z.array(ScopeName).min(1) })).default({}),
  /** Addresses that people come back to after they signed in. */
  callbackUrls: z.array(z.url()).default([]),
  /** Requests a second and at once, of all callers; of one application. */
  throttle: z
    .strictObject({ rate: z.int().positive().default(200), burst: z.int().positive().default(400) })
    .prefault({}),
  perApplication: z
    .strictObject({
      rate: z.int().positive().default(50),
      burst: z.int().positive().default(100),
      perDay: z.int().positive().default(1_000_000),
    })
    .prefault({}),
  /** Copies of the function that are always warm. */
  provisionedConcurrency: z.int().min(0).max(1000).default(0),
  /** Where jobs may read, and where they may write besides the work bucket. */
  jobs: z
    .strictObject({
      inputs: z.array(S3Prefix).default([]),
      outputs: z.array(S3Prefix).default([]),
      /** Keys that those buckets are encrypted with. */
      kmsKeys: z.array(z.string().regex(/^arn:aws[a-z-]*:kms:/, 'must be the ARN of a KMS key')).default([]),
    })
    .prefault({}),
  /** Classes of datasets whose molecules a search may find; whoever has the scope finds those of all of them. */
  searchable: z.array(Sensitivity).default(['public', 'internal']),
  /** The page with the API's reference and a form to try it. */
  page: z.boolean().default(true),
});
export type Prediction = z.infer<typeof Prediction>;
