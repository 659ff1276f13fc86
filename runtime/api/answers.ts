/** What the operations on molecules answer. */
import { createHash } from 'node:crypto';
import { errorCodes } from '../../protocol/molecules.ts';
import type { BundleHead } from '../bundle/read.ts';
import { headValue } from '../inference/endpoints.ts';
import type { Engine, ItemFailure } from './engine.ts';
import type { Answer } from './http.ts';
import type { KnownMolecule, MoleculeCache } from './molecule-cache.ts';
import { ApiProblem, invalid } from './problem.ts';
import {
  computeItems,
  inTurn,
  readItem,
  standardizeItem,
  type Computed,
  type Item,
  type OnTruncation,
} from './read-items.ts';

export type Encoding = 'json' | 'base64_f32';

/** Which model answered. */
export const modelRef = ({ bundle: { index } }: Engine): { name: string; version: string; sha256: string } => ({
  name: index.name,
  version: index.version,
  sha256: index.hash,
});

/** Throws 404 unless the served model is meant: `name` or `name@version`. */
export function wantModel({ bundle: { index } }: Engine, asked: string | undefined): void {
  if (asked === undefined || asked === index.name || asked === `${index.name}@${index.version}`) return;
  throw new ApiProblem('no-such-model', `${index.name}@${index.version} is served`);
}

/** Throws 422 where two items have one id: their answers could not be told apart. */
function wantUniqueIds(items: readonly Item[]): void {
  const seen = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    if (id === undefined) continue;
    const first = seen.get(id);
    if (first !== undefined) throw invalid(`#/items/${index}/id`, `is the id of item ${first} too`);
    seen.set(id, index);
  }
}

const kebab = (code: string): string => code.toLowerCase().replaceAll('_', '-');

const errorOf = ({ code, detail, position }: ItemFailure): Record<string, unknown> => ({
  type: `urn:decant:problem:${kebab(code)}`,
  title: errorCodes[code],
  detail,
  code,
  ...(position !== undefined && { position }),
});

/** Same length and order as the request, with what is common to all answers. */
function answerItems<T extends { readonly ok: true }>(
  engine: Engine,
  items: readonly Item[],
  results: readonly (T | ItemFailure)[],
  fields: (result: T) => Record<string, unknown>,
  more: Record<string, unknown> = {},
): Answer {
  const ok = results.filter((r) => r.ok).length;
  const summary = { ok, failed: results.length - ok };
  const answered = results.map((result, index) => {
    const id = items[index]?.id;
    const head = { index, ...(id !== undefined && { id }) };
    return result.ok
      ? { ...head, status: 'ok', ...fields(result) }
      : { ...head, status: 'error', error: errorOf(result) };
  });
  return { status: 200, body: { model: modelRef(engine), summary, ...more, items: answered }, log: summary };
}

export async function standardize(engine: Engine, body: { items: readonly Item[] }): Promise<Answer> {
  wantUniqueIds(body.items);
  const results = await inTurn(body.items, (item) => standardizeItem(engine, item));
  return answerItems(engine, body.items, results, (r) => ({
    canonical_smiles: r.canonical,
    ...(r.inchikey !== undefined && { inchikey: r.inchikey }),
    parent: r.parent,
    components: r.components,
    changes: r.changes,
    warnings: r.warnings,
  }));
}

export async function tokenize(engine: Engine, body: { items: readonly Item[]; model?: string }): Promise<Answer> {
  wantModel(engine, body.model);
  wantUniqueIds(body.items);
  const results = await inTurn(body.items, (item) => readItem(engine, item, 'flag'));
  return answerItems(engine, body.items, results, (r) => ({
    canonical_smiles: r.standardized.canonical,
    tokens: r.tokenized.texts,
    token_ids: r.tokenized.ids,
    truncated: r.truncated,
    unknown: r.tokenized.unknown,
    warnings: r.warnings,
  }));
}

