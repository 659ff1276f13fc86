/** Vectors that were computed already: in this process, then in a table. The key is that of the lake's tables. */

/** Everything that the model answered for one molecule; endpoints and normalisation follow from it. */
export interface KnownMolecule {
  readonly moleculeKey: string;
  readonly canonical: string;
  readonly inchikey: string | undefined;
  readonly tokens: number;
  readonly truncated: boolean;
  readonly embedding: Float32Array;
  /** Values of the bundle's targets, in their order and units. */
  readonly targets: Float64Array;
}

export interface MoleculeVectors {
  get(keys: readonly string[]): Promise<ReadonlyMap<string, KnownMolecule>>;
  put(molecules: readonly KnownMolecule[]): Promise<void>;
}

export interface MoleculeStore extends MoleculeVectors {
  /** Molecules of the model that share an InChIKey, ordered by their key. */
  byInchikey(inchikey: string): Promise<readonly KnownMolecule[]>;
}

/** About 1 KB each with 64 dimensions; 4 KB with 768. */
const MOST = 20_000;

/** The molecules that were asked for last. */
export class RecentMolecules {
  readonly #most: number;
  readonly #known = new Map<string, KnownMolecule>();

  constructor(most: number = MOST) {
    this.#most = most;
  }

  get(key: string): KnownMolecule | undefined {
    const found = this.#known.get(key);
    if (found) {
      this.#known.delete(key);
      this.#known.set(key, found);
    }
    return found;
  }

  put(molecule: KnownMolecule): void {
    this.#known.delete(molecule.moleculeKey);
    this.#known.set(molecule.moleculeKey, molecule);
    if (this.#known.size > this.#most) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
  }
}

/** Looks in the process, then in the table. A table that fails costs time, never the answer. */
export class MoleculeCache {
  readonly #recent: RecentMolecules;
  readonly #store: MoleculeVectors;
  readonly #complain: (error: unknown) => void;

  constructor(store: MoleculeVectors, complain: (error: unknown) => void, recent = new RecentMolecules()) {
    this.#store = store;
    this.#complain = complain;
    this.#recent = recent;
  }

  async get(keys: readonly string[]): Promise<ReadonlyMap<string, KnownMolecule>> {
    const found = new Map<string, KnownMolecule>();
    const missing = new Set<string>();
    for (const key of keys) {
      const known = this.#recent.get(key);
      if (known) found.set(key, known);
      else missing.add(key);
    }
    if (missing.size > 0) {
      const stored = await this.#store.get([...missing]).catch((error: unknown) => {
        this.#complain(error);
        return new Map<string, KnownMolecule>();
      });
      for (const [key, molecule] of stored) {
        found.set(key, molecule);
        this.#recent.put(molecule);
      }
    }
    return found;
  }

  async put(molecules: readonly KnownMolecule[]): Promise<void> {
    for (const molecule of molecules) this.#recent.put(molecule);
    await this.#store.put(molecules).catch(this.#complain);
  }
}
