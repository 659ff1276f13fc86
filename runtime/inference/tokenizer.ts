/** Token ids of a canonical SMILES: lossless, or an error. */
import type { BundleIndex } from '../../protocol/bundle.ts';
import type { Vocabulary } from '../bundle/vocabulary.ts';
import { moleculeError, type MoleculeError } from '../molecules/refusal.ts';
import { BpeTokenizer } from './bpe.ts';

/** Schwaller's expression; sticky, so that it stops where a character is no token instead of passing over it. */
const TOKEN = /\[[^\]]+]|Br?|Cl?|[NOSPFIbcnops().=#+\\/:~@?*$-]|>>?|%\d\d|\d/y;

export interface Encoded {
  readonly ok: true;
  /** The special ones included; all of them, also above what the model reads. */
  readonly ids: readonly number[];
  /** Tokens that the vocabulary lacks. */
  readonly unknown: number;
}

export class Tokenizer {
  readonly #vocabulary: Vocabulary;
  readonly #bpe: BpeTokenizer | undefined;
  readonly #lossy: boolean;

  constructor({
    index,
    vocabulary,
  }: {
    readonly index: Pick<BundleIndex, 'tokenizer'>;
    readonly vocabulary: Vocabulary;
  }) {
    this.#vocabulary = vocabulary;
    this.#bpe = index.tokenizer.kind === 'bpe' ? new BpeTokenizer(vocabulary) : undefined;
    this.#lossy = index.tokenizer.bugCompatible;
  }

  /** Id that fills a batch up. */
  get pad(): number {
    return this.#vocabulary.pad;
  }

  /** Ids of a canonical SMILES, or TOKENIZER_LOSSY with the place in it. */
  encode(canonical: string): Encoded | MoleculeError {
    if (this.#bpe) return this.#encodePairs(this.#bpe, canonical);
    const { ids: idOf, first, last, unknown } = this.#vocabulary;
    const ids = [first];
    let unknowns = 0;
    TOKEN.lastIndex = 0;
    for (let at = 0; at < canonical.length; at = TOKEN.lastIndex) {
      const match = TOKEN.exec(canonical);
      if (!match) return lossy(at);
      const id = idOf.get(match[0]);
      if (id === undefined) unknowns += 1;
      ids.push(id ?? unknown ?? 0);
    }
    ids.push(last);
    return { ok: true, ids, unknown: unknowns };
  }

  /** The texts of the ids, between the special ones. */
  texts(canonical: string): readonly string[] {
    return this.#bpe ? this.#bpe.tokenize(canonical).tokens : (canonical.match(new RegExp(TOKEN, 'g')) ?? []);
  }

  #encodePairs(bpe: BpeTokenizer, canonical: string): Encoded | MoleculeError {
    const { ids, unknown, lost } = bpe.tokenize(canonical);
    if (lost !== undefined && !this.#lossy) return lossy(lost);
    return { ok: true, ids: [this.#vocabulary.first, ...ids, this.#vocabulary.last], unknown };
  }
}

const lossy = (at: number): MoleculeError =>
  moleculeError('TOKENIZER_LOSSY', 'characters of the canonical SMILES are no token', at);

/** The ids that a model reads of too many: the first, and the closing one last. */
export function fitTokens(ids: readonly number[], maxTokens: number): readonly number[] {
  const last = ids.at(-1);
  return ids.length <= maxTokens || last === undefined ? ids : [...ids.slice(0, maxTokens - 1), last];
}
