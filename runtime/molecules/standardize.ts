/** The verdict on a text that should be a molecule: canonical SMILES and InChIKey, or why not. */
import { SMILES_CHARS, type WarningCode } from '../../protocol/molecules.ts';
import type { FullRdkit, RdkitMolecule } from './rdkit.ts';
import { moleculeError, refusalOf, refusedAtSight, type MoleculeError } from './refusal.ts';
import { scanSmiles } from './scan.ts';

export interface StandardMolecule {
  readonly ok: true;
  /** Bound to the toolkit's version. */
  readonly canonical: string;
  /** Standard InChIKey; null where InChI knows no such structure. Tautomers share it. */
  readonly inchikey: string | null;
  /** Parts that are not bonded to each other. */
  readonly components: number;
  readonly warnings: readonly WarningCode[];
  /** Morgan fingerprint, radius 2, 256 bytes, lowest bit first; only when asked for. */
  readonly fingerprint?: Uint8Array;
}
export interface RefusedMolecule {
  readonly ok: false;
  readonly error: MoleculeError;
}
export type Verdict = StandardMolecule | RefusedMolecule;

export interface StandardizeLimits {
  /** Longer texts are not read. @default 10,000 */
  readonly characters?: number;
  /** @default false */
  readonly fingerprint?: boolean;
}

const MORGAN = JSON.stringify({ radius: 2, nBits: 2048 });

const refused = (error: MoleculeError): RefusedMolecule => ({ ok: false, error });

/** Judges one SMILES. Throws what RDKit throws when a molecule breaks it: the module is of no use from then on. */
export function standardize(rdkit: FullRdkit, text: string, limits: StandardizeLimits = {}): Verdict {
  const trimmed = text.trim();
  const before = text.length - text.trimStart().length;
  const sighted = refusedAtSight(trimmed, limits.characters ?? SMILES_CHARS);
  const verdict = sighted ? refused(sighted) : parse(rdkit, trimmed, limits.fingerprint ?? false);
  if (verdict.ok || verdict.error.position === null) return verdict;
  return refused({ ...verdict.error, position: verdict.error.position + before });
}

/** Judges one molblock, V2000 or V3000. Throws as `standardize` does. */
export function standardizeMolblock(rdkit: FullRdkit, text: string): Verdict {
  if (!text.includes('M  END')) return refused(moleculeError('INVALID_SMILES', 'the molblock has no end'));
  const verdict = parse(rdkit, text, false);
  // Places in a molblock are not those of a SMILES.
  return verdict.ok ? verdict : refused({ ...verdict.error, position: null });
}

function parse(rdkit: FullRdkit, text: string, withFingerprint: boolean): Verdict {
  // Open until the end: InChI has something to say too, and what nobody takes is printed, with the structure.
  const log = rdkit.set_log_capture('rdApp.*');
  const molecule = rdkit.get_mol(text);
  const verdict = molecule
    ? describe(rdkit, molecule, withFingerprint)
    : refused(refusalOf(text, log?.get_buffer() ?? ''));
  molecule?.delete();
  log?.delete();
  return verdict;
}

function describe(rdkit: FullRdkit, molecule: RdkitMolecule, withFingerprint: boolean): Verdict {
  if (molecule.get_num_atoms() === 0) return refused(moleculeError('EMPTY', 'it has no atoms'));
  const canonical = molecule.get_smiles();
  const inchi = molecule.get_inchi();
  const inchikey = inchi ? rdkit.get_inchikey_for_inchi(inchi) || null : null;
  return {
    ok: true,
    canonical,
    inchikey,
    components: componentsOf(canonical).length,
    warnings: warningsOf(canonical, inchikey),
    ...(withFingerprint && { fingerprint: molecule.get_morgan_fp_as_uint8array(MORGAN) }),
  };
}

function warningsOf(canonical: string, inchikey: string | null): WarningCode[] {
  const warnings: WarningCode[] = [];
  if (canonical.includes('.')) warnings.push('MULTI_COMPONENT');
  if (canonical.includes('*')) warnings.push('DUMMY_ATOM');
  // The number before `*` is a label, no mass.
  if (/\[\d+[A-Za-z]/.test(canonical)) warnings.push('ISOTOPE');
  if (inchikey === null) warnings.push('NO_INCHIKEY');
  return warnings;
}

/** Canonical SMILES of a molecule's components. */
export const componentsOf = (canonical: string): string[] => canonical.split('.');

const heavyAtoms = (smiles: string): number => scanSmiles(smiles).atoms.filter(({ symbol }) => symbol !== 'H').length;

/** The component with the most heavy atoms; of equal ones one with carbon, then the first in order of text. */
export function parentOf(canonical: string): string {
  const rank = (smiles: string) => [heavyAtoms(smiles), /C(?![a-z])|c/.test(smiles) ? 1 : 0] as const;
  return componentsOf(canonical).reduce((best, part) => {
    const [[a, b], [c, d]] = [rank(best), rank(part)];
    if (a !== c) return c > a ? part : best;
    if (b !== d) return d > b ? part : best;
    return part < best ? part : best;
  });
}
