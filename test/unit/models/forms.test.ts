import { beforeAll, describe, expect, test } from '@jest/globals';
import initRDKit from '@rdkit/rdkit';
import { describeMolecule, type Rdkit } from '../../../runtime/molecules/describe.ts';
import { fixtureFolder, readJson } from './support/fixtures.ts';

interface Forms {
  readonly same: readonly { readonly canonical: string; readonly forms: Readonly<Record<string, string>> }[];
}
const { same } = readJson<Forms>(fixtureFolder, 'pairs.json');
const kinds = Object.keys(same[0]?.forms ?? {});

describe('SMILES that Python wrote in another form', () => {
  let rdkit: Rdkit;
  beforeAll(async () => {
    rdkit = (await (initRDKit as unknown as () => Promise<unknown>)()) as Rdkit;
  });

  test.each(kinds)('%s: each is another text than the canonical one, and canonicalises to it in Node', (kind) => {
    const found = same.map(({ forms }) =>
      describeMolecule(rdkit, { text: forms[kind] ?? '', canonical: true, inchikey: false }),
    );
    expect(same.filter(({ canonical, forms }) => forms[kind] !== canonical).length).toBeGreaterThan(20);
    expect(found.map((answer) => answer.ok && answer.smiles)).toEqual(same.map(({ canonical }) => canonical));
  });
});
