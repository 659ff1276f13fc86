/** Embeddings and predictions in the lake: what the job is told, what it writes, and the estate's words for it. */
import { z } from 'zod';
import { Dtype } from './bundle.ts';
import { inputsOf, tablesOf, type Contract, type Sensitivity } from './contract.ts';
import { DriftLimits } from './drift.ts';
import { fitName } from './names.ts';

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
  /** Minutes that updates of a dataset are gathered before the job starts; SQS delays by 15 at most. @default 5; 0 on an embedded AWS */
  gatherMinutes: z.int().min(0).max(15).optional(),
  /** Where vectors are searched: an S3 Vectors index, or one exact file. @default s3-vectors; exact on an embedded AWS */
  vectors: z.enum(['s3-vectors', 'exact']).optional(),
  /** What the daily look at new molecules gives an alarm for. */
  drift: DriftLimits.prefault({}),
  /** Roles of EMR steps and Glue jobs outside this app that may use the bundle and the tables. */
  callers: z.array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of a role')).default([]),
});
export type Embeddings = z.infer<typeof Embeddings>;

/** Columns that hold SMILES where a table's `molecules` says nothing. */
export const moleculeColumns = ['smiles', 'canonical_smiles', 'isomeric_smiles'] as const;

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

/** Whether tables of a contract may have columns that hold SMILES; just which they are shows in the catalog. */
export const mayHoldMolecules = (dataset: string, contract: Contract): boolean =>
  tablesOf(dataset, contract).some(({ table }) => {
    if (table.molecules) return table.molecules.length > 0;
    const select = table.select.toLowerCase();
    const words = new Set(select.split(/\W+/));
    const named = inputsOf(contract).flatMap(({ columns }) => columns.map((c) => c.name));
    // A column of the result is either named in the select or comes through its asterisk.
    return moleculeColumns.some((name) => words.has(name) || (select.includes('*') && named.includes(name)));
  });

/** Classes of datasets share a job, an index and a key; public and internal data lie under the data key alike. */
export const embedJobName = (estate: string, environment: string, sensitivity: Sensitivity): string =>
  fitName(`${estate}-${environment}-embed-${sensitivity}`, 255);

/** Name of the workflow that embeds, without estate and environment. */
export const EMBED_MACHINE = 'embed';

/** Input of the workflow. */
export interface EmbedInput {
  readonly dataset: string;
  /** Every file is looked at again, not only those that came since the last run. */
  readonly whole: boolean;
}

/** What the plan function answers. */
export interface EmbedPlanned {
  readonly dataset: string;
  readonly run: string;
  /** Files that hold molecules nobody has looked at; 0 ends the run. */
  readonly files: number;
  readonly tables: readonly string[];
  readonly sensitivity: Sensitivity;
  /** Name of the Glue job that may read and write this class. */
  readonly job: string;
  /** URI of the plan. */
  readonly plan: string;
  /** URI of the summary that the job writes last. */
  readonly summary: string;
  /** URI of the bundle's folder. */
  readonly bundle: string;
}

/** What the record function answers: counts of the run. */
export interface EmbedRecorded {
  readonly dataset: string;
  readonly bundle: string;
  readonly values: number;
  readonly embedded: number;
  readonly known: number;
  readonly quarantined: number;
  readonly outOfDomain: number;
}

/** The event that a finished run emits on the default bus. */
export const EmbeddedEvent = { source: 'decant', detailType: 'decant.embeddings.updated' } as const;

/** Argument with which the transformer's image brings the vector index up to the table instead. */
export const INDEX_COMMAND = 'index';

/**
 * Name of the vectors of one class: of an S3 Vectors index, and of the folder of an exact index. S3 Vectors takes 63 characters:
 * lower-case letters, digits, dots and hyphens.
 */
export const vectorIndexName = (
  bundle: { readonly name: string; readonly hash: string },
  sensitivity: Sensitivity,
): string => `${bundle.name.slice(0, 36)}-${bundle.hash.slice(0, 12)}-${sensitivity}`;

/** SSM path of what embeds. Not among the places: an estate may have none. */
export const embeddingsPath = (estate: string, environment: string): string =>
  `/decant/${estate}/${environment}/embeddings`;
/** Parameters below it. `vectorBucket` is `-` where the index is exact; `classes` are separated by commas. */
export const embeddingPlaceNames = [
  'machineArn',
  'queueUrl',
  'bundleName',
  'bundleHash',
  'dtype',
  'vectors',
  'vectorBucket',
  'classes',
] as const;
export type EmbeddingPlaces = Readonly<Record<(typeof embeddingPlaceNames)[number], string>>;

/** Objects that the plan function brings to the work bucket: bucket and key of an asset, and the key that it gets. */
export type JobCopies = readonly { readonly bucket: string; readonly key: string; readonly to: string }[];