/** A vector as it is asked for. */
export const vectorOf = (vector: Float32Array, encoding: Encoding): Record<string, unknown> =>
  encoding === 'json'
    ? { embedding: Array.from(vector) }
    : { embedding_base64: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64') };

function normalized(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((v) => v / length);
}

const known = ({ molecule, cached, warnings }: Computed): Record<string, unknown> => ({
  canonical_smiles: molecule.canonical,
  ...(molecule.inchikey !== undefined && { inchikey: molecule.inchikey }),
  molecule_key: molecule.moleculeKey,
  tokens: molecule.tokens,
  truncated: molecule.truncated,
  cached,
  warnings,
});

export interface EmbeddingsBody {
  readonly model?: string;
  readonly pooling?: 'mean' | 'cls';
  readonly normalize: boolean;
  readonly on_truncation: OnTruncation;
  readonly encoding: Encoding;
  readonly items: readonly Item[];
}

export async function embed(engine: Engine, cache: MoleculeCache, body: EmbeddingsBody): Promise<Answer> {
  wantModel(engine, body.model);
  const { pooling } = engine.bundle.index;
  if (body.pooling !== undefined && body.pooling !== pooling)
    throw invalid('#/pooling', `the model is pooled by ${pooling}`);
  wantUniqueIds(body.items);
  const results = await computeItems(engine, cache, body.items, body.on_truncation);
  const answer = answerItems(
    engine,
    body.items,
    results,
    (r) => {
      const vector = r.molecule.embedding;
      return { ...known(r), ...vectorOf(body.normalize ? normalized(vector) : vector, body.encoding) };
    },
    { pooling, normalized: body.normalize },
  );
  return withLog(answer, results);
}

export interface PredictionsBody {
  readonly model?: string;
  readonly endpoints?: readonly string[];
  readonly on_truncation: OnTruncation;
  readonly items: readonly Item[];
}

export async function predict(engine: Engine, cache: MoleculeCache, body: PredictionsBody): Promise<Answer> {
  wantModel(engine, body.model);
  wantUniqueIds(body.items);
  const endpoints = chooseEndpoints(engine, body.endpoints);
  const results = await computeItems(engine, cache, body.items, body.on_truncation);
  const answer = answerItems(engine, body.items, results, (r) => ({
    ...known(r),
    predictions: endpoints.map(({ value }) => value(r.molecule)),
    ...applies(engine, r.molecule),
  }));
  return withLog(answer, results);
}

export interface Applicability {
  readonly nearest_similarity: number;
  readonly threshold: number;
  readonly in_domain: boolean;
}

/** Cosine similarity to what the model has seen; undefined where the bundle has no reference sample. */
export function applicability(engine: Engine, { embedding }: KnownMolecule): Applicability | undefined {
  const nearest = engine.nearest(embedding);
  const { reference } = engine.bundle;
  if (nearest === undefined || !reference) return undefined;
  return {
    nearest_similarity: nearest,
    threshold: reference.threshold,
    in_domain: nearest >= reference.threshold,
  };
}

function applies(engine: Engine, molecule: KnownMolecule): { applicability?: Applicability } {
  const found = applicability(engine, molecule);
  return found ? { applicability: found } : {};
}

export interface Endpoint {
  readonly name: string;
  readonly value: (molecule: KnownMolecule) => PredictedValue;
}
export interface PredictedValue {
  readonly endpoint: string;
  readonly value: number;
  readonly unit: string;
  readonly status: 'descriptor' | 'supported' | 'experimental';
  readonly uncertainty?: number;
}

/** The endpoints that are asked for, else all. Throws 422 with the place of an unknown one. */
export function chooseEndpoints({ bundle }: Engine, asked: readonly string[] | undefined): readonly Endpoint[] {
  const all = new Map<string, Endpoint>();
  for (const [i, { name, unit }] of bundle.targets.entries())
    all.set(name, {
      name,
      value: ({ targets }) => ({ endpoint: name, value: targets[i] ?? NaN, unit, status: 'descriptor' }),
    });
  for (const head of bundle.heads)
    all.set(head.name, { name: head.name, value: ({ embedding }) => valueOfHead(head, embedding) });
  if (!asked) return [...all.values()];
  return asked.map((name, i) => {
    const endpoint = all.get(name);
    if (!endpoint) throw invalid(`#/endpoints/${i}`, 'the model has no such endpoint');
    return endpoint;
  });
}

function valueOfHead(head: BundleHead, embedding: Float32Array): PredictedValue {
  const uncertainty = head.kind === 'ridge' ? head.metrics['rmse'] : undefined;
  return {
    endpoint: head.name,
    value: headValue(head, embedding),
    unit: head.unit,
    status: head.status,
    ...(typeof uncertainty === 'number' && { uncertainty }),
  };
}

/** Molecules show in logs as hashes of their InChIKeys, and only the first of them. */
const LOGGED = 5;

function withLog(answer: Answer, results: readonly (Computed | ItemFailure)[]): Answer {
  const computed = results.flatMap((r) => (r.ok ? [r] : []));
  return {
    ...answer,
    log: {
      ...answer.log,
      cached: computed.filter((r) => r.cached).length,
      molecules: computed.slice(0, LOGGED).map((r) => hashOf(r.molecule.inchikey ?? r.molecule.moleculeKey)),
    },
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
