/**
 * Object keys. Each shape has one definition that builds a key, parses it and yields the pattern for grants,
 * so that a program, a policy and a person reading a bucket never disagree.
 */

/** A key's shape, such as `results/{dataset}/{shard}.json`. `{path}` may contain slashes; no other field may. */
export interface KeyShape<F extends string> {
  /** The shape as written, for documentation. */
  readonly shape: string;
  /** Builds a key. Throws a RangeError when a field is empty or holds a slash where none is allowed. */
  key(fields: Record<F, string>): string;
  /** Takes a key apart; undefined when it is not of this shape. */
  parse(key: string): Record<F, string> | undefined;
  /** The key pattern for IAM resources: every field that is not given becomes `*`. */
  pattern(fields?: Partial<Record<F, string>>): string;
  /** The longest literal prefix, for listings. Fields are filled from the left and stop at the first missing one. */
  prefix(fields?: Partial<Record<F, string>>): string;
}

type FieldsOf<S extends string> = S extends `${string}{${infer F}}${infer Rest}` ? F | FieldsOf<Rest> : never;

function shape<const S extends string>(text: S): KeyShape<FieldsOf<S>> {
  type F = FieldsOf<S>;
  const pieces = text.split(/\{(\w+)\}/); // literal, field, literal, field, …
  const isField = (i: number) => i % 2 === 1;
  const matcher = new RegExp(
    `^${pieces.map((p, i) => (isField(i) ? (p === 'path' ? '([^]+)' : '([^/]+)') : p.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))).join('')}$`,
  );
  const names = pieces.filter((_, i) => isField(i)) as F[];
  return {
    shape: text,
    key(fields) {
      return pieces
        .map((p, i) => {
          if (!isField(i)) return p;
          const value = fields[p as F];
          if (!value || (p !== 'path' && value.includes('/'))) {
            throw new RangeError(`key ${text}: field ${p} must be non-empty and hold no slash, got "${value}"`);
          }
          return value;
        })
        .join('');
    },
    parse(key) {
      const found = matcher.exec(key);
      if (!found) return undefined;
      return Object.fromEntries(names.map((n, i) => [n, found[i + 1] ?? ''])) as Record<F, string>;
    },
    pattern: (fields = {}) => pieces.map((p, i) => (isField(i) ? (fields[p as F] ?? '*') : p)).join(''),
    prefix(fields = {}) {
      let out = '';
      for (const [i, p] of pieces.entries()) {
        const part = isField(i) ? fields[p as F] : p;
        if (part === undefined) break;
        out += part;
      }
      return out;
    },
  };
}

/** The raw bucket: as delivered; `path` is the path at the source, unchanged. */
export const RawKeys = { object: shape('{source}/{dataset}/{path}') } as const;

