/** What is asked of a molecule, and what RDKit answers. */

/** The part of RDKit's module that is used here. Handles live outside the garbage collector: `delete` gives them back. */
export interface Rdkit {
  set_log_capture(name: string): { get_buffer(): string; delete(): void } | null;
  get_mol(text: string): Molecule | null;
  get_inchikey_for_inchi(inchi: string): string;
}

interface Molecule {
  is_valid(): boolean;
  get_num_atoms(): number;
  get_smiles(): string;
  get_inchi(): string;
  delete(): void;
}

export interface MoleculeQuestion {
  /** SMILES, or a molblock (V2000 or V3000). */
  readonly text: string;
  readonly canonical: boolean;
  readonly inchikey: boolean;
}

/** Canonical SMILES are bound to the toolkit's version. `why` never holds the molecule itself: it may be confidential. */
export type MoleculeAnswer =
  | { readonly ok: true; readonly atoms: number; readonly smiles: string | null; readonly inchikey: string | null }
  | { readonly ok: false; readonly why: string };

/**
 * Answers one question. Text after a blank of a SMILES would be taken for a name: the caller cuts it off.
 * Self-contained on purpose: its source text also runs in worker threads.
 */
export function describeMolecule(rdkit: Rdkit, question: MoleculeQuestion): MoleculeAnswer {
  const log = rdkit.set_log_capture('rdApp.*');
  const molecule = rdkit.get_mol(question.text);
  try {
    if (!molecule?.is_valid()) {
      const said = log?.get_buffer() ?? '';
      const known =
        /unclosed ring|unclosed branch|extra close parentheses|Explicit valence for atom # \d+ [A-Z][a-z]?, \d+, is greater than permitted|Can't kekulize mol|syntax error|duplicated ring closure/i.exec(
          said,
        );
      return { ok: false, why: known ? known[0] : 'RDKit cannot read it' };
    }
    const atoms = molecule.get_num_atoms();
    // An empty text and an empty molblock are valid molecules to RDKit.
    if (atoms === 0) return { ok: false, why: 'it has no atoms' };
    const smiles = question.canonical ? molecule.get_smiles() : null;
    const inchi = question.inchikey ? molecule.get_inchi() : '';
    return { ok: true, atoms, smiles, inchikey: inchi ? rdkit.get_inchikey_for_inchi(inchi) : null };
  } finally {
    molecule?.delete();
    log?.delete();
  }
}
