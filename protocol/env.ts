/** Environment variables: declared once, so that the compiler binds the writer (a stack) to the reader (a program). */

export const ArrivalsEnv = {
  environment: 'ENVIRONMENT',
  rawBucket: 'RAW_BUCKET',
  workBucket: 'WORK_BUCKET',
  ledgerTable: 'LEDGER_TABLE',
  ingestMachine: 'INGEST_MACHINE_ARN',
  /** The environment's `shard` sizes. */
  shardMaxObjects: 'SHARD_MAX_OBJECTS',
  shardMaxMiB: 'SHARD_MAX_MIB',
} as const;

export const SweeperEnv = ArrivalsEnv;

export const RegisterEnv = {
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
  quarantineBucket: 'QUARANTINE_BUCKET',
  catalogDatabase: 'CATALOG_DATABASE',
} as const;

/** The function that has images built. */
export const ImageEnv = { project: 'PROJECT' } as const;

export const CrawledEnv = {
  environment: 'ENVIRONMENT',
  catalogDatabase: 'CATALOG_DATABASE',
  /** Database that the crawler writes to. */
  seenDatabase: 'SEEN_DATABASE',
  transformedBucket: 'TRANSFORMED_BUCKET',
} as const;

/** The nightly reconcile: what arrivals knows, the catalog, and where the compiled contracts lie. */
export const ReconcileEnv = {
  ...ArrivalsEnv,
  ...RegisterEnv,
  contractsBucket: 'CONTRACTS_BUCKET',
  contractsKey: 'CONTRACTS_KEY',
} as const;

/** What the task definition sets once. */
export const TransformerEnv = {
  environment: 'ENVIRONMENT',
  rawBucket: 'RAW_BUCKET',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
  quarantineBucket: 'QUARANTINE_BUCKET',
  ledgerTable: 'LEDGER_TABLE',
  catalogDatabase: 'CATALOG_DATABASE',
  /** Of the whole task; the engine's memory limit follows from it. */
  memoryMiB: 'TASK_MEMORY_MIB',
  vcpu: 'TASK_VCPU',
  scratchGiB: 'SCRATCH_GIB',
} as const;

/** What each run of the task is told: one of the first three, then who asks. */
export const TransformerInput = {
  shardKey: 'SHARD_KEY',
  shardListKey: 'SHARD_LIST_KEY',
  /** One object of the raw bucket by hand, newest version. */
  inputKey: 'INPUT_KEY',
  run: 'RUN',
  attempt: 'ATTEMPT',
  retry: 'RETRY',
} as const;

export const SnowballEnv = {
  estate: 'ESTATE',
  environment: 'ENVIRONMENT',
  /** `true` when the estate says that the account was a Snowball customer before AWS closed the service to new ones. */
  existingCustomer: 'EXISTING_SNOWBALL_CUSTOMER',
  deviceType: 'DEVICE_TYPE',
  shipping: 'SHIPPING_OPTION',
  rawBucket: 'RAW_BUCKET',
  workBucket: 'WORK_BUCKET',
  evidenceBucket: 'EVIDENCE_BUCKET',
  kmsKey: 'KMS_KEY_ARN',
  topic: 'SNOWBALL_TOPIC_ARN',
  addressSecret: 'ADDRESS_SECRET',
  /** JSON: dataset → ARN of the role that imports it. */
  importRoles: 'IMPORT_ROLES',
  /** Seconds between two looks at a job. */
  lookSec: 'LOOK_SECONDS',
} as const;

export const TransferWatchEnv = {
  estate: 'ESTATE',
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  /** JSON: agent → its ARN. */
  agents: 'AGENTS',
} as const;

export const TransferArchiveEnv = {
  estate: 'ESTATE',
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  evidenceBucket: 'EVIDENCE_BUCKET',
} as const;

export const GrantsEnv = {
  environment: 'ENVIRONMENT',
  /** JSON: GrantWatched[], see protocol/copy.ts. */
  grants: 'GRANTS',
} as const;

/** The prediction API. The bundle lies in the folder `bundle` beside the function's code. */
export const PredictEnv = {
  estate: 'ESTATE',
  environment: 'ENVIRONMENT',
  /** `iss` of a token; below it `/.well-known/jwks.json`. On an embedded AWS that document is below `AWS_ENDPOINT_URL/<pool>` instead. */
  issuer: 'TOKEN_ISSUER',
  /** JSON: id of an app client → who it is, which is the tenant of what it stores. */
  clients: 'TOKEN_CLIENTS',
  idempotencyTable: 'IDEMPOTENCY_TABLE',
  /** Embeddings that were computed already. */
  moleculesTable: 'MOLECULES_TABLE',
  /** ARN of the secret that cursors are signed with. */
  cursorSecret: 'CURSOR_SECRET_ARN',
  jobsMachine: 'JOBS_MACHINE_ARN',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
} as const;

/** The function that starts the workflow which embeds. */
export const EmbedStartEnv = {
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  embedMachine: 'EMBED_MACHINE_ARN',
  queueUrl: 'EMBED_QUEUE_URL',
  /** Seconds after which a dataset that is being embedded is asked about again. */
  waitSec: 'WAIT_SECONDS',
} as const;

/** The functions that plan and record what a run embeds. */
export const EmbedEnv = {
  estate: 'ESTATE',
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
  catalogDatabase: 'CATALOG_DATABASE',
  bundleName: 'BUNDLE_NAME',
  bundleHash: 'BUNDLE_HASH',
  dtype: 'DTYPE',
} as const;

export const EmbedPlanEnv = {
  ...EmbedEnv,
  /** JSON: JobCopies, see protocol/embeddings.ts. */
  jobCopies: 'JOB_COPIES',
} as const;

export const EmbedRecordEnv = {
  ...EmbedEnv,
  quarantineBucket: 'QUARANTINE_BUCKET',
  /** JSON: sensitive class → ARN of its key. */
  classKeys: 'CLASS_KEYS',
} as const;

/** The task that brings vector indexes up to the table. */
export const IndexEnv = {
  environment: 'ENVIRONMENT',
  workBucket: 'WORK_BUCKET',
  transformedBucket: 'TRANSFORMED_BUCKET',
  bundleName: 'BUNDLE_NAME',
  bundleHash: 'BUNDLE_HASH',
  dimension: 'DIMENSION',
  /** `s3-vectors` or `exact`. */
  vectors: 'VECTORS',
  /** `-` where the index is exact. */
  vectorBucket: 'VECTOR_BUCKET',
  /** JSON: class → ARN of the key that its vectors are written with. */
  classKeys: 'CLASS_KEYS',
} as const;

/** What each run of it is told: class of the dataset that was embedded. */
export const IndexInput = { sensitivity: 'SENSITIVITY' } as const;

/** What the page to try the API tells browsers. */
export const PageEnv = {
  environment: 'ENVIRONMENT',
  /** `https://` and the host of the user pool's pages, where people sign in. */
  signInDomain: 'SIGN_IN_DOMAIN',
  /** App client of people. */
  signInClient: 'SIGN_IN_CLIENT',
} as const;

export type Env<T extends Record<string, string>> = Record<T[keyof T], string>;
