/** The thread that RDKit runs in. Started from source text, so that bundles, tests and scripts need no second file. */
import type * as threads from 'node:worker_threads';
import { describeMolecule, type MoleculeAnswer, type MoleculeQuestion, type RdkitLoader } from './describe.ts';

/** Answers each batch in order. A molecule that breaks RDKit is answered as bad, and the module is made anew. */
function answerBatches(describe: typeof describeMolecule, load: (id: string) => unknown): void {
  const { parentPort, ...thread } = load('node:worker_threads') as typeof threads;
  const start = load((thread.workerData as { rdkit: string }).rdkit) as RdkitLoader;
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
export const workerSource = `const __name = (f) => f; (${answerBatches.toString()})(${describeMolecule.toString()}, require);`;
