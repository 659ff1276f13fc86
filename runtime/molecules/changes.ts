/** What became of a SMILES when it was standardised. */
import { scanSmiles } from './scan.ts';

export const changeCodes = {
  TRIMMED: 'Blanks, line ends or a byte order mark around it were taken away',
  CANONICALIZED: 'Written in the canonical way',
  AROMATIZED: 'Alternating double bonds became aromatic',
  HYDROGENS_IMPLIED: 'Hydrogen atoms that follow from valences are no longer written',
  CHARGES_SEPARATED: 'Neutral writing with too many bonds became charged atoms',
  STEREO_DROPPED: 'Marks of stereochemistry that mean nothing here were taken away',
} as const;
export type ChangeCode = keyof typeof changeCodes;

/** Changes from a text as it came to its canonical SMILES, in the order of the codes. */
export function changesOf(text: string, canonical: string): ChangeCode[] {
  const trimmed = text.trim();
  const changes: ChangeCode[] = trimmed === text ? [] : ['TRIMMED'];
  if (trimmed === canonical) return changes;
  changes.push('CANONICALIZED');
  const [before, after] = [tally(trimmed), tally(canonical)];
  if (after.aromatic > before.aromatic) changes.push('AROMATIZED');
  if (after.hydrogens < before.hydrogens) changes.push('HYDROGENS_IMPLIED');
  if (after.charges > before.charges) changes.push('CHARGES_SEPARATED');
  if (after.centres < before.centres || (before.marks > 0 && after.marks === 0)) changes.push('STEREO_DROPPED');
  return changes;
}

function tally(smiles: string) {
  const { atoms } = scanSmiles(smiles);
  const count = (test: (bracket: string) => boolean): number =>
    atoms.filter(({ bracket }) => bracket !== undefined && test(bracket)).length;
  return {
    aromatic: atoms.filter(({ symbol }) => /^[a-z]/.test(symbol)).length,
    hydrogens: count((b) => b === '[H]'),
    charges: count((b) => /[+-]/.test(b)),
    centres: count((b) => b.includes('@')),
    marks: smiles.replace(/\[[^\]]*\]/g, '').match(/[/\\]/g)?.length ?? 0,
  };
}
