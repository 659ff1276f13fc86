/** What the prediction API stores: its tables, its objects, and what its workflow of jobs is told. */
import type { Sensitivity } from './contract.ts';
import type { ModelName } from './prediction.ts';

/** Keys of the DynamoDB tables. Every table has its time to live in `expires` (seconds since 1970). */
export const predictionTables = {
  /** Answers by idempotency key. */
  idempotency: { partition: 'request' },
  /** Vectors that were computed, by the key that the lake's tables have, and a sparse index by InChIKey (all attributes). */
  molecules: { partition: 'molecule_key', index: 'by-inchikey', indexPartition: 'inchikey' },
  /** Jobs of a tenant, newest last: ids begin with their time. */
  jobs: { partition: 'tenant', sort: 'id' },
} as const;
export const EXPIRES = 'expires';

/** What the function behind the API is told besides `PredictEnv`. */
export const PredictStoreEnv = {
  jobsTable: 'JOBS_TABLE',
  /** JSON: prefixes (`s3://bucket/prefix/`) that jobs may read. */
  jobInputs: 'JOB_INPUTS',
  /** JSON: prefixes that jobs may write below, besides the work bucket. */
  jobOutputs: 'JOB_OUTPUTS',
  /** JSON: SearchedVectors. */
  vectors: 'VECTORS',
} as const;

/** What a search looks through. */
export interface SearchedVectors {
  /** Classes of datasets; none where nothing is embedded. */
  readonly classes: readonly Sensitivity[];
  /** Name of the S3 Vectors bucket; undefined where the indexes are exact files of the work bucket. */
  readonly vectorBucket?: string;
}

/** The function that works on jobs. Its bundle lies in the folder `bundle` beside its code, as that of the API does. */
export const PredictJobsEnv = {
  environment: 'ENVIRONMENT',
  jobsTable: 'JOBS_TABLE',
  moleculesTable: 'MOLECULES_TABLE',
  workBucket: 'WORK_BUCKET',
} as const;

/** Name of the workflow of jobs, without estate and environment; an execution is named after its job. */
export const JOBS_MACHINE = 'predict-jobs';

/** Folder of everything that jobs write to the work bucket. */
export const JOBS_PREFIX = 'predictions/jobs/';
/** Folder of the work bucket that jobs may always read: where an operator puts files for them. */
export const JOB_UPLOADS = 'predictions/uploads/';
/** Folder of one job there; a tenant's slashes stay, so that a person's jobs lie below the application's. */
export const jobFolder = (tenant: string, id: string): string => `${JOBS_PREFIX}${tenant}/${id}/`;

/** Input of the workflow. */
export interface JobInput {
  readonly tenant: string;
  readonly id: string;
}

/**
 * What the function of the jobs is told: `split` answers JobParts; then `part` once for every number in `parts`, at most
 * JOB_CONCURRENCY at once; then `finish`. After an error anywhere, `fail` with it.
 */
export type JobStep =
  | (JobInput & { readonly step: 'split' | 'finish' })
  | (JobInput & { readonly step: 'part'; readonly part: number })
  | (JobInput & { readonly step: 'fail'; readonly error: { readonly Error: string; readonly Cause: string } });

export interface JobParts extends JobInput {
  readonly parts: readonly number[];
}

/** Parts that are worked on at once: what a job may take of the account's functions. */
export const JOB_CONCURRENCY = 10;

/** The model that a job was made for. */
export type JobModel = ModelName & { readonly sha256: string };
