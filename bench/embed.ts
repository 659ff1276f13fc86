/** What an embedding costs: tokens and model against the bare runtime, our batches against plain ones, chemistry, the cold start. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '../runtime/bundle/read.ts';
import { Tokenizer } from '../runtime/inference/tokenizer.ts';
import { ask, askPython, buildChild } from './embed/run-child.ts';
import { sparkRows } from './embed/spark.ts';
import { median, type BenchRow, type BenchTable } from './table.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'build', 'bench');
const bundle = join(root, 'models', 'chemberta-mtr-mini');
/** Frozen molecules, so often. */
const REPEATED = 5;
/** Of the larger shape fewer are enough. */
const LARGE = 1_000;

async function materials(): Promise<{ texts: string; ids: string; fewIds: string; molecules: number }> {
  const smiles = readFileSync(join(root, 'test', 'fixtures', 'chemistry', 'molecules.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  const tokenizer = new Tokenizer(await readBundle(bundle));
  const ids = smiles.map((text) => {
    const encoded = tokenizer.encode(text);
    if (!('ok' in encoded)) throw new Error(encoded.detail);
    return JSON.stringify(encoded.ids);
  });
  const write = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return join(folder, name);
  };
  const often = <T>(values: readonly T[]): T[] => Array.from({ length: REPEATED }, () => values).flat();
  return {
    texts: write('molecules.txt', often(smiles)),
    ids: write('ids.jsonl', often(ids)),
    fewIds: write('few-ids.jsonl', ids.slice(0, LARGE)),
    molecules: REPEATED * smiles.length,
  };
}

/** `DECANT_BENCH=node,spark` chooses parts. Spark needs Java and DECANT_TEST_DATA, and takes minutes. */
export async function run(): Promise<BenchTable> {
  const chosen = process.env['DECANT_BENCH']?.split(',') ?? ['node', 'spark'];
  const table = chosen.includes('node') ? await inNode() : { name: 'embed', rows: [], notes: [] };
  if (!chosen.includes('spark')) return { ...table, notes: [...table.notes, 'without Spark'] };
  try {
    return { ...table, rows: [...table.rows, ...(await sparkRows())] };
  } catch (error) {
    return { ...table, notes: [...table.notes, `Spark was not measured: ${(error as Error).message.split('\n')[0]}`] };
  }
}

async function inNode(): Promise<BenchTable> {
  mkdirSync(folder, { recursive: true });
  await buildChild();
  const { texts, ids, fewIds, molecules } = await materials();
  const rate = (label: string, cpuSec: number, n = molecules): BenchRow => ({
    label,
    value: n / cpuSec,
    unit: 'molecules/CPU-s',
  });
  const against = (row: BenchRow, peer: BenchRow, least: number): BenchRow => {
    const ratio = row.value / peer.value;
    return { ...row, ratio, bar: `≥ ${least} ×`, ok: ratio >= least };
  };

  const bare = rate(
    'ONNX Runtime in Python, ready ids in ready batches',
    (await askPython('ort', join(bundle, 'model.onnx'), ids)).cpuSec,
  );
  const ours = rate('ours in Node, canonical SMILES to vector', (await ask({ kind: 'tokens', bundle, texts })).cpuSec);
  const chemistry = rate(
    '  RDKit: canonical SMILES and InChIKey',
    (await ask({ kind: 'chemistry', bundle, texts })).cpuSec,
  );
  const whole = rate(
    '  all of it: text to vector, predictions and applicability',
    (await ask({ kind: 'predict', bundle, texts })).cpuSec,
  );

  const model = join(folder, 'random-3x384.onnx');
  await askPython('model', model);
  const order = (batch: number) => ask({ kind: 'order', model, dimension: 384, ids: fewIds, batch });
  const plain = rate('3 × 384, batches of 64 in input order, padded', (await order(64)).cpuSec, LARGE);
  const sorted = rate('3 × 384, our batches by length', (await order(0)).cpuSec, LARGE);

  const starts: number[] = [];
  for (let i = 0; i < 5; i++) starts.push((await ask({ kind: 'start', bundle })).cpuSec);
  const start = median(starts);
  return {
    name: 'embed',
    rows: [
      bare,
      against(ours, bare, 0.7),
      chemistry,
      whole,
      plain,
      against(sorted, plain, 1.3),
      {
        label: 'cold start: process to first prediction',
        value: start,
        unit: 'CPU-s',
        bar: '≤ 0.5 CPU-s',
        ok: start <= 0.5,
      },
    ],
    notes: [
      `${molecules} molecules of the hold-out, ${LARGE} for the larger shape, whose weights are random; one thread; medians after a warm-up`,
      'both sides of a ratio run the same model in fp32; the start of processes is in the cold start only',
    ],
  };
}