/** The work bucket. `hash` is the contract's content hash; `shard` and `list` are ids from protocol/shard.ts. */
export const WorkKeys = {
  contract: shape('contracts/{hash}.json'),
  shard: shape('shards/{dataset}/{shard}.jsonl'),
  /** The shards of one backfill task, in order; one key of a shard file a line. */
  list: shape('lists/{dataset}/{list}/{part}.jsonl'),
  /** The index of a backfill: one `{"list": key}` a line, read by the Distributed Map. */
  listIndex: shape('lists/{dataset}/{list}.jsonl'),
  result: shape('results/{dataset}/{shard}.json'),
  /** What a shard delivers to a merge table, before the merge; kept, so that a merge can be computed anew. */
  delta: shape('deltas/{table}/{shard}.parquet'),
  mapResults: shape('map-runs/{path}'),
  athena: shape('athena/{path}'),
  /** What Decant knows of one execution of a transfer task, also after DataSync forgot it; `id` is the execution's (`exec-…`). */
  transfer: shape('transfers/{dataset}/{id}.json'),
  /** Files of a dataset that wait for another try after this execution: one JSON object a line. */
  transferOpen: shape('transfers/{dataset}/{id}.open.jsonl'),
  /**
   * A retry list: paths below the source's folder, one a line, as a DataSync manifest. DataSync reads it with the role that the
   * task writes its report with.
   */
  retryList: shape('retry-lists/{dataset}/{id}.csv'),
  /** An order of Snowball devices: who was asked to approve it, and what they said; `execution` is the workflow's. */
  snowball: shape('snowball/{dataset}/{execution}.json'),
  /** What the transfer watch remembers from one look to the next. */
  transferWatch: shape('watch/transfers.json'),
  /** Where DataSync writes its task reports; `path` is DataSync's own. */
  taskReport: shape('task-reports/{dataset}/{path}'),
  /** One copy of a dataset from another bucket: plan, slices, jobs, reports and outcomes; `copy` is its id. */
  copy: shape('copies/{dataset}/{copy}/{path}'),
  /** Which execution embeds a dataset: the one that is to run, or ran last. */
  embedRun: shape('embeddings/{dataset}/run.json'),
  /** Files that one execution embeds; `run` is the execution's name. */
  embedPlan: shape('embeddings/{dataset}/plans/{run}.json'),
  /** What is embedded once that execution has ended well. */
  embedNext: shape('embeddings/{dataset}/next/{run}.json'),
  /** Counts of one execution, written last by its job. */
  embedSummary: shape('embeddings/{dataset}/summaries/{run}.json'),
  /** Files that are embedded, for a bundle (its hash) and a storage type. */
  embedMark: shape('embeddings/{dataset}/marks/{bundle}-{dtype}.json'),
  /** A bundle's files, for jobs that cannot read this app's code. */
  bundle: shape('bundles/{hash}/{path}'),
  /** Script packages and wheels of jobs, under the names that Spark and pip want. */
  jobFile: shape('jobs/{hash}/{path}'),
  /** What Glue keeps while a job runs. */
  jobScratch: shape('job-scratch/{sensitivity}/{path}'),
  /** The vectors of one class (vectorIndexName): an exact index, or how far an S3 Vectors index is. */
  vectors: shape('vectors/{index}/{path}'),
} as const;

/** What a piece of evidence proves. */
export const evidenceKinds = ['transfer', 'snowball', 'copy', 'manifest', 'verify', 'connection', 'access'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/**
 * The evidence bucket, written once under Object Lock. `date` is the UTC day on which the thing began, such as 2026-11-20; `id` is that of an
 * execution, a job or a statement. Evidence of no one dataset has `-` for it.
 */
export const EvidenceKeys = { file: shape('{kind}/{dataset}/{date}/{id}/{path}') } as const;

/** The transformed bucket. */
export const TransformedKeys = {
  /** `partition` is `name=value`, for example `delivery_date=2026-11-20`. */
  partitioned: shape('{table}/{partition}/{shard}.parquet'),
  unpartitioned: shape('{table}/{shard}.parquet'),
  /** A whole merge table; `snapshot` is an id that the catalog's table location points at. */
  snapshot: shape('{table}/snapshot-{snapshot}/{part}.parquet'),
  snapshotIndex: shape('{table}/snapshot-{snapshot}/_snapshot.json'),
  /** What a compaction made of a partition's files; the catalog's partition location points at the folder. */
  compacted: shape('{table}/compacted-{id}/{partition}/{part}.parquet'),
  /** What the compaction has taken in. */
  compactionIndex: shape('{table}/compacted-{id}/{partition}/_compaction.json'),
  /** Object versions whose rows `<table>_current` hides. */
  superseded: shape('superseded_objects/{shard}.parquet'),
} as const;

/** In the transformed bucket too: molecules, embeddings and predictions. `table` is one of theirs, `bundle` the bundle's hash. */
export const EmbeddedKeys = {
  file: shape('{table}/bundle={bundle}/sensitivity={sensitivity}/{file}.parquet'),
} as const;

/** In the transformed bucket too: published files and their indexes, one a table. */
export const ExportKeys = {
  index: shape('exports/{table}/index.json'),
  file: shape('exports/{table}/{format}/bundle={bundle}/sensitivity={sensitivity}/{file}'),
} as const;

/** The quarantine bucket. */
export const QuarantineKeys = {
  /** Raw records of one member that broke the contract, one after the other; offsets are in the reasons. */
  payload: shape('payloads/{dataset}/{shard}/{member}.bin'),
  /** The table of reasons, one row a quarantined record or object. */
  reasons: shape('reasons/dataset={dataset}/{shard}.parquet'),
} as const;

/** The same table for molecules that have no vector: one file an execution of the embed workflow. */
export const EmbedReasonKeys = { file: shape('reasons/dataset={dataset}/embed-{run}.parquet') } as const;
