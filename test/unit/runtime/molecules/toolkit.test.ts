import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { loadRdkit, type FullRdkit } from '../../../../runtime/molecules/rdkit.ts';
import { Toolkit } from '../../../../runtime/molecules/toolkit.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** The real RDKit, of which `get_mol` throws for one text: what a molecule that breaks it looks like. */
function breaksAt(bad: string) {
  return async (): Promise<FullRdkit> => {
    const rdkit = await loadRdkit();
    const getMol: FullRdkit['get_mol'] = (text) => {
      if (text.startsWith(bad)) throw new Error('memory access out of bounds');
      return rdkit.get_mol(text);
    };
    // RDKit's own functions look each other up on the module: it must stay as it is.
    return Object.assign(Object.create(rdkit) as FullRdkit, { get_mol: getMol });
  };
}

const codes = async (toolkit: Toolkit, texts: readonly string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const text of texts) {
    const verdict = await toolkit.standardize(text);
    found.push(verdict.ok ? verdict.canonical : verdict.error.code);
  }
  return found;
};

describe('the toolkit', () => {
  test('tells its version, which canonical SMILES are bound to', async () => {
    expect(await new Toolkit().version()).toBe('rdkit 2026.09.1');
  });

  test('gives a molecule that breaks RDKit an error, and the next one a new module', async () => {
    const toolkit = new Toolkit({ load: breaksAt('CCC') });

    expect(await codes(toolkit, ['OCC', 'CCC', 'NCC'])).toEqual(['CCO', 'INVALID_SMILES', 'CCN']);
    expect(toolkit.loads).toBe(2);
  });

  test('says of a large molecule that breaks RDKit that it is too large', async () => {
    const toolkit = new Toolkit({ load: breaksAt('CCC') });

    expect(await codes(toolkit, ['C'.repeat(2_001)])).toEqual(['TOO_LONG']);
  });

  test('survives a molecule that is larger than any stack', async () => {
    const toolkit = new Toolkit();

    expect(await codes(toolkit, ['C'.repeat(10_000), 'OCC'])).toEqual(['TOO_LONG', 'CCO']);
    expect(toolkit.loads).toBe(2);
  });

  test('replaces a module after its number of molecules', async () => {
    const toolkit = new Toolkit({ moleculesPerModule: 10 });

    await codes(toolkit, Array<string>(25).fill('CCO'));

    expect(toolkit.loads).toBe(3);
  });

  test('fails when RDKit cannot be loaded', async () => {
    const toolkit = new Toolkit({ load: () => Promise.reject(new Error('no file')) });

    await expect(toolkit.standardize('CCO')).rejects.toThrow('no file');
  });

  test('prints nothing about molecules, which may be confidential', async () => {
    const said: unknown[] = [];
    for (const name of ['log', 'warn', 'error'] as const) {
      jest.spyOn(console, name).mockImplementation((...args) => void said.push(...args));
    }
    const toolkit = new Toolkit();

    // InChI warns of the first, the parser of the second, the removal of hydrogens of the third.
    await codes(toolkit, ['C$C', 'C1CC', '[H+]', 'C~C', '[NH3]->[Fe]']);

    expect(said).toEqual([]);
  });

  test('gives back every molecule and every log', async () => {
    let [made, deleted] = [0, 0];
    const counted = <T extends { delete(): void }>(object: T | null): T | null => {
      if (object) {
        made += 1;
        const free = object.delete.bind(object);
        object.delete = () => {
          deleted += 1;
          free();
        };
      }
      return object;
    };
    const load = async (): Promise<FullRdkit> => {
      const rdkit = await loadRdkit();
      return Object.assign(Object.create(rdkit) as FullRdkit, {
        get_mol: (text: string) => counted(rdkit.get_mol(text)),
        set_log_capture: (name: string) => counted(rdkit.set_log_capture(name)),
      });
    };

    await codes(new Toolkit({ load }), ['CCO', 'C1CC', '*C', 'CC(C)(C)(C)(C)C', '[Na+].[Cl-]']);

    expect(made).toBe(8);
    expect(deleted).toBe(made);
  });
});

describe('RDKit, loaded with a larger stack', () => {
  // With its own stack of 64 KiB the second of each is a crash, or worse an answer from damaged tables.
  test.each([
    ['a chain', (n: number) => 'C'.repeat(n)],
    ['nested branches', (n: number) => `${'C('.repeat(n / 2 - 1)}CC${')'.repeat(n / 2 - 1)}`],
    ['rings in a row', (n: number) => 'C1CC1'.repeat(n / 3)],
  ])('reads %s of 500 and of 1,800 atoms', async (_, write) => {
    const toolkit = new Toolkit();

    const found = [await toolkit.standardize(write(498)), await toolkit.standardize(write(1_800))];

    expect(found.map((f) => f.ok)).toEqual([true, true]);
    expect(toolkit.loads).toBe(1);
  });
});

describe('a molblock', () => {
  const ethanol = [
    '',
    '  test',
    '',
    '  3  2  0  0  0  0            999 V2000',
    ...['C', 'C', 'O'].map((e) => `    0.0000    0.0000    0.0000 ${e}   0  0  0  0  0  0`),
    '  1  2  1  0',
    '  2  3  1  0',
    'M  END',
    '',
  ].join('\n');

  test('is read', async () => {
    expect(await new Toolkit().molblock(ethanol)).toMatchObject({ ok: true, canonical: 'CCO' });
  });

  test.each([
    ['that is cut', ethanol.slice(0, 120), 'INVALID_SMILES'],
    ['without atoms', '\n\n\n  0  0  0  0  0  0            999 V2000\nM  END\n', 'EMPTY'],
    ['that is a SMILES', 'CCO', 'INVALID_SMILES'],
    ['of nonsense', 'what\never\nM  END\n', 'INVALID_SMILES'],
  ])('%s is refused', async (_, text, code) => {
    expect(await new Toolkit().molblock(text)).toMatchObject({ ok: false, error: { code, position: null } });
  });
});
