/** Builds the measured programs, and runs jobs in them. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { median } from '../table.ts';
import type { Job } from './child.ts';
import { measured, type Cost } from './measured.ts';

export { peerPython } from '../peers.ts';

const root = join(import.meta.dirname, '..', '..');
const child = join(root, 'build', 'bench', 'child.mjs');

/** Bundled, so that compiling TypeScript is no part of the measurement. */
export async function buildChild(): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['@duckdb/node-api', '@rdkit/rdkit'],
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'error',
  });
}

/** One job in a fresh process. */
export const runJob = (job: Job): Promise<Cost> => measured(process.execPath, [child, JSON.stringify(job)]);

/** Medians of some runs, the first one not counted: it finds cold caches. */
export async function repeated(run: () => Promise<Cost>, times = 3): Promise<Cost> {
  await run();
  const costs: Cost[] = [];
  for (let i = 0; i < times; i++) costs.push(await run());
  const last = costs.at(-1);
  if (!last) throw new Error('a bench needs at least one run');
  return {
    cpuSec: median(costs.map((c) => c.cpuSec)),
    rssMiB: median(costs.map((c) => c.rssMiB)),
    wallSec: median(costs.map((c) => c.wallSec)),
    said: last.said,
  };
}
