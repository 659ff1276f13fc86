/** What Spark adds to the work of embedding: CPU seconds of the job against one process that does the same. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ensurePython } from '../../local/python.ts';
import { sqlText } from '../../runtime/sql/text.ts';
import type { BenchRow } from '../table.ts';

const root = join(import.meta.dirname, '..', '..');
const glue = join(root, 'glue', 'embed');
const bundle = join(root, 'models', 'chemberta-mtr-mini');
const [FEW, BAR] = [1_000, 1.6];

/**
 * Rows of the bench: CPU(all) − CPU(1,000) of either, so that what starts once does not count. Needs Python 3.11, Java 17 and
 * DECANT_TEST_DATA. @param limit molecules at most. @default all 99,991
 */
export async function sparkRows(limit = Infinity): Promise<BenchRow[]> {
  const data = process.env['DECANT_TEST_DATA'];
  if (data === undefined) throw new Error('set DECANT_TEST_DATA to the folder of public data');
  const python = await ensurePython({
    packages: { name: 'spark', lock: join(glue, 'requirements-test.txt'), what: 'Spark (once, about 1.2 GB)' },
    env: { ...process.env, DECANT_PYTHON: process.env['DECANT_PYTHON'] ?? 'python3.11' },
  });
  const dir = mkdtempSync(join(tmpdir(), 'bench-embed-'));
  try {
    const [few, all] = [join(dir, 'few.parquet'), join(dir, 'all.parquet')];
    await writeMolecules(join(data, 'pubchem_100k_standardized.csv.gz'), few, FEW);
    const rows = await writeMolecules(join(data, 'pubchem_100k_standardized.csv.gz'), all, limit);
    const spark = cpuOfSpark(python, all, dir) - cpuOfSpark(python, few, dir);
    const single = cpuOfSingle(python, all, dir) - cpuOfSingle(python, few, dir);
    const ratio = spark / single;
    const what = `${rows.toLocaleString('en-US')} − ${FEW.toLocaleString('en-US')} molecules`;
    return [
      { label: `one Python process, ${what}`, value: single, unit: 'CPU-s' },
      { label: `Spark job, ${what}`, value: spark, unit: 'CPU-s', ratio, bar: `≤ ${BAR} ×`, ok: ratio <= BAR },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function writeMolecules(source: string, path: string, limit: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const c = await instance.connect();
  const from = `read_csv(${sqlText(source)}, delim = '\t', header = false, names = ['smiles', 'standard'])`;
  const rest = Number.isFinite(limit) ? `LIMIT ${limit}` : '';
  await c.run(`COPY (SELECT smiles, row_number() OVER () AS _source_row FROM ${from} ${rest}) TO ${sqlText(path)}`);
  const [row] = (await c.runAndReadAll(`SELECT count(*) AS n FROM ${sqlText(path)}`)).getRowObjectsJson();
  c.closeSync();
  instance.closeSync();
  return Number(row?.['n']);
}

const environment = { ...process.env, PYTHONPATH: glue, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

const cpuOf = (python: string, command: readonly string[], env: NodeJS.ProcessEnv): number =>
  Number(
    execFileSync(python, [join(import.meta.dirname, 'cpu.py'), ...command], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

const cpuOfSingle = (python: string, file: string, dir: string): number =>
  cpuOf(python, [python, join(import.meta.dirname, 'single.py'), file, bundle, join(dir, 'single')], environment);

function cpuOfSpark(python: string, file: string, dir: string): number {
  const out = join(dir, `spark-${file.endsWith('all.parquet') ? 'all' : 'few'}`);
  mkdirSync(out);
  const args = {
    dataset: 'bench',
    plan: JSON.stringify([{ table: 'pubchem', columns: ['smiles'], files: [file] }]),
    bundle,
    dtype: 'fp32',
    fingerprints: 'none',
    sensitivity: 'public',
    tables: join(out, 'tables'),
    quarantine: join(out, 'quarantine'),
    summary: join(out, 'summary.json'),
    run: 'bench',
  };
  return cpuOf(python, [python, join(glue, 'job.py'), ...Object.entries(args).flatMap(([k, v]) => [`--${k}`, v])], {
    ...environment,
    PYSPARK_PYTHON: python,
    SPARK_LOCAL_IP: '127.0.0.1',
    PYSPARK_SUBMIT_ARGS:
      '--master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 pyspark-shell',
  });
}
