/** Names of columns, made from headings. */
import { expect, test } from '@jest/globals';
import { TableName } from '../../../../protocol/contract.ts';
import { safeName, uniqueNames } from '../../../../runtime/infer/names.ts';

test.each([
  ['Molar Mass (g/mol)', 'molar_mass_g_mol'],
  ['CompoundID', 'compound_id'],
  ['pIC50', 'pic50'],
  ['$smiles', 'smiles'],
  ['Straße', 'strasse'],
  ['Order', 'order_'],
  ['2nd', 'c_2nd'],
  ['化合物', 'column'],
  ['x'.repeat(300), 'x'.repeat(100)],
])('%s becomes %s, which every engine takes', (heading, name) => {
  expect(safeName(heading)).toBe(name);
  expect(TableName.safeParse(name).success).toBe(true);
});

test('repeated headings are told apart without regard to case, and empty ones get a name', () => {
  expect(uniqueNames(['a', 'A', '', 'a'])).toEqual(['a', 'A_2', 'column_3', 'a_3']);
});
