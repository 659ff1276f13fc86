/** Names that more than one program or stack uses. */

/** Stacks, in deployment order. */
export const stackNames = [
  'network',
  'security',
  'storage',
  'images',
  'transfer',
  'ingest',
  'catalog',
  'embeddings',
  'prediction',
  'access',
  'operations',
] as const;
export type StackName = (typeof stackNames)[number];
/** CloudFormation name of a stack, for example `bpc-dev-storage`. */
export const stackId = (estate: string, environment: string, stack: StackName): string =>
  `${estate}-${environment}-${stack}`;

/** A name within a limit: a longer one ends in a digest of the whole, so that two never become one. */
export function fitName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  let hash = 2166136261; // FNV-1a
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `${name.slice(0, limit - 9)}-${hash.toString(16).padStart(8, '0')}`;
}

/** Longest name of an IAM role. */
export const ROLE_NAME = 64;

/** Glue database of an environment. */
export const databaseName = (estate: string, environment: string): string =>
  `${estate}_${environment}`.replaceAll('-', '_');

/** Athena workgroup of a group of people; without one, of scientists and programs. */
export const workgroupName = (estate: string, environment: string, group?: 'operator' | 'auditor'): string =>
  [estate, environment, ...(group ? [group] : [])].join('-');

/** Glue database that the crawler writes to: what it saw, beside what is registered. */
export const seenDatabaseName = (estate: string, environment: string): string =>
  `${databaseName(estate, environment)}_seen`;

/** Name of an environment's crawler. */
export const crawlerName = (estate: string, environment: string): string => `${estate}-${environment}-transformed`;

/** Columns that every row carries. */
export const lineage = ['_source_key', '_source_version', '_source_row', '_run'] as const;

/** Catalog tables that Decant writes beside the contracts' own. */
export const ownTables = { reasons: 'quarantine_reasons', superseded: 'superseded_objects' } as const;

/** Catalog tables of molecules, their vectors and predictions. Contracts make none of these names. */
export const embeddingTables = {
  molecules: 'molecules',
  embeddings: 'embeddings',
  predictions: 'predictions',
} as const;

/** Metrics (EMF), namespace `Decant`, dimensions environment and dataset only. Name → CloudWatch unit. */
export const metricNamespace = 'Decant';
export const metrics = {
  ObjectsTransformed: 'Count',
  ObjectsQuarantined: 'Count',
  ObjectsUnclassified: 'Count',
  RowsIn: 'Count',
  RowsOut: 'Count',
  RowsQuarantined: 'Count',
  /** Of a run of the embed workflow; 0 is written as well. */
  MoleculesEmbedded: 'Count',
  MoleculesInvalid: 'Count',
  MoleculesOutOfDomain: 'Count',
  /** Of a day: shares from 0 to 1, of a dataset or the highest of all; shifts are stability indexes against the bundle's card. */
  InvalidShare: 'None',
  OutOfDomainShare: 'None',
  TokenShift: 'None',
  PredictionShift: 'None',
  BytesIn: 'Bytes',
  BytesOut: 'Bytes',
  ObjectsRecorded: 'Count',
  ShardsStarted: 'Count',
  ShardsResumed: 'Count',
  /** What a reconcile found in disagreement, and mended. */
  Disagreements: 'Count',
  /** Columns whose files are not as the catalog says, and names that others took. */
  SchemasDiffering: 'Count',
  /** Requests that the prediction API refused for their number, or for who asked. */
  ApiThrottled: 'Count',
  ApiUnauthorized: 'Count',
  /** Counted by the transfer watch at every look. */
  AgentsOffline: 'Count',
  TransfersFailed: 'Count',
  TransfersStalled: 'Count',
  TransferSchedulesStopped: 'Count',
  /** Ended executions whose report has not been in evidence for a week. */
  TransferReportsOverdue: 'Count',
  /** 1 a look at a job that has stayed in its state for longer than it should. */
  SnowballJobsStuck: 'Count',
  /** Days until the leave to copy a dataset's source ends; 0 when it has ended. */
  GrantDaysLeft: 'Count',
  /** 1 an hour in which the role of a dataset's source could copy. */
  CopyRoleEnabled: 'Count',
} as const;
export type MetricName = keyof typeof metrics;
