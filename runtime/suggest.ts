/** "Did you mean …?" */
import { distance } from 'fastest-levenshtein';

/** The nearest of the allowed words, when it is near enough to be meant: a third of its letters, two at least. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const ranked = allowed
    .map((a) => ({ a, d: distance(word.toLowerCase(), a.toLowerCase()) }))
    .sort((x, y) => x.d - y.d)[0];
  return ranked && ranked.d <= Math.max(2, Math.floor(ranked.a.length / 3)) && ranked.d < word.length
    ? ranked.a
    : undefined;
}

/** ` Did you mean csv?`, or nothing. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const near = nearest(word, allowed);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}
