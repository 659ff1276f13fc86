/** How evenly the planner of copies cuts a listing of five million keys, in flat memory, against splitting it by 16 hexadecimal prefixes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyBench } from './copy/child.ts';
import type { BenchTable } from './table.ts';

const KEYS = 5_000_000;
const SLICES = 16;
const MANY = 200;
/** Above the mean, as a factor; a slice may also be above it by one object. */
const BAR = 1.05;
const WITHIN = `≤ ${BAR} ×, or one object`;
/** What ten times the keys may add to the peak, in MiB: buffers and garbage, not keys. */
const FLAT_MIB = 64;

/** Each plan in a process of its own, so that its peak of memory is its own. */
function plan(keys: number, slices: number): CopyBench {
  const dir = mkdtempSync(join(tmpdir(), 'decant-bench-copy-'));
  try {
    const argv = ['--import', 'tsx', join(import.meta.dirname, 'copy', 'child.ts'), dir, String(keys), String(slices)];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the planner of ${keys} keys failed\n${stderr}`);
    return JSON.parse(stdout) as CopyBench;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function run(): Promise<BenchTable> {
  const tenth = plan(KEYS / 10, SLICES);
  const whole = plan(KEYS, SLICES);
  const many = plan(KEYS, MANY);
  const growth = whole.peakMiB - tenth.peakMiB;
  const even = (b: CopyBench) => b.above <= BAR || b.aboveOneObject;
  const rows = [
    { label: 'keys planned', value: whole.keys / whole.cpuSec, unit: 'per CPU-second' },
    {
      label: `heaviest of ${SLICES} slices`,
      value: whole.above,
      unit: '× the mean',
      bar: `≤ ${BAR} ×`,
      ok: even(whole),
    },
    { label: `heaviest of ${MANY} slices`, value: many.above, unit: '× the mean', bar: WITHIN, ok: even(many) },
    { label: 'most objects of a slice', value: whole.mostObjects, unit: '× the mean' },
    {
      label: 'heaviest of 16 hexadecimal prefixes',
      value: whole.prefixAbove,
      unit: '× the mean',
      ratio: whole.prefixAbove / whole.above,
    },
    { label: 'keys that fit no hexadecimal prefix', value: whole.prefixLost, unit: 'objects not copied' },
    {
      label: 'keys in no slice, or in two',
      value: whole.wrong + many.wrong,
      unit: 'objects',
      bar: '0',
      ok: whole.wrong + many.wrong === 0,
    },
    { label: 'peak memory', value: whole.peakMiB, unit: 'MiB' },
    {
      label: 'peak memory above that of a tenth of the keys',
      value: growth,
      unit: 'MiB',
      bar: `≤ ${FLAT_MIB} MiB`,
      ok: growth <= FLAT_MIB,
    },
  ];
  return Promise.resolve({
    name: 'copy',
    rows,
    notes: [
      `${KEYS.toLocaleString('en-US')} synthetic keys of uneven hexadecimal folders, dates and upper case, sizes log-normal with a heavy tail`,
      'planned as decant copy does: every object its way, lists on disk, slices cut; the listing itself comes from memory',
      'the ratio is how much longer the slowest of 16 jobs by prefix would take than the slowest slice',
      'weight of an object: its bytes and a MiB for the request; complete and disjoint are checked key by key',
    ],
  });
}
