/** The verbs of the CLI. A verb's file is loaded only when the verb is called, so that start-up stays cheap. */
import type { Verb } from './verb.ts';

export interface VerbEntry {
  readonly name: string;
  readonly group: (typeof groups)[number];
  /** One line of the overview. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
}

/** Headings of the overview, in the order in which an operator meets them. */
export const groups = ['Describe:', 'Deliver:', 'Look:', 'Mend:', 'Tend:', 'Models:', 'Laptop:'] as const;

export const verbs: readonly VerbEntry[] = [
  {
    name: 'check',
    group: 'Describe:',
    summary: 'report every error of an estate file, or what changed in its contracts',
    load: () => import('./check.ts'),
  },
  {
    name: 'contract',
    group: 'Describe:',
    summary: 'propose a contract from real files (contract infer)',
    load: () => import('./contract.ts'),
  },
  {
    name: 'agent',
    group: 'Deliver:',
    summary: 'activate DataSync agents, and tell whether they answer',
    load: () => import('./agent.ts'),
  },
  {
    name: 'put',
    group: 'Deliver:',
    summary: 'deliver files or folders to the raw bucket',
    load: () => import('./put.ts'),
  },
  {
    name: 'transfer',
    group: 'Deliver:',
    summary: 'run, watch, prove and retry what DataSync moves',
    load: () => import('./transfer.ts'),
  },
  {
    name: 'snowball',
    group: 'Deliver:',
    summary: 'plan, order, fill, return and prove Snowball Edge devices',
    load: () => import('./snowball.ts'),
  },
  {
    name: 'dx',
    group: 'Deliver:',
    summary: 'letters, keys, acceptance, failover test and readiness of Direct Connect',
    load: () => import('./dx.ts'),
  },
  {
    name: 'copy',
    group: 'Deliver:',
    summary: 'copy datasets from S3 buckets of any account and Region',
    load: () => import('./copy.ts'),
  },
  {
    name: 'status',
    group: 'Look:',
    summary: 'show how far every dataset is, and what needs attention',
    load: () => import('./status.ts'),
  },
  {
    name: 'query',
    group: 'Look:',
    summary: 'run one SQL statement with Athena',
    load: () => import('./query.ts'),
  },
  {
    name: 'runs',
    group: 'Look:',
    summary: 'list executions of the workflows, newest first',
    load: () => import('./runs.ts'),
  },
  {
    name: 'quarantine',
    group: 'Look:',
    summary: 'list, show, replay or export what broke its contract',
    load: () => import('./quarantine.ts'),
  },
  {
    name: 'token',
    group: 'Look:',
    summary: 'get an access token of an application of the prediction API',
    load: () => import('./token.ts'),
  },
  {
    name: 'redrive',
    group: 'Mend:',
    summary: 'start unfinished shards again under the same contract',
    load: () => import('./redrive.ts'),
  },
  {
    name: 'replay',
    group: 'Mend:',
    summary: 'take quarantined and unclassified objects and rows to work again',
    load: () => import('./replay.ts'),
  },
  {
    name: 'reconcile',
    group: 'Mend:',
    summary: 'make ledger, raw bucket and results agree again',
    load: () => import('./reconcile.ts'),
  },
  {
    name: 'backfill',
    group: 'Tend:',
    summary: 'take a whole dataset of the raw bucket to work',
    load: () => import('./backfill.ts'),
  },
  {
    name: 'embed',
    group: 'Tend:',
    summary: 'embed new molecules now, and show how far their datasets are',
    load: () => import('./embed.ts'),
  },
  {
    name: 'publish',
    group: 'Tend:',
    summary: 'write predictions again as rows of a database and as files',
    load: () => import('./publish.ts'),
  },
  {
    name: 'crawl',
    group: 'Tend:',
    summary: 'find what others wrote to the transformed bucket, and check what is registered',
    load: () => import('./crawl.ts'),
  },
  {
    name: 'compact',
    group: 'Tend:',
    summary: 'rewrite small files of a table as few larger ones',
    load: () => import('./compact.ts'),
  },
  {
    name: 'bundle',
    group: 'Models:',
    summary: 'verify, show, import and export model bundles',
    load: () => import('./bundle.ts'),
  },
  {
    name: 'head',
    group: 'Models:',
    summary: 'train heads for measured endpoints on a table of your own',
    load: () => import('./head.ts'),
  },
  {
    name: 'local',
    group: 'Laptop:',
    summary: 'run the embedded AWS on this machine, and deploy to it',
    load: () => import('./local.ts'),
  },
];
