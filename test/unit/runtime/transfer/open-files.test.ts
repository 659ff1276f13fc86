import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  openText,
  parseRetryList,
  retryListOf,
  retryListText,
  unlistable,
} from '../../../../runtime/transfer/open-files.ts';
import type { OpenFile } from '../../../../runtime/transfer/tally.ts';

const file = (path: string): OpenFile => ({ path, phase: 'transfer', reason: 'r', execution: 'e' });

describe('a retry list', () => {
  test('has one path a line, none twice, in order', () => {
    expect(retryListText(['b/2', 'a', 'b/2', 'B'])).toBe('B\na\nb/2\n');
  });

  test('quotes what CSV would take apart', () => {
    expect(retryListText(['a,b', 'say "x"', ' plain '])).toBe(' plain \n"a,b"\n"say ""x"""\n');
  });

  test('is read back as the paths that were written, whatever they hold', () => {
    const paths = fc.uniqueArray(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((p) => unlistable(p) === undefined),
    );

    fc.assert(
      fc.property(paths, (given) => {
        expect(parseRetryList(retryListText(given)).sort()).toEqual([...given].sort());
      }),
    );
  });

  test('has the same key for the same files, in any order', () => {
    const keys = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((paths) => retryListOf('assays', paths.map(file)).key);

    expect(keys[0]).toMatch(/^retry-lists\/assays\/[0-9a-f]{24}\.csv$/);
    expect(keys[1]).toBe(keys[0]);
  });

  test('leaves out and names what cannot be in it', () => {
    const long = 'ä'.repeat(513);

    const list = retryListOf('assays', [file('ok'), file(long), file('bad\uFFFDname')]);

    expect(list.paths).toEqual(['ok']);
    expect(list.unlisted).toEqual([
      { path: long, problem: 'it has 1026 bytes, a list takes 1024' },
      { path: 'bad\uFFFDname', problem: 'it is not UTF-8' },
    ]);
  });

  test.each(['ä'.repeat(512), 'a b', 'x\ny'])('takes %j', (path) => {
    expect(unlistable(path)).toBeUndefined();
  });
});

test('open files are written in the order of their paths, so that the same files give the same text', () => {
  expect(openText([file('b'), file('a')])).toBe(openText([file('a'), file('b')]));
});
