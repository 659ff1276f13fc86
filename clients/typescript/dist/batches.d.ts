import type { Answers, MoleculeInput, Schemas } from './types.ts';
type Ref = Schemas['ModelRef'];
interface Item {
    readonly index: number;
    readonly id?: string;
    readonly status: 'ok' | 'error';
}
export interface BatchAnswer<T> {
    readonly model: Ref;
    readonly items: readonly T[];
}
export interface Batching {
    /** Molecules of one request. */
    readonly maxItems: number;
    /** Requests at once. */
    readonly concurrency: number;
    readonly signal?: AbortSignal | undefined;
    /** Told after each batch: molecules that are answered, and all. */
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
}
/** Cuts a list so that no part is above either limit. One molecule that is too large stands alone: the API refuses it. */
export declare function cut(smiles: readonly string[], maxItems: number, maxBytes?: number): [from: number, to: number][];
/**
 * Sends all batches. Ids stay here, so that they may repeat; the API knows the molecules of a request by their places.
 * Throws a PartialAnswerError when some were answered and one was not, and BadAnswerError when the model changed between.
 */
export declare function inBatches<T extends Item>(molecules: readonly MoleculeInput[], batching: Batching, send: (items: {
    smiles: string;
}[], signal: AbortSignal) => Promise<BatchAnswer<T>>): Promise<Answers<T>>;
export {};
