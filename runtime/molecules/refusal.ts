/** Why a text is no molecule: from RDKit's words, which quote the structure, to a code, a detail that does not, and a place. */
import { errorCodes, type ErrorCode } from '../../protocol/molecules.ts';
import { placeAsWritten, placeOfAtom, scanSmiles } from './scan.ts';

export interface MoleculeError {
  readonly code: ErrorCode;
  readonly title: string;
  /** Never holds the structure. */
  readonly detail: string;
  /** Character of the text as it came at which it is wrong, from 0; null where no single one is. */
  readonly position: number | null;
}

export const moleculeError = (code: ErrorCode, detail: string, position: number | null = null): MoleculeError => ({
  code,
  title: errorCodes[code],
  detail,
  position,
});

/** The error of a text that RDKit refused with these words. */
export function refusalOf(text: string, said: string): MoleculeError {
  const scan = scanSmiles(text);
  if (said.includes('unclosed ring')) {
    return moleculeError('RING_NOT_CLOSED', 'a ring is opened and not closed', scan.openRings[0] ?? null);
  }
  const valence = /Explicit valence for atom # (\d+) ([A-Z][a-z]?), (\d+)/.exec(said);
  if (valence) {
    const [, atom, element, bonds] = valence;
    return moleculeError(
      'VALENCE',
      `atom ${atom} (${element}) has ${bonds} bonds, more than it can have`,
      placeOfAtom(scan, Number(atom)),
    );
  }
  const aromatic = /Unkekulized atoms: (\d+)|non-ring atom (\d+) marked aromatic/.exec(said);
  if (aromatic) {
    const atom = Number(aromatic[1] ?? aromatic[2]);
    return moleculeError('KEKULIZE', 'aromatic bonds cannot be assigned', placeOfAtom(scan, atom));
  }
  const again = /ring closure \d+ (?:duplicates bond between atom \d+ and atom|bonds atom) (\d+)/.exec(said);
  if (again) {
    const position = placeAsWritten(scan, Number(again[1]));
    return moleculeError('INVALID_SMILES', 'a ring closes where there is a bond already', position);
  }
  const reason = /extra (?:open|close) parentheses|syntax error/.exec(said)?.[0] ?? 'it cannot be read';
  const near = /around position (\d+)/.exec(said)?.[1];
  return moleculeError('INVALID_SMILES', reason, near === undefined ? null : Number(near) - 1);
}

/** White space of Unicode, and the byte order mark: what `trim` takes away too. */
const BLANK = /\s/;
/** Arrows of a reaction; `->` and `<-` are dative bonds. */
const ARROW = /(?<!-)>/;
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;
const FOREIGN = /[^\x00-\x7f]/; // eslint-disable-line no-control-regex

/** What is wrong with a trimmed text before RDKit sees it: it would take half of some for a molecule. */
export function refusedAtSight(text: string, maxCharacters: number): MoleculeError | undefined {
  if (text === '') return moleculeError('EMPTY', 'there is no structure');
  if (text.length > maxCharacters) {
    return moleculeError('TOO_LONG', `${text.length} characters, above the limit of ${maxCharacters}`);
  }
  const arrow = ARROW.exec(text);
  if (arrow) return moleculeError('REACTION', 'a reaction is no molecule', arrow.index);
  const faults = [
    [BLANK, 'a blank stands within it'],
    [CONTROL, 'a control character stands within it'],
    [FOREIGN, 'a character that no SMILES has stands within it'],
  ] as const;
  for (const [pattern, detail] of faults) {
    const found = pattern.exec(text);
    if (found) return moleculeError('INVALID_SMILES', detail, found.index);
  }
  // RDKit would take it for a molecule in JSON.
  if (text.startsWith('{')) return moleculeError('INVALID_SMILES', 'syntax error', 0);
  return undefined;
}
