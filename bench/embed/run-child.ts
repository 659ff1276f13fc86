/** Builds the measured program, and asks it. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { ensurePython } from '../../local/python.ts';
import { measured, type Cost } from '../transform/measured.ts';
import type { Question } from './child.ts';

const root = join(import.meta.dirname, '..', '..');
const child = join(root, 'build', 'bench', 'embed.mjs');

/** Bundled, so that compiling TypeScript is no part of the measurement. */
export async function buildChild(): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['@duckdb/node-api', '@rdkit/rdkit', 'onnxruntime-node'],
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'error',
  });
}

export const ask = (question: Question): Promise<Cost> => measured(process.execPath, [child, JSON.stringify(question)]);

const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
const peer = join(import.meta.dirname, 'peer.py');

/** The peer in Python, with numpy and ONNX Runtime of models/convert. */
export async function askPython(...args: string[]): Promise<Cost> {
  const python = await ensurePython({
    packages: {
      name: 'convert',
      lock: join(root, 'models', 'convert', 'requirements.txt'),
      what: 'the packages of models/convert',
      oldest: [3, 11],
    },
  });
  return measured(python, [peer, ...args], { ...ONE_THREAD, PYTHONPATH: root });
}
