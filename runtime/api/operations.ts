/** What each operation of the document does. */
import { embed, predict, standardize, tokenize, type EmbeddingsBody, type PredictionsBody } from './answers.ts';
import type { Json, Operation } from './document.ts';
import type { Engine } from './engine.ts';
import type { Gate } from './gate.ts';
import type { Answer } from './http.ts';
import type { KeyStore } from './idempotency.ts';
import {
  cancelJob,
  createJob,
  getJob,
  listJobs,
  type JobBody,
  type JobParts,
  type JobRunner,
  type JobState,
  type JobStore,
} from './jobs.ts';
import { getModel, listModels } from './models.ts';
import type { MoleculeCache, MoleculeStore } from './molecule-cache.ts';
import type { Item } from './read-items.ts';
import { searchSimilar, type Neighbours, type SimilarityBody } from './similar.ts';
import { getStored } from './stored.ts';
import type { Caller, TokenRules } from './token.ts';

export interface ApiParts {
  /** The OpenAPI document as it is. */
  readonly document: Json;
  readonly rules: TokenRules;
  /** Loads the model; throws a problem 503 while that cannot be. */
  readonly engine: () => Promise<Engine>;
  readonly cache: (engine: Engine) => MoleculeCache;
  readonly molecules: (engine: Engine) => MoleculeStore;
  readonly neighbours: (engine: Engine) => Neighbours;
  readonly keys: KeyStore;
  readonly jobs: JobStore;
  readonly runner: JobRunner;
  readonly workBucket: string;
  readonly jobInputs: readonly string[];
  readonly jobOutputs: readonly string[];
  readonly cursorSecret: () => Promise<string>;
  /** One line a request. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  readonly gate?: Gate;
}

export interface Question {
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly body: unknown;
  readonly raw: Buffer;
  readonly caller: Caller;
}

export interface Context extends Question {
  readonly parts: ApiParts;
  readonly engine: Engine;
}

const jobParts = ({ parts, engine }: Context): JobParts => ({
  engine,
  jobs: parts.jobs,
  runner: parts.runner,
  workBucket: parts.workBucket,
  inputs: parts.jobInputs,
  outputs: parts.jobOutputs,
  cursorSecret: parts.cursorSecret,
});

const text = ({ parameters }: Context, name: string): string => String(parameters[name] ?? '');

/** By operationId. `token` names what is made, once per idempotency key. */
export const operations: Readonly<Record<string, (context: Context, token: string) => Answer | Promise<Answer>>> = {
  standardizeMolecules: ({ engine, body }) => standardize(engine, body as { items: readonly Item[] }),
  tokenize: ({ engine, body }) => tokenize(engine, body as { items: readonly Item[]; model?: string }),
  createEmbeddings: ({ engine, parts, body }) => embed(engine, parts.cache(engine), body as EmbeddingsBody),
  createPredictions: ({ engine, parts, body }) => predict(engine, parts.cache(engine), body as PredictionsBody),
  getEmbeddings: ({ engine, parts, parameters }) =>
    getStored(engine, parts.molecules(engine), {
      inchikey: String(parameters['inchikey']),
      encoding: parameters['encoding'] === 'base64_f32' ? 'base64_f32' : 'json',
      ...(parameters['model'] !== undefined && { model: String(parameters['model']) }),
      ...(parameters['If-None-Match'] !== undefined && { ifNoneMatch: String(parameters['If-None-Match']) }),
    }),
  searchSimilar: async ({ engine, parts, body, caller }) =>
    searchSimilar(
      {
        engine,
        cache: parts.cache(engine),
        store: parts.molecules(engine),
        neighbours: parts.neighbours(engine),
        cursorSecret: parts.cursorSecret,
      },
      caller.tenant,
      body as SimilarityBody,
    ),
  listModels: ({ engine }) => listModels(engine),
  getModel: (context) => getModel(context.engine, text(context, 'model'), text(context, 'version')),
  createJob: (context, token) => createJob(jobParts(context), context.caller.tenant, token, context.body as JobBody),
  getJob: (context) => getJob(jobParts(context), context.caller.tenant, text(context, 'id')),
  cancelJob: (context) => cancelJob(jobParts(context), context.caller.tenant, text(context, 'id')),
  listJobs: (context) =>
    listJobs(jobParts(context), context.caller.tenant, {
      limit: Number(context.parameters['limit']),
      ...(context.parameters['status'] !== undefined && { status: context.parameters['status'] as JobState }),
      ...(context.parameters['cursor'] !== undefined && { cursor: String(context.parameters['cursor']) }),
    }),
};
