/** RDKit as WebAssembly: loaded with room for large molecules. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Rdkit } from './describe.ts';
import { enlargeStack, type WasmExports } from './stack.ts';

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

interface Instance {
  readonly exports: WasmExports;
}
/** Node's types leave WebAssembly to the browser's. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    Instance: new (module: object, imports: object) => Instance;
  };
};
type Loader = (options: {
  instantiateWasm(imports: object, done: (instance: Instance) => void): WasmExports;
}) => Promise<FullRdkit>;

const requireHere = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
let compiled: Promise<object> | undefined;

/** Loads a module of its own; compiling, which costs most, is done once a process. */
export async function loadRdkit(): Promise<FullRdkit> {
  compiled ??= readFile(requireHere.resolve('@rdkit/rdkit/RDKit_minimal.wasm')).then((b) => WebAssembly.compile(b));
  const module = await compiled;
  const load = requireHere('@rdkit/rdkit') as Loader;
  let exported: WasmExports = {};
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
