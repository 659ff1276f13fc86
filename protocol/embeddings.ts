/** Embeddings and predictions in the lake: what the job is told, what it writes, and the estate's words for it. */
import { z } from 'zod';
import { Dtype } from './bundle.ts';

/** `environments.<name>.embeddings` of the estate. */
export const Embeddings = z.strictObject({
  /** Molecules that arrive are embedded. */
  enabled: z.boolean().default(true),
  /** Folder of the bundle: one of `models/`, or a path beside the estate file. */
  bundle: z.string().default('chemberta-mtr-mini'),
  /** How vectors are stored. They are computed in fp32. */
  dtype: Dtype.default('fp32'),
  /** Written beside each embedding, for comparison. */
  fingerprints: z.enum(['none', 'morgan']).default('none'),
  /** Glue workers of the job. */
  workers: z
    .strictObject({
      type: z.enum(['G.1X', 'G.2X', 'G.4X', 'G.8X']).default('G.1X'),
      count: z.int().min(2).max(100).default(2),
    })
    .prefault({}),
  /** Minutes that updates of a dataset are gathered before the job starts. @default 5; 0 on an embedded AWS */
  gatherMinutes: z.int().min(0).max(60).optional(),
  /** Where vectors are searched: an S3 Vectors index, or one exact file. @default s3-vectors; exact on an embedded AWS */
  vectors: z.enum(['s3-vectors', 'exact']).optional(),
  /** Roles of EMR steps and Glue jobs outside this app that may use the bundle and the tables. */
  callers: z.array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of a role')).default([]),
});
export type Embeddings = z.infer<typeof Embeddings>;

/** Columns that hold SMILES where a table's `molecules` says nothing. */
export const moleculeColumns = ['smiles', 'canonical_smiles', 'isomeric_smiles'] as const;

/** Catalog tables that hold what the job writes. */
export const embeddingTables = {
  molecules: 'molecules',
  embeddings: 'embeddings',
  predictions: 'predictions',
} as const;

/** The job's arguments (`--name value`), for Spark and for the worker of one machine alike. Places are `s3://` URIs or folders. */
export const EmbedArgs = {
  dataset: 'dataset',
  /** JSON: [{table, columns: [name], files: [uri]}] inline, or the URI of a file that holds it. */
  plan: 'plan',
  /** Folder of the bundle. */
  bundle: 'bundle',
  dtype: 'dtype',
  fingerprints: 'fingerprints',
  /** Class of the dataset: a partition of what is written. */
  sensitivity: 'sensitivity',
  /** Folder that holds the tables, one folder each. */
  tables: 'tables',
  /** Folder for the reasons of invalid molecules: `reasons/dataset=<dataset>/embed-<run>.parquet`, rows as protocol/reasons.ts has them. */
  quarantine: 'quarantine',
  /** File that is written last: the counts. It is the commit. */
  summary: 'summary',
  run: 'run',
} as const;

/** The plan of one run. */
export interface EmbedPlan {
  readonly dataset: string;
  readonly tables: readonly {
    readonly table: string;
    readonly columns: readonly string[];
    readonly files: readonly string[];
  }[];
}

/** What a run did. Values in = embedded before + embedded now + repeated + quarantined + null, for each table and in sum. */
export interface EmbedSummary {
  readonly dataset: string;
  readonly run: string;
  readonly bundle: string;
  readonly dtype: string;
  readonly values: number;
  /** Cells without a value: nothing to embed. */
  readonly nulls: number;
  /** Distinct molecules that this run embedded. */
  readonly embedded: number;
  /** Distinct molecules that had an embedding of this bundle already. */
  readonly known: number;
  /** Values whose molecule another value of the run already stands for. */
  readonly repeated: number;
  readonly quarantined: number;
  /** Files written, by table. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Counts by warning and error code. */
  readonly codes: Readonly<Record<string, number>>;
  readonly outOfDomain: number;
}
