import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorCodes } from '../../../../protocol/molecules.ts';
import { changesOf } from '../../../../runtime/molecules/changes.ts';
import { loadRdkit, type FullRdkit } from '../../../../runtime/molecules/rdkit.ts';
import { placeOfAtom, scanSmiles } from '../../../../runtime/molecules/scan.ts';
import { parentOf, standardize } from '../../../../runtime/molecules/standardize.ts';

let rdkit: FullRdkit;
beforeAll(async () => {
  rdkit = await loadRdkit();
});

describe('standardising', () => {
  test('reads no more characters than it may', () => {
    expect(standardize(rdkit, 'CCCCC', { characters: 4 })).toMatchObject({
      error: { code: 'TOO_LONG', detail: '5 characters, above the limit of 4' },
    });
    expect(standardize(rdkit, ' CCCC ', { characters: 4 })).toMatchObject({ ok: true });
  });

  test('makes no fingerprint that was not asked for', () => {
    expect(standardize(rdkit, 'CCO')).not.toHaveProperty('fingerprint');
  });

  test('what is canonical stays as it is', () => {
    const texts = ['CC(=O)Oc1ccccc1C(=O)O', 'C[C@H](N)C(=O)O', 'C/C=C\\C', '[Cl-].[Na+]', 'C[13CH3]', '*CC'];

    const found = texts.map((text) => standardize(rdkit, text));

    expect(found.map((f) => f.ok && f.canonical)).toEqual(texts);
  });

  test('has a verdict on any text, and no detail holds the text', () => {
    const characters = fc.constantFrom(
      ...'CNOcn()[]=#123%+-@/\\.*:H '.split(''),
      'Cl',
      '[nH]',
      '[C@H]',
      '>',
      '\n',
      'é',
      '{',
    );
    fc.assert(
      fc.property(
        fc.array(characters, { maxLength: 24 }).map((parts) => parts.join('')),
        (text) => {
          const verdict = standardize(rdkit, text);
          if (verdict.ok) return verdict.canonical !== '' && verdict.components > 0;
          const { code, title, detail, position } = verdict.error;
          const placed = position === null || (position >= 0 && position < text.length);
          return title === errorCodes[code] && placed && (text.trim().length < 4 || !detail.includes(text.trim()));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the parent', () => {
  test.each([
    ['CCO', 'CCO'],
    ['CC(=O)[O-].[Na+]', 'CC(=O)[O-]'],
    ['CCN.Cl', 'CCN'],
    ['O.O.CCO', 'CCO'],
    ['[Cl-].[Na+]', '[Cl-]'],
    ['O=S(=O)(O)O.CCCCN', 'CCCCN'],
    ['[2H]C([2H])([2H])C.CCCO', 'CCCO'],
    ['BBB.CCC', 'CCC'],
  ])('of %s is %s', (canonical, parent) => {
    expect(parentOf(canonical)).toBe(parent);
  });
});

describe('changes', () => {
  test.each([
    ['CCO', []],
    [' CCO', ['TRIMMED']],
    ['OCC\r\n', ['TRIMMED', 'CANONICALIZED']],
    ['C1=CC=CC=C1', ['CANONICALIZED', 'AROMATIZED']],
    ['[H]C([H])([H])C', ['CANONICALIZED', 'HYDROGENS_IMPLIED']],
    ['CN(=O)=O', ['CANONICALIZED', 'CHARGES_SEPARATED']],
    ['C[C@](C)(C)O', ['CANONICALIZED', 'STEREO_DROPPED']],
    ['F/C=C', ['CANONICALIZED', 'STEREO_DROPPED']],
    ['C\\C=C\\C', ['CANONICALIZED']],
  ])('of %j are %j', (text, changes) => {
    const verdict = standardize(rdkit, text);

    expect(changesOf(text, verdict.ok ? verdict.canonical : '')).toEqual(changes);
  });
});

describe('where things are written', () => {
  test('atoms of all kinds have their place', () => {
    const { atoms } = scanSmiles('C(Cl)c1[nH]cc1.[13CH3]-*Br');

    expect(atoms.map(({ at, symbol }) => `${at}${symbol}`)).toEqual([
      ...['0C', '2Cl', '5c', '7n', '11c', '12c', '15C', '23*', '24Br'],
    ]);
  });

  test('bonds go through branches and rings, not through dots', () => {
    const { atoms } = scanSmiles('C1C(N)C1.O');

    expect(atoms.map(({ neighbours }) => neighbours)).toEqual([[1, 3], [0, 2, 3], [1], [1, 0], []]);
  });

  test('hydrogens that RDKit takes away are not counted, others are', () => {
    const places = (text: string) => [0, 1, 2].map((n) => placeOfAtom(scanSmiles(text), n));

    expect(places('[H]CC')).toEqual([3, 4, null]);
    expect(places('[2H]CC')).toEqual([0, 4, 5]);
    expect(places('[H][H]')).toEqual([0, 3, null]);
    expect(places('C[H]C')).toEqual([0, 1, 4]);
  });

  test('open rings are told in their order', () => {
    expect(scanSmiles('C%12C3CC1CC1').openRings).toEqual([1, 5]);
  });
});
