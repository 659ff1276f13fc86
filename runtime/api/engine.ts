/** What answers need of the model: chemistry, tokens, vectors. */
import type { ErrorCode, WarningCode } from '../../protocol/molecules.ts';
import type { Bundle } from '../bundle/read.ts';
import type { ChangeCode } from '../molecules/changes.ts';

export interface ItemWarning {
  readonly code: WarningCode;
  readonly detail: string;
  readonly count?: number;
}

export interface ItemFailure {
  readonly ok: false;
  readonly code: ErrorCode;
  /** Without the structure. */
  readonly detail: string;
  /** Character of the SMILES at which it is wrong, from 0. */
  readonly position?: number;
}

export interface Standardized {
  readonly ok: true;
  readonly canonical: string;
  readonly inchikey: string | undefined;
  readonly components: number;
  /** Largest component. */
  readonly parent: string;
  /** From the text as it came to its canonical form. */
  readonly changes: readonly ChangeCode[];
  readonly warnings: readonly ItemWarning[];
}

export interface Tokenized {
  readonly ok: true;
  /** Special ones included; all of them, also above what the model reads. */
  readonly texts: readonly string[];
  readonly ids: readonly number[];
  readonly unknown: number;
}

export interface Encoded {
  readonly embedding: Float32Array;
  /** In the order and units of the bundle's targets. */
  readonly targets: Float64Array;
}

export interface Engine {
  readonly bundle: Bundle;
  standardize(smiles: string): Promise<Standardized | ItemFailure>;
  tokenize(canonical: string): Tokenized | ItemFailure;
  /** SMILES of a molblock. */
  ofMolblock(text: string): Promise<{ readonly ok: true; readonly smiles: string } | ItemFailure>;
  /** Same length and order. Ids are no longer than the model reads. */
  encode(ids: readonly (readonly number[])[]): Promise<Encoded[]>;
  /** Key of a molecule's vector, as in the lake's tables. */
  moleculeKey(canonical: string): string;
  /** Highest cosine similarity to the reference sample; undefined where the bundle has none. */
  nearest(embedding: Float32Array): number | undefined;
}
