/** Structure drawings. A file of its own, loaded when there is something to draw: the toolkit in it is large. */
import { Molecule } from 'openchemlib';

/** A drawing as the address of an image; undefined where the toolkit cannot read the structure. */
export function drawing(smiles: string, width: number, height: number): string | undefined {
  try {
    const molecule = Molecule.fromSmiles(smiles);
    if (!molecule.getAllAtoms()) return undefined;
    const svg = molecule.toSVG(width, height, undefined, {
      suppressChiralText: true,
      suppressCIPParity: true,
      suppressESR: true,
    });
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  } catch {
    return undefined;
  }
}
