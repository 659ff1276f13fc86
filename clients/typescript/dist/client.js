/** The client: one method a route, typed by the OpenAPI document. */
import { inBatches } from './batches.js';
import { Jobs } from './jobs.js';
import { Transport } from './transport.js';
/** What one request takes (`limits.max_items` of a model; the document for the routes that need none). */
const MAX_ITEMS = 256;
const MAX_STANDARDIZED = 1000;
export class DecantClient {
    jobs;
    #transport;
    #concurrency;
    constructor(options) {
        this.#transport = new Transport(options);
        this.#concurrency = options.concurrency ?? 4;
        this.jobs = new Jobs(this.#transport, options.sleep);
    }
    /** Canonical SMILES, InChIKey and parent of each molecule. */
    standardize(molecules, call) {
        return this.#batches('/v1/molecules:standardize', molecules, {}, call, MAX_STANDARDIZED);
    }
    /** Tokens of each molecule, as the model reads them. */
    tokenize(molecules, options = {}, call) {
        return this.#batches('/v1/tokenize', molecules, options, call);
    }
    /** Embedding of each molecule. */
    embed(molecules, options = {}, call) {
        return this.#batches('/v1/embeddings', molecules, options, call, MAX_ITEMS, true);
    }
    /** Predicted properties of each molecule. */
    predict(molecules, options = {}, call) {
        return this.#batches('/v1/predictions', molecules, options, call, MAX_ITEMS, true);
    }
    /** One page of the embedded molecules nearest to a molecule or vector. */
    search(request, call = {}) {
        return this.#transport.send({
            method: 'POST',
            path: '/v1/similarity:search',
            body: request,
            repeatable: true,
            ...call,
        });
    }
    /** Stored embeddings of the molecules with this InChIKey. */
    storedEmbeddings(inchikey, query = {}, call = {}) {
        const path = `/v1/embeddings/${encodeURIComponent(inchikey)}`;
        return this.#transport.send({ method: 'GET', path, query, repeatable: true, ...call });
    }
    /** The models that are served. */
    async models(call = {}) {
        const path = '/v1/models';
        const list = await this.#transport.send({ method: 'GET', path, repeatable: true, ...call });
        return list.models;
    }
    /** One version of a model. */
    model(name, version, call = {}) {
        const path = `/v1/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
        return this.#transport.send({ method: 'GET', path, repeatable: true, ...call });
    }
    #batches(path, molecules, options, call = {}, maxItems = MAX_ITEMS, keyed = false) {
        const { signal, onProgress } = call;
        return inBatches(molecules, { maxItems, concurrency: this.#concurrency, signal, onProgress }, (items, stop) => this.#transport.send({
            method: 'POST',
            path,
            body: { ...options, items },
            headers: keyed ? { 'Idempotency-Key': crypto.randomUUID() } : {},
            repeatable: true,
            signal: stop,
        }));
    }
}
