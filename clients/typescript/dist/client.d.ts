import { Jobs } from './jobs.ts';
import { type TransportOptions } from './transport.ts';
import type { Answers, CallOptions, MoleculeInput, Options, Schemas } from './types.ts';
export interface ClientOptions extends TransportOptions {
    /** Requests at once of one call that is cut into several. @default 4 */
    readonly concurrency?: number;
}
export interface BatchCallOptions extends CallOptions {
    /** Told after each batch: molecules that are answered, and all. */
    readonly onProgress?: (done: number, total: number) => void;
}
export declare class DecantClient {
    #private;
    readonly jobs: Jobs;
    constructor(options: ClientOptions);
    /** Canonical SMILES, InChIKey and parent of each molecule. */
    standardize(molecules: readonly MoleculeInput[], call?: BatchCallOptions): Promise<Answers<Schemas['StandardizedItem']>>;
    /** Tokens of each molecule, as the model reads them. */
    tokenize(molecules: readonly MoleculeInput[], options?: Options<Schemas['TokenizeRequest']>, call?: BatchCallOptions): Promise<Answers<Schemas['TokenizedItem']>>;
    /** Embedding of each molecule. */
    embed(molecules: readonly MoleculeInput[], options?: Options<Schemas['EmbeddingsRequest']>, call?: BatchCallOptions): Promise<Answers<Schemas['EmbeddedItem']>>;
    /** Predicted properties of each molecule. */
    predict(molecules: readonly MoleculeInput[], options?: Options<Schemas['PredictionsRequest']>, call?: BatchCallOptions): Promise<Answers<Schemas['PredictedItem']>>;
    /** One page of the embedded molecules nearest to a molecule or vector. */
    search(request: Schemas['SimilarityRequest'], call?: CallOptions): Promise<Schemas['SimilarityResponse']>;
    /** Stored embeddings of the molecules with this InChIKey. */
    storedEmbeddings(inchikey: string, query?: {
        readonly model?: string;
        readonly encoding?: 'json' | 'base64_f32';
    }, call?: CallOptions): Promise<Schemas['StoredEmbeddings']>;
    /** The models that are served. */
    models(call?: CallOptions): Promise<Schemas['Model'][]>;
    /** One version of a model. */
    model(name: string, version: string, call?: CallOptions): Promise<Schemas['Model']>;
}
