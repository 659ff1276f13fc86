import { describe, expect, test } from '@jest/globals';
import { readLines } from '../../../web/input.ts';

describe('what a person pasted', () => {
  test('is one structure a line, with a name after a blank', () => {
    expect(readLines('CCO ethanol\nC1CC\tnot a ring\n')).toEqual([
      { number: 1, smiles: 'CCO', name: 'ethanol' },
      { number: 2, smiles: 'C1CC', name: 'not a ring' },
    ]);
  });

  test('keeps the numbers of lines when some are blank, whatever ends them, and drops a byte-order mark', () => {
    expect(readLines('\uFEFFC\r\n\r\n   \rCC  \n\nCCC')).toEqual([
      { number: 1, smiles: 'C' },
      { number: 4, smiles: 'CC' },
      { number: 6, smiles: 'CCC' },
    ]);
  });

  test('may be nothing', () => {
    expect(readLines(' \n\n')).toEqual([]);
  });
});
