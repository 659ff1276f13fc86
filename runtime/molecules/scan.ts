/** Where the atoms and rings of a SMILES are written. RDKit tells atoms by number and open rings not at all. */

export interface WrittenAtom {
  /** Character at which it begins, from 0. */
  readonly at: number;
  /** As written: `C`, `c`, `Cl`, `H`, `*`; without the bracket's isotope, charge and so on. */
  readonly symbol: string;
  readonly bracket: string | undefined;
  /** Atoms that it is bonded to, by number. */
  readonly neighbours: number[];
}

export interface Scan {
  readonly atoms: readonly WrittenAtom[];
  /** Characters at which rings are opened that are never closed, in order. */
  readonly openRings: readonly number[];
}

const PARTS = /(\[[^\]]*\])|(Br|Cl|[BCNOPSFI]|[bcnops]|\*)|(%\(\d+\)|%\d\d|\d)|([()])|(\.)/g;

/** Reads what there is to read; other characters, and what makes no sense, are passed over. */
export function scanSmiles(text: string): Scan {
  const atoms: WrittenAtom[] = [];
  const open = new Map<number, { at: number; atom: number }>();
  const branches: number[] = [];
  let previous = -1;
  const bond = (a: number, b: number): void => {
    atoms[a]?.neighbours.push(b);
    atoms[b]?.neighbours.push(a);
  };
  for (const match of text.matchAll(PARTS)) {
    const [whole, bracket, symbol, ring, branch, dot] = match;
    if (bracket ?? symbol) {
      atoms.push({ at: match.index, symbol: symbol ?? symbolOf(whole), bracket, neighbours: [] });
      if (previous >= 0) bond(previous, atoms.length - 1);
      previous = atoms.length - 1;
    } else if (ring) {
      const number = Number(ring.replace(/[%()]/g, ''));
      const opened = open.get(number);
      if (!opened) open.set(number, { at: match.index, atom: previous });
      else {
        bond(opened.atom, previous);
        open.delete(number);
      }
    } else if (branch === '(') branches.push(previous);
    else if (branch) previous = branches.pop() ?? previous;
    else if (dot) previous = -1;
  }
  return { atoms, openRings: [...open.values()].map((ring) => ring.at).sort((a, b) => a - b) };
}

const symbolOf = (bracket: string): string => /^\[\d*([A-Z][a-z]?|[a-z]{1,2}|\*)/.exec(bracket)?.[1] ?? '';

/** `[H]` at one heavy atom: RDKit takes it away before it looks at valences and rings, and numbers atoms without it. */
const isImplied = ({ bracket, neighbours }: WrittenAtom, atoms: readonly WrittenAtom[]): boolean =>
  bracket === '[H]' && neighbours.length === 1 && atoms[neighbours[0] ?? -1]?.bracket !== '[H]';

/** Character at which an atom of a parsed molecule begins; null where the text has no such atom. */
export function placeOfAtom({ atoms }: Scan, number: number): number | null {
  return atoms.filter((atom) => !isImplied(atom, atoms))[number]?.at ?? null;
}

/** As `placeOfAtom`, of an atom that the parser told: it numbers them as written. */
export const placeAsWritten = ({ atoms }: Scan, number: number): number | null => atoms[number]?.at ?? null;
