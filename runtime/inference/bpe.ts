/** Byte-pair tokens as RoBERTa's tokenizer makes them, for bundles of the kind `bpe`. The same ids as `tokenizers` for ASCII. */
import type { Vocabulary } from '../bundle/vocabulary.ts';

/** GPT-2's way to part a text into words, for ASCII; pairs are never merged across words. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+/g;
/** Words that are kept with their tokens: SMILES repeat few short ones, and a large set holds many long ones. */
const KEPT = 50_000;

export interface BpeTokens {
  /** Parts of the text; a token of the vocabulary each, or a character that it lacks. */
  readonly tokens: readonly string[];
  /** Without the special tokens at the ends. A dropped character has none. */
  readonly ids: readonly number[];
  /** Characters that the vocabulary lacks. */
  readonly unknown: number;
  /** Place of the first character that the tokens do not spell, from 0; undefined when they spell the text. */
  readonly lost: number | undefined;
}

interface Word {
  readonly tokens: readonly string[];
  readonly ids: readonly number[];
  readonly unknown: number;
  readonly lost: number | undefined;
}

export class BpeTokenizer {
  private readonly vocabulary: Vocabulary;
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly words = new Map<string, Word>();

  /** Throws when a merge makes what the vocabulary does not hold. */
  constructor(vocabulary: Vocabulary) {
    const lost = vocabulary.merges.find(([left, right]) => !vocabulary.ids.has(left + right));
    if (lost) throw new Error(`a merge makes '${lost.join('')}', which is not in the vocabulary`);
    this.vocabulary = vocabulary;
    this.ranks = new Map(vocabulary.merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  }

  /**
   * Tokens of a text. Whether a lost character is an error is the caller's to say: a bundle that is compatible with a bug
   * loses characters as the published tokenizer does. Text beyond ASCII is not read; it is lost from there on.
   */
  tokenize(text: string): BpeTokens {
    const foreign = text.search(/[^\0-\x7f]/);
    const read = foreign < 0 ? text : text.slice(0, foreign);
    const tokens: string[] = [];
    const ids: number[] = [];
    let unknown = 0;
    let lost: number | undefined;
    for (const match of read.matchAll(WORDS)) {
      const word = this.word(match[0]);
      tokens.push(...word.tokens);
      ids.push(...word.ids);
      unknown += word.unknown;
      if (lost === undefined && word.lost !== undefined) lost = match.index + word.lost;
    }
    return { tokens, ids, unknown, lost: lost ?? (foreign < 0 ? undefined : foreign) };
  }

  private word(text: string): Word {
    const kept = this.words.get(text);
    if (kept) return kept;
    const { ids: idOf, unknown } = this.vocabulary;
    const symbols = [...text].map(visible);
    const missing = symbols.filter((s) => !idOf.has(s)).length;
    // A dropped character leaves its neighbours side by side, and they may merge.
    const known = unknown === undefined ? symbols.filter((s) => idOf.has(s)) : symbols;
    const tokens = merge(known, this.ranks);
    const ids = tokens.map((t) => idOf.get(t) ?? unknown ?? -1);
    const first = unknown === undefined && missing > 0 ? symbols.findIndex((s) => !idOf.has(s)) : undefined;
    const word = { tokens, ids, unknown: missing, lost: first };
    if (this.words.size >= KEPT) this.words.clear();
    this.words.set(text, word);
    return word;
  }
}

/** The character that stands for a byte of ASCII in the vocabulary: blanks and control characters have another. */
function visible(character: string): string {
  const byte = character.charCodeAt(0);
  return byte >= 33 && byte <= 126 ? character : String.fromCharCode(256 + (byte <= 32 ? byte : 33));
}

/** Joins neighbours, the strongest pair first and of equal ones the leftmost, until no pair is left. */
export function merge(symbols: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  const out = [...symbols];
  for (;;) {
    let best = Infinity;
    let at = -1;
    for (let i = 0; i + 1 < out.length; i += 1) {
      const rank = ranks.get(`${out[i]} ${out[i + 1]}`) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return out;
    out.splice(at, 2, `${out[at]}${out[at + 1]}`);
  }
}
