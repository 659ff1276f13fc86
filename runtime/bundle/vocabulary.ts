/** The tokens of a bundle and their ids. */
import type { TokenizerConfig } from '../../protocol/bundle.ts';

export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Ids of the tokens that begin and end a molecule, and that fill a batch up. */
  readonly first: number;
  readonly last: number;
  readonly pad: number;
  /** Id of what the vocabulary lacks. Without one, a tokenizer of kind `bpe` drops it. */
  readonly unknown: number | undefined;
  /** Of kind `bpe`: pairs of tokens that become one, strongest first. */
  readonly merges: readonly (readonly [string, string])[];
}

/** Ids of vocab.txt: the number of a token's line, from 0. A token may hold any character but a line feed. */
export const idsOfLines = (text: string): Map<string, number> =>
  new Map(
    text
      .replace(/\n+$/, '')
      .split('\n')
      .map((token, id) => [token, id]),
  );

/** Pairs of merges.txt. Its first line may be a comment with the version. Throws on a line that is no pair. */
export function mergesOf(text: string): [string, string][] {
  const lines = text.split('\n').filter((line, i) => line.trim() !== '' && !(i === 0 && line.startsWith('#version')));
  return lines.map((line) => {
    const [left, right, ...more] = line.trimEnd().split(' ');
    if (!left || !right || more.length > 0) throw new Error(`'${line}' is no pair of tokens`);
    return [left, right];
  });
}

/** Joins what the files of the tokenizer say. Throws with the name of a special token that has no id. */
export function vocabularyOf(
  ids: ReadonlyMap<string, number>,
  config: TokenizerConfig,
  merges: readonly (readonly [string, string])[] = [],
): Vocabulary {
  const id = (key: 'cls_token' | 'sep_token' | 'pad_token' | 'unk_token', token: string): number => {
    const found = ids.get(token);
    if (found === undefined) throw new Error(`${key} '${token}' is not in the vocabulary`);
    return found;
  };
  return {
    ids,
    first: id('cls_token', config.cls_token),
    last: id('sep_token', config.sep_token),
    pad: id('pad_token', config.pad_token),
    unknown: config.unk_token === null ? undefined : id('unk_token', config.unk_token),
    merges,
  };
}
