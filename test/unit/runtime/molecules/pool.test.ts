import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoleculePool } from '../../../../runtime/molecules/pool.ts';

let pool: MoleculePool;
afterEach(() => pool.close());

const ask = (texts: readonly string[]) => pool.ask(texts.map((text) => ({ text, canonical: true, inchikey: true })));

/** Stands for RDKit where a molecule breaks it in a way that the real one does not on demand. */
function brokenRdkit(body: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'decant-rdkit-')), 'rdkit.cjs');
  writeFileSync(
    path,
    `let loads = 0;
     module.exports = async () => ({ load: ++loads, set_log_capture: () => null, get_inchikey_for_inchi: () => '',
       get_mol(text) { ${body} return { is_valid: () => true, get_num_atoms: () => loads, get_smiles: () => text, get_inchi: () => '', delete() {} }; } });`,
  );
  return path;
}

describe('the pool of molecule threads', () => {
  test('canonical SMILES and InChIKey of known molecules do not change', async () => {
    pool = new MoleculePool({ threads: 1 });
    const golden = [
      ['OCC', 'CCO', 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N'],
      ['CC(=O)OC1=CC=CC=C1C(=O)O', 'CC(=O)Oc1ccccc1C(=O)O', 'BSYNRYMUTXBXSQ-UHFFFAOYSA-N'],
      ['[Na+].[Cl-]', '[Cl-].[Na+]', 'FAPWRFPIFSIZLT-UHFFFAOYSA-M'],
    ] as const;

    const answers = await ask(golden.map(([text]) => text));

    expect(answers).toMatchObject(golden.map(([, smiles, inchikey]) => ({ ok: true, smiles, inchikey })));
  });

  test('chains of a thousand atoms are read whole, and what comes after them is right', async () => {
    pool = new MoleculePool({ threads: 1 });
    const chain = 'C'.repeat(1000);

    const [long, after] = await pool.ask([
      { text: chain, canonical: true, inchikey: false },
      { text: 'OCC', canonical: true, inchikey: false },
    ]);

    expect(long).toMatchObject({ ok: true, atoms: 1000, smiles: chain });
    expect(after).toMatchObject({ ok: true, smiles: 'CCO' });
  });

  test.each([
    ['', 'it has no atoms'],
    ['C1CC', 'unclosed ring'],
    ['CC(C)(C)(C)(C)C', 'Explicit valence for atom # 1 C, 6, is greater than permitted'],
    ['secret name', 'RDKit cannot read it'],
    ['\n\n\n  0  0  0  0  0  0            999 V2000\nM  END\n', 'it has no atoms'],
  ])('%j is no molecule, and the answer says why without it', async (text, why) => {
    pool = new MoleculePool({ threads: 1 });

    expect(await ask([text])).toEqual([
      {
        ok: false,
        why: expect.stringMatching(why === 'RDKit cannot read it' ? /^(RDKit cannot read it|syntax error)$/i : why),
      },
    ]);
  });

  test('answers keep the order of the questions over several threads', async () => {
    pool = new MoleculePool({ threads: 2 });
    const batches = Array.from({ length: 12 }, (_, n) => ['C'.repeat(n + 1), 'O']);

    const answers = await Promise.all(batches.map((batch) => ask(batch)));

    expect(answers.map(([first]) => first)).toMatchObject(batches.map(([text]) => ({ smiles: text })));
  });

  test('a thread is replaced after its number of molecules', async () => {
    pool = new MoleculePool({ threads: 1, moleculesPerThread: 10 });
    for (let i = 0; i < 4; i++) await ask(Array<string>(6).fill('C'));

    expect(pool.started).toBe(2);
  });

  test('a molecule that makes RDKit throw is bad, and RDKit is loaded again', async () => {
    pool = new MoleculePool({ threads: 1, rdkit: brokenRdkit(`if (text === 'bad') throw 17;`) });

    expect(await ask(['C', 'bad', 'O'])).toMatchObject([
      { ok: true, atoms: 1 },
      { ok: false, why: 'RDKit fails on it' },
      { ok: true, atoms: 2 },
    ]);
  });

  test('a molecule that kills its thread is bad, and the others of its batch are answered', async () => {
    pool = new MoleculePool({ threads: 1, rdkit: brokenRdkit(`if (text === 'bad') process.exit(1);`) });

    expect((await ask(['C', 'N', 'bad', 'O', 'S'])).map((a) => a.ok)).toEqual([true, true, false, true, true]);
  });
});
