/** Byte-pair tokens, held to what the Python package `tokenizers` gives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../../../local/root.ts';
import { mergesOf, type Vocabulary } from '../../../../runtime/bundle/vocabulary.ts';
import { BpeTokenizer, merge } from '../../../../runtime/inference/bpe.ts';

interface Golden {
  readonly texts: string[];
  readonly without: string[];
  readonly vocab: Record<string, number>;
  readonly merges: string[];
  readonly whole: number[][];
  readonly dropping: number[][];
  readonly marking: number[][];
}
const golden = JSON.parse(readFileSync(join(projectRoot(), 'test', 'fixtures', 'bpe.json'), 'utf8')) as Golden;

/** The vocabulary, or without some of its characters, which shifts the ids. */
function vocabulary(without: string[], unknown = false): Vocabulary {
  // Not in the order of the keys: JavaScript puts those that look like numbers first.
  const all = Object.entries(golden.vocab).sort(([, a], [, b]) => a - b);
  const tokens = all.map(([token]) => token).filter((token) => !without.includes(token));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = mergesOf(golden.merges.join('\n')).filter(([a, b]) => [a, b, a + b].every((t) => ids.has(t)));
  return { ids, first: 0, last: 2, pad: 1, unknown: unknown ? ids.get('<unk>') : undefined, merges };
}

describe('ids are those of the package tokenizers', () => {
  test.each([
    ['with a whole vocabulary', vocabulary([]), golden.whole],
    ['where unknown characters are dropped', vocabulary(golden.without), golden.dropping],
    ['where unknown characters are marked', vocabulary(golden.without, true), golden.marking],
  ])('%s', (_title, of, wanted) => {
    const tokenizer = new BpeTokenizer(of);

    expect(golden.texts.map((text) => tokenizer.tokenize(text).ids)).toEqual(wanted);
    expect(wanted.flat().length).toBeGreaterThan(1000);
  });
});

describe('a whole vocabulary', () => {
  test('loses nothing: the tokens of a SMILES join to it', () => {
    const tokenizer = new BpeTokenizer(vocabulary([]));
    const smiles = golden.texts.filter((text) => /^[!-~]+$/.test(text));

    expect(smiles.map((text) => tokenizer.tokenize(text).tokens.join(''))).toEqual(smiles);
    expect(smiles.map((text) => tokenizer.tokenize(text).lost)).toEqual(smiles.map(() => undefined));
  });

  test('loses what is beyond ASCII, and says from where', () => {
    expect(new BpeTokenizer(vocabulary([])).tokenize('CC→O')).toMatchObject({ tokens: ['CC'], lost: 2 });
  });
});

describe('a vocabulary that lacks characters', () => {
  test('says which character of the text is the first that is lost', () => {
    expect(new BpeTokenizer(vocabulary(['l'])).tokenize('CC1(Cl)Cl')).toMatchObject({ lost: 5, unknown: 2 });
  });

  test('loses nothing where it has a token for what is unknown', () => {
    expect(new BpeTokenizer(vocabulary(['l'], true)).tokenize('CCl')).toMatchObject({ lost: undefined, unknown: 1 });
  });
});

test('of two equal pairs the left one is merged first', () => {
  expect(merge(['C', 'C', 'C'], new Map([['C C', 0]]))).toEqual(['CC', 'C']);
});

test('a merge that makes no token of the vocabulary is refused', () => {
  const odd = { ...vocabulary([]), merges: [['C', 'Zz']] as const };

  expect(() => new BpeTokenizer(odd)).toThrow("makes 'CZz'");
});
