/** The thread that RDKit runs in. Started from source text, so that bundles, tests and scripts need no second file. */
import type * as fs from 'node:fs';
import type * as path from 'node:path';
import type * as threads from 'node:worker_threads';
import { describeMolecule, type MoleculeAnswer, type MoleculeQuestion, type Rdkit } from './describe.ts';
import { enlargeStack, type WasmExports } from './stack.ts';

/** The module's function, told how to make its instance. */
type Loader = (options: {
  instantiateWasm(imports: object, done: (instance: object) => void): object;
}) => Promise<Rdkit>;
/** Node's types leave WebAssembly to the browser's. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: WasmExports };
}

/** Answers each batch in order. A molecule that breaks RDKit is answered as bad, and the module is made anew. */
function answerBatches(
  describe: typeof describeMolecule,
  enlarge: typeof enlargeStack,
  load: (id: string) => unknown,
): void {
  const { parentPort, ...thread } = load('node:worker_threads') as typeof threads;
  const { readFileSync } = load('node:fs') as typeof fs;
  const paths = load('node:path') as typeof path;
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };
  const file = (thread.workerData as { rdkit: string }).rdkit;
  const start = async (): Promise<Rdkit> => {
    let exported: WasmExports | undefined;
    const module = await (load(file) as Loader)({
      instantiateWasm(imports, done) {
        const code = new WebAssembly.Module(readFileSync(paths.join(paths.dirname(file), 'RDKit_minimal.wasm')));
        const instance = new WebAssembly.Instance(code, imports);
        exported = instance.exports;
        done(instance);
        return exported;
      },
    });
    if (exported) enlarge(exported);
    return module;
  };
  let rdkit = start();
  const answer = async (question: MoleculeQuestion): Promise<MoleculeAnswer> => {
    try {
      return describe(await rdkit, question);
    } catch {
      rdkit = start();
      return { ok: false, why: 'RDKit fails on it' };
    }
  };
  parentPort?.on('message', (questions: readonly MoleculeQuestion[]) => {
    void (async () => {
      const answers: MoleculeAnswer[] = [];
      for (const question of questions) answers.push(await answer(question));
      parentPort.postMessage(answers);
    })();
  });
}

/** Compilers that keep names wrap functions in a call of `__name`. */
export const workerSource = `const __name = (f) => f; (${answerBatches.toString()})(${describeMolecule.toString()}, ${enlargeStack.toString()}, require);`;
