/** The client: one method a route, typed by the OpenAPI document. */
import { inBatches, type BatchAnswer } from './batches.ts';
import { Jobs } from './jobs.ts';
import { Transport, type TransportOptions } from './transport.ts';
import type { Answers, CallOptions, MoleculeInput, Options, Schemas } from './types.ts';

export interface ClientOptions extends TransportOptions {
  /** Requests at once of one call that is cut into several. @default 4 */
  readonly concurrency?: number;
}

export interface BatchCallOptions extends CallOptions {
  /** Told after each batch: molecules that are answered, and all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What one request takes (`limits.max_items` of a model; the document for the routes that need none). */
const MAX_ITEMS = 256;
const MAX_STANDARDIZED = 1000;

export class DecantClient {
  readonly jobs: Jobs;
  readonly #transport: Transport;
  readonly #concurrency: number;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.#concurrency = options.concurrency ?? 4;
    this.jobs = new Jobs(this.#transport, options.sleep);
  }

  /** Canonical SMILES, InChIKey and parent of each molecule. */
  standardize(
    molecules: readonly MoleculeInput[],
    call?: BatchCallOptions,
  ): Promise<Answers<Schemas['StandardizedItem']>> {
    return this.#batches('/v1/molecules:standardize', molecules, {}, call, MAX_STANDARDIZED);
  }

  /** Tokens of each molecule, as the model reads them. */
  tokenize(
    molecules: readonly MoleculeInput[],
    options: Options<Schemas['TokenizeRequest']> = {},
    call?: BatchCallOptions,
  ): Promise<Answers<Schemas['TokenizedItem']>> {
    return this.#batches('/v1/tokenize', molecules, options, call);
  }

  /** Embedding of each molecule. */
  embed(
    molecules: readonly MoleculeInput[],
    options: Options<Schemas['EmbeddingsRequest']> = {},
    call?: BatchCallOptions,
  ): Promise<Answers<Schemas['EmbeddedItem']>> {
    return this.#batches('/v1/embeddings', molecules, options, call, MAX_ITEMS, true);
  }

  /** Predicted properties of each molecule. */
  predict(
    molecules: readonly MoleculeInput[],
    options: Options<Schemas['PredictionsRequest']> = {},
    call?: BatchCallOptions,
  ): Promise<Answers<Schemas['PredictedItem']>> {
    return this.#batches('/v1/predictions', molecules, options, call, MAX_ITEMS, true);
  }

  /** One page of the embedded molecules nearest to a molecule or vector. */
  search(request: Schemas['SimilarityRequest'], call: CallOptions = {}): Promise<Schemas['SimilarityResponse']> {
    return this.#transport.send({
      method: 'POST',
      path: '/v1/similarity:search',
      body: request,
      repeatable: true,
      ...call,
    });
  }

  /** Stored embeddings of the molecules with this InChIKey. */
  storedEmbeddings(
    inchikey: string,
    query: { readonly model?: string; readonly encoding?: 'json' | 'base64_f32' } = {},
    call: CallOptions = {},
  ): Promise<Schemas['StoredEmbeddings']> {
    const path = `/v1/embeddings/${encodeURIComponent(inchikey)}`;
    return this.#transport.send({ method: 'GET', path, query, repeatable: true, ...call });
  }

  /** The models that are served. */
  async models(call: CallOptions = {}): Promise<Schemas['Model'][]> {
    const path = '/v1/models';
    const list = await this.#transport.send<Schemas['ModelList']>({ method: 'GET', path, repeatable: true, ...call });
    return list.models;
  }

  /** One version of a model. */
  model(name: string, version: string, call: CallOptions = {}): Promise<Schemas['Model']> {
    const path = `/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
    return this.#transport.send({ method: 'GET', path, repeatable: true, ...call });
  }

  #batches<T extends { index: number; id?: string; status: 'ok' | 'error' }>(
    path: string,
    molecules: readonly MoleculeInput[],
    options: object,
    call: BatchCallOptions = {},
    maxItems = MAX_ITEMS,
    keyed = false,
  ): Promise<Answers<T>> {
    const { signal, onProgress } = call;
    return inBatches<T>(molecules, { maxItems, concurrency: this.#concurrency, signal, onProgress }, (items, stop) =>
      this.#transport.send<BatchAnswer<T>>({
        method: 'POST',
        path,
        body: { ...options, items },
        headers: keyed ? { 'Idempotency-Key': crypto.randomUUID() } : {},
        repeatable: true,
        signal: stop,
      }),
    );
  }
}
