/** RDKit as WebAssembly: loaded with room for large molecules. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Rdkit } from './describe.ts';

/** The part of RDKit's molecules that is used beyond canonical SMILES. */
export interface RdkitMolecule {
  is_valid(): boolean;
  get_num_atoms(): number;
  get_smiles(): string;
  get_inchi(): string;
  get_morgan_fp_as_uint8array(details: string): Uint8Array;
  delete(): void;
}
export interface FullRdkit extends Rdkit {
  version(): string;
  get_mol(text: string): RdkitMolecule | null;
}

type Exports = Readonly<Record<string, unknown>>;
interface Instance {
  readonly exports: Exports;
}
/** Node's types leave WebAssembly to the browser's. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    Instance: new (module: object, imports: object) => Instance;
  };
};
type Loader = (options: {
  instantiateWasm(imports: object, done: (instance: Instance) => void): Exports;
}) => Promise<FullRdkit>;

/**
 * RDKit is built with a stack of 64 KiB that lies above its constants and is not watched: a chain of 700 atoms runs over them,
 * and what it answers from then on may be wrong, or never come. This one holds some thousand atoms; beyond, Node's own
 * stack ends first, which is an exception.
 */
const STACK_BYTES = 8 * 2 ** 20;

/** Names that the build of this version gave to two functions of Emscripten; a test notices when they change. */
const MALLOC = '$';
const SET_STACK = 'fa';

const requireHere = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
let compiled: Promise<object> | undefined;

/** Loads a module of its own; compiling, which costs most, is done once a process. */
export async function loadRdkit(): Promise<FullRdkit> {
  compiled ??= readFile(requireHere.resolve('@rdkit/rdkit/RDKit_minimal.wasm')).then((b) => WebAssembly.compile(b));
  const module = await compiled;
  const load = requireHere('@rdkit/rdkit') as Loader;
  let exported: Exports = {};
  const rdkit = await load({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      exported = instance.exports;
      done(instance);
      return exported;
    },
  });
  enlargeStack(exported);
  return rdkit;
}

/** Throws when the functions are not where this version of RDKit has them. */
function enlargeStack(exported: Exports): void {
  const malloc = exported[MALLOC] as ((bytes: number) => number) | undefined;
  const setStack = exported[SET_STACK] as ((top: number) => void) | undefined;
  const bottom = malloc?.(STACK_BYTES);
  if (!bottom || !setStack) throw new Error('RDKit is not of the version that Decant knows: its stack cannot be set');
  // Grows downwards, in steps of 16 bytes.
  setStack((bottom + STACK_BYTES) & ~15);
}
