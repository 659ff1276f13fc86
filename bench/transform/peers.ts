/** 500 MB of CSV to Parquet, file to file: ours, the bare engine, pandas; and what each of our steps costs. */
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { BenchRow } from '../table.ts';
import { peerPython, repeated, runJob } from './children.ts';
import { assayContract, assayFile, duckdbTypes } from './data.ts';
import { measured } from './measured.ts';

const BYTES = Number(process.env['DECANT_BENCH_MB'] ?? 500) * 1e6;
const THREADS = 2;

const columns = (types: Record<string, string>) =>
  `{${Object.entries(types)
    .map(([name, type]) => `${name}: '${type}'`)
    .join(', ')}}`;

/** A COPY as anybody would write it, with the types declared. */
const copy = (path: string, select: string, types = duckdbTypes) =>
  `COPY (SELECT ${select} FROM read_csv('${path}', columns=${columns(types)}, header=true, auto_detect=false)) TO '$OUT' (FORMAT parquet, COMPRESSION zstd)`;

export async function againstPeers(notes: string[]): Promise<BenchRow[]> {
  const { path, bytes } = await assayFile('csv', BYTES);
  const text = Object.fromEntries(Object.keys(duckdbTypes).map((n) => [n, 'VARCHAR']));
  const casts = Object.entries(duckdbTypes).map(([n, t]) => `try_cast(${n} AS ${t}) AS ${n}`);
  const sql = (query: string) => repeated(() => runJob({ kind: 'sql', sql: query, threads: THREADS }));

  const bare = await sql(copy(path, '*'));
  const cast = await sql(copy(path, casts.join(', '), text));
  const numbered = await sql(copy(path, `${casts.join(', ')}, row_number() OVER () AS _row`, text));
  const hash = await repeated(() => runJob({ kind: 'sha256', path }));
  const scan = await repeated(() => runJob({ kind: 'scan', path, columns: Object.keys(duckdbTypes).length }));
  const contract = assayContract('csv');
  const ours = await repeated(() => runJob({ kind: 'engine', path, contract, threads: THREADS, memoryMiB: 2048 }));
  notes.push(
    `CSV of ${Math.round(bytes / 1e6)} MB, ${String(ours.said['rows'])} rows, ${THREADS} threads, medians of 3 after a warm-up, start of the process included`,
  );

  const step = (label: string, value: number): BenchRow => ({
    label,
    value,
    unit: 'CPU-s',
    ratio: value / bare.cpuSec,
  });
  const rows: BenchRow[] = [
    { label: 'DuckDB COPY, same declared types', value: bare.cpuSec, unit: 'CPU-s' },
    {
      label: 'ours, file to file',
      value: ours.cpuSec,
      unit: 'CPU-s',
      ratio: ours.cpuSec / bare.cpuSec,
      bar: '≤ 2.5 ×',
      ok: ours.cpuSec <= 2.5 * bare.cpuSec,
    },
    step('  of it reading as text and casting, against typed reading', cast.cpuSec - bare.cpuSec),
    step('  of it row numbers', numbered.cpuSec - cast.cpuSec),
    step('  of it accounting: our own count of records', scan.cpuSec),
    step(
      '  of it guards, rules, lineage columns and the hash of the output',
      ours.cpuSec - numbered.cpuSec - scan.cpuSec,
    ),
    step('SHA-256 of the input, in the task', hash.cpuSec),
  ];

  const python = peerPython();
  if (!python) return [...rows, note(notes, 'pandas could not be installed: not compared')].flat();
  const script = join(import.meta.dirname, 'pandas_peer.py');
  const pandas = await repeated(() => measured(python, [script, path, join(tmpdir(), 'decant-pandas.parquet')]));
  return [
    ...rows,
    {
      label: 'pandas + pyarrow, whole file',
      value: pandas.cpuSec,
      unit: 'CPU-s',
      ratio: pandas.cpuSec / ours.cpuSec,
      bar: '≥ 1.5 × ours',
      ok: pandas.cpuSec >= 1.5 * ours.cpuSec,
    },
    { label: 'peak RSS, ours', value: ours.rssMiB, unit: 'MiB' },
    {
      label: 'peak RSS, pandas + pyarrow',
      value: pandas.rssMiB,
      unit: 'MiB',
      ratio: pandas.rssMiB / ours.rssMiB,
      bar: '≥ 4 × ours',
      ok: pandas.rssMiB >= 4 * ours.rssMiB,
    },
  ];
}

function note(notes: string[], text: string): BenchRow[] {
  notes.push(text);
  return [];
}
