/** From texts to vectors and predictions: as many answers as texts, in their order. */
import { errorCodes, type WarningCode } from '../../protocol/molecules.ts';
import { readBundle, type Bundle } from '../bundle/read.ts';
import { moleculeError, type MoleculeError } from '../molecules/refusal.ts';
import { Toolkit } from '../molecules/toolkit.ts';
import type { StandardMolecule } from '../molecules/standardize.ts';
import { Applicability } from './applicability.ts';
import { Encoder } from './encoder.ts';
import { endpointsOf, valuesOf, type Endpoint } from './endpoints.ts';
import { fitTokens, Tokenizer } from './tokenizer.ts';

/** A molecule that the model can read. */
export interface ReadMolecule {
  readonly ok: true;
  readonly canonical: string;
  readonly inchikey: string | null;
  readonly components: number;
  readonly fingerprint?: Uint8Array;
  readonly warnings: readonly WarningCode[];
  /** Tokens of the molecule, the special ones included; more than the model reads when cut. */
  readonly tokens: number;
  readonly unknown: number;
  readonly truncated: boolean;
  readonly ids: readonly number[];
}
export interface Predicted extends ReadMolecule {
  readonly embedding: Float32Array;
  /** In the order of the predictor's endpoints. */
  readonly values: Float64Array;
  /** Cosine similarity to the nearest vector of the reference sample; NaN where the bundle has none. */
  readonly nearest: number;
  readonly inDomain: boolean;
}
/** `canonical` where the molecule was understood, and only the model cannot read it. */
export interface NotPredicted {
  readonly ok: false;
  readonly error: MoleculeError;
  readonly molecule?: StandardMolecule;
}

export interface ReadOptions {
  /** `flag`: a molecule of too many tokens is cut, and has a warning. @default error */
  readonly onTruncation?: 'error' | 'flag';
  readonly fingerprint?: boolean;
}

export class Predictor {
  readonly bundle: Bundle;
  readonly endpoints: readonly Endpoint[];
  readonly toolkit: Toolkit;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  readonly applicability: Applicability;

  private constructor(bundle: Bundle, toolkit: Toolkit, tokenizer: Tokenizer, encoder: Encoder) {
    this.bundle = bundle;
    this.endpoints = endpointsOf(bundle);
    this.toolkit = toolkit;
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.applicability = new Applicability(bundle);
  }

  /** Reads and proves the bundle of a folder. Throws a BundleError. */
  static async open(folder: string): Promise<Predictor> {
    return Predictor.of(await readBundle(folder));
  }

  static async of(bundle: Bundle): Promise<Predictor> {
    const toolkit = new Toolkit();
    const tokenizer = new Tokenizer(bundle);
    const { model, targets, index } = bundle;
    const shape = { model, dimension: index.dimension, targets: targets.length, pad: tokenizer.pad };
    return new Predictor(bundle, toolkit, tokenizer, await Encoder.open(shape));
  }

  /** The verdict on one text as far as its tokens. */
  async read(
    text: string,
    { onTruncation = 'error', fingerprint = false }: ReadOptions = {},
  ): Promise<ReadMolecule | NotPredicted> {
    const molecule = await this.toolkit.standardize(text, { fingerprint });
    return molecule.ok ? this.#tokenized(molecule, onTruncation) : molecule;
  }

  async predict(texts: readonly string[], options: ReadOptions = {}): Promise<(Predicted | NotPredicted)[]> {
    const read: (ReadMolecule | NotPredicted)[] = [];
    for (const text of texts) read.push(await this.read(text, options));
    return this.compute(read);
  }

  /** Computes what can be read; errors stay where they are. */
  async compute(read: readonly (ReadMolecule | NotPredicted)[]): Promise<(Predicted | NotPredicted)[]> {
    const readable = read.filter((r) => r.ok);
    const { dimension } = this.bundle.index;
    const targets = this.bundle.targets.length;
    const { embedding, prediction } = await this.encoder.run(readable.map(({ ids }) => ids));
    const nearest = this.applicability.nearest(embedding);
    let next = 0;
    return read.map((r) => {
      if (!r.ok) return r;
      const i = next++;
      const vector = embedding.slice(i * dimension, (i + 1) * dimension);
      const values = valuesOf(this.bundle, vector, prediction.subarray(i * targets, (i + 1) * targets));
      if (!vector.every(Number.isFinite) || !values.every(Number.isFinite)) {
        return { ok: false, error: moleculeError('NON_FINITE', errorCodes.NON_FINITE) };
      }
      const similarity = nearest[i] ?? NaN;
      return {
        ...r,
        embedding: vector,
        values,
        nearest: similarity,
        inDomain: similarity >= this.applicability.threshold,
      };
    });
  }

  /** Tokens of a canonical SMILES that was judged before, cut to what the model reads. */
  tokenized(canonical: string): ReadMolecule | NotPredicted {
    return this.#tokenized({ ok: true, canonical, inchikey: null, components: 1, warnings: [] }, 'flag');
  }

  /** Gives the model's memory back. */
  close(): Promise<void> {
    return this.encoder.close();
  }

  #tokenized(molecule: StandardMolecule, onTruncation: 'error' | 'flag'): ReadMolecule | NotPredicted {
    const { maxTokens } = this.bundle.index;
    const encoded = this.tokenizer.encode(molecule.canonical);
    if (!('ok' in encoded)) return { ok: false, error: encoded, molecule };
    const { ids, unknown } = encoded;
    const truncated = ids.length > maxTokens;
    if (truncated && onTruncation === 'error') {
      const error = moleculeError('TOO_LONG', `${ids.length} tokens, above the model's ${maxTokens}`);
      return { ok: false, error, molecule };
    }
    const warnings: WarningCode[] = [...molecule.warnings];
    if (unknown > 0) warnings.unshift('UNKNOWN_TOKENS');
    if (truncated) warnings.unshift('TRUNCATED');
    return { ...molecule, warnings, tokens: ids.length, unknown, truncated, ids: fitTokens(ids, maxTokens) };
  }
}
