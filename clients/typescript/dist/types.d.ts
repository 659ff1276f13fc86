/** Names for what the OpenAPI document describes. */
import type { components, operations } from './openapi.ts';
export type Schemas = components['schemas'];
export type Operations = operations;
/** One structure, or a structure with an id that comes back with its answer. */
export type MoleculeInput = string | Schemas['Molecule'];
/** Everything of a request but its molecules. */
export type Options<T> = Omit<T, 'items'>;
/** Answers to any number of molecules, in the order they were given. */
export interface Answers<T> {
    /** The one model that answered all of them. */
    readonly model: Schemas['ModelRef'];
    readonly summary: Schemas['Summary'];
    /** As many as molecules were given; `index` counts from 0 over all of them. */
    readonly items: readonly T[];
}
export interface CallOptions {
    readonly signal?: AbortSignal;
}
