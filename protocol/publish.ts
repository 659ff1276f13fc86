/** Embeddings and predictions beyond the lake: rows of a PostgreSQL, and files with an index. */
import { z } from 'zod';
import { Sensitivity } from './contract.ts';

/** Names that PostgreSQL takes unquoted. */
const SqlName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must match ^[a-z_][a-z0-9_]{0,62}$');

export const Database = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65535).default(5432),
  /** Name of the database. */
  database: z.string().min(1),
  /** Schema that the tables lie in; made when it is missing. */
  schema: SqlName.default('decant'),
  /** Secrets Manager secret (name or ARN) with JSON: `username` and `password`. It owns the tables. */
  secret: z.string().min(1),
  /** Role that may read the tables and nothing else; made when it is missing. */
  reader: SqlName.default('decant_reader'),
  /** `verify`: the server must show a certificate for its name. `off` is for an embedded AWS. */
  tls: z.enum(['verify', 'off']).default('verify'),
  /** Certificate chain (PEM) of a server whose certificate no public authority signed. */
  certificate: z.string().optional(),
});
export type Database = z.infer<typeof Database>;

/** `environments.<name>.publish` of the estate. */
export const Publish = z.strictObject({
  database: Database.optional(),
  /** Formats of the files. */
  files: z.array(z.enum(['csv', 'parquet'])).default([]),
  /** Classes of datasets whose molecules are published. */
  sensitivities: z.array(Sensitivity).min(1).default(['public', 'internal']),
});
export type Publish = z.infer<typeof Publish>;

/** What is published. Verdicts stay in the lake: they hold structures as delivered. */
export const publishedTables = ['embeddings', 'predictions'] as const;
export type PublishedTable = (typeof publishedTables)[number];

/** Argument with which the transformer's image publishes instead. */
export const PUBLISH_COMMAND = 'publish';

/** Variables of the publishing task. */
export const PublishEnv = {
  environment: 'ENVIRONMENT',
  transformedBucket: 'TRANSFORMED_BUCKET',
  /** `publish` of the estate, as JSON. */
  publish: 'PUBLISH',
} as const;
/** What each run is told: the URI of the summary of a run of the embedding job. */
export const PublishInput = { summary: 'SUMMARY' } as const;

/** The index of the files (ExportKeys.index). */
export interface ExportIndex {
  readonly format: 1;
  readonly table: PublishedTable;
  /** Path of the JSON Schema of a row in the repository. */
  readonly schema: string;
  readonly files: readonly ExportFile[];
}
export interface ExportFile {
  readonly key: string;
  readonly format: 'csv' | 'parquet';
  readonly bundle: string;
  readonly sensitivity: string;
  readonly run: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}
