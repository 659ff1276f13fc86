/** RDKit in this process for many molecules: crashes contained, memory given back. */
import { loadRdkit, type FullRdkit } from './rdkit.ts';
import { moleculeError } from './refusal.ts';
import { standardize, standardizeMolblock, type StandardizeLimits, type Verdict } from './standardize.ts';

/** RDKit's memory only grows: a module is replaced after so many molecules. */
const MOLECULES_PER_MODULE = 50_000;
/** What breaks RDKit above this is too large for it; below, it is a defect of RDKit. */
const MANY_CHARACTERS = 1_000;

export interface ToolkitOptions {
  /** @default 50,000 */
  readonly moleculesPerModule?: number;
  /** @default loadRdkit */
  readonly load?: () => Promise<FullRdkit>;
}

export class Toolkit {
  readonly #load: () => Promise<FullRdkit>;
  readonly #perModule: number;
  #module: Promise<FullRdkit>;
  #asked = 0;
  #loads = 1;

  constructor({ moleculesPerModule = MOLECULES_PER_MODULE, load = loadRdkit }: ToolkitOptions = {}) {
    this.#load = load;
    this.#perModule = moleculesPerModule;
    this.#module = load();
    // Told to the first who asks.
    this.#module.catch(() => undefined);
  }

  /** Modules loaded so far. */
  get loads(): number {
    return this.#loads;
  }

  /** What canonical SMILES are bound to, such as `rdkit 2026.09.1`. */
  async version(): Promise<string> {
    return `rdkit ${(await this.#module).version()}`;
  }

  /** The verdict on one SMILES. A molecule that breaks RDKit gets an error, and the next one a new module. */
  standardize(text: string, limits: StandardizeLimits = {}): Promise<Verdict> {
    return this.#ask(text, (rdkit) => standardize(rdkit, text, limits));
  }

  /** The verdict on one molblock, V2000 or V3000. */
  molblock(text: string): Promise<Verdict> {
    return this.#ask(text, (rdkit) => standardizeMolblock(rdkit, text));
  }

  async #ask(text: string, question: (rdkit: FullRdkit) => Verdict): Promise<Verdict> {
    if (this.#asked >= this.#perModule) this.#renew();
    const rdkit = await this.#module;
    this.#asked += 1;
    try {
      return question(rdkit);
    } catch {
      this.#renew();
      const large = text.length > MANY_CHARACTERS;
      return {
        ok: false,
        error: large
          ? moleculeError('TOO_LONG', 'the toolkit cannot hold a molecule of this size')
          : moleculeError('INVALID_SMILES', 'the toolkit fails on it'),
      };
    }
  }

  #renew(): void {
    this.#asked = 0;
    this.#loads += 1;
    this.#module = this.#load();
    this.#module.catch(() => undefined);
  }
}
