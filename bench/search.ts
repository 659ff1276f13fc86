/** The nearest ten of a million vectors, exactly: ours against numpy, one thread each. */
import { ask, askPython, buildChild } from './embed/run-child.ts';
import type { BenchRow, BenchTable } from './table.ts';

const NEIGHBOURS = 10;
const MAX_MS = 300;

const sizes = [
  { rows: 1_000_000, dimension: 64, barred: true },
  { rows: 1_000_000, dimension: 384, barred: false },
] as const;

export async function run(): Promise<BenchTable> {
  await buildChild();
  const rows: BenchRow[] = [];
  for (const { rows: count, dimension, barred } of sizes) {
    const numpy = await askPython('search', String(count), String(dimension), String(NEIGHBOURS));
    const ours = await ask({ kind: 'search', rows: count, dimension, k: NEIGHBOURS });
    const what = `top ${NEIGHBOURS} of ${count.toLocaleString('en-US')} × ${dimension}`;
    const wall = Number(ours.said['wallMs']);
    const ratio = numpy.cpuSec / ours.cpuSec;
    rows.push(
      { label: `numpy, ${what}`, value: numpy.cpuSec * 1000, unit: 'CPU-ms' },
      {
        ...{ label: `ours, ${what}`, value: ours.cpuSec * 1000, unit: 'CPU-ms', ratio },
        ...(barred && { bar: '≥ 0.5 ×', ok: ratio >= 0.5 }),
      },
      {
        ...{ label: `ours, ${what}, on the clock`, value: wall, unit: 'ms' },
        ...(barred && { bar: `≤ ${MAX_MS} ms`, ok: wall <= MAX_MS }),
      },
    );
  }
  return {
    name: 'search',
    rows,
    notes: ['fp32, one thread, medians of 7 after a warm-up; numpy: product of matrix and vector, argpartition'],
  };
}
