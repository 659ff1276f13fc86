/** One run of the worker: what is new in the files of a plan gets its verdict, vector and predictions, once. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbedSummary } from '../../protocol/embeddings.ts';
import { UserError } from '../../runtime/errors.ts';
import { Predictor } from '../../runtime/inference/predictor.ts';
import { openDuck } from '../../runtime/sql/duckdb.ts';
import { isInline, parsePlan, type WorkerArgs } from './args.ts';
import { countAll, CountsDifferError, type Counts } from './counts.ts';
import { readKnown } from './known.ts';
import { computeNumbers } from './numbers.ts';
import { below, type Places } from './places.ts';
import { progress, type Terminal } from './progress.ts';
import { publishFiles, writeFiles } from './files.ts';
import { gatherTexts, readCells } from './source.ts';
import { chooseFresh, judgeTexts } from './verdicts.ts';

export interface Workplace {
  readonly places: Places;
  /** An empty folder; the caller removes it. */
  readonly scratch: string;
  readonly terminal: Terminal;
  /** Of DuckDB. @default 400 */
  readonly memoryMiB?: number;
}

/** Does the run that `args` tell, and returns its summary. A run whose summary is there is done: nothing is touched. */
export async function runWorker(args: WorkerArgs, at: Workplace): Promise<EmbedSummary> {
  const done = await at.places.readText(args.summary);
  if (done !== undefined) return JSON.parse(done) as EmbedSummary;
  const predictor = await Predictor.open(await at.places.fetchFolder(args.bundle, join(at.scratch, 'bundle')));
  const folder = join(at.scratch, 'duck');
  await mkdir(folder);
  const duck = await openDuck({ threads: 1, memoryMiB: at.memoryMiB ?? DUCKDB_MIB, folder, spillBytes: SPILL_BYTES });
  try {
    const summary = await work(duck.connection, predictor, args, { ...at, scratch: folder });
    await at.places.writeText(args.summary, `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  } finally {
    duck.close();
    await predictor.close();
  }
}

/** With the model, RDKit and Node some 800 MB in all. */
const DUCKDB_MIB = 400;
const SPILL_BYTES = 64 * 2 ** 30;

async function work(c: DuckDBConnection, predictor: Predictor, args: WorkerArgs, at: Workplace): Promise<EmbedSummary> {
  const { hash } = predictor.bundle.index;
  const { places, scratch, terminal } = at;
  await readCells(c, places, scratch, parsePlan(await planText(args.plan, places)));
  const texts = await gatherTexts(c);
  await judgeTexts(c, predictor, args.dtype, texts, progress(terminal, 'judged', texts));
  const partition = `bundle=${hash}/sensitivity=${args.sensitivity}`;
  await readKnown(c, places, scratch, {
    folder: below(args.tables, 'embeddings', partition),
    run: args.run,
  });
  const { fresh, known } = await chooseFresh(c);
  await computeNumbers(c, predictor, args, fresh, progress(terminal, 'embedded', fresh));
  const counts = await countAll(c);
  const summary = { dataset: args.dataset, run: args.run, bundle: hash, dtype: args.dtype, ...sums(counts, known) };
  const files = await writeFiles(c, args, predictor.bundle, { toolkit: await predictor.toolkit.version(), scratch });
  return { ...summary, files: await publishFiles(places, args, partition, files) };
}

async function planText(plan: string, places: Places): Promise<string> {
  if (isInline(plan)) return plan;
  const text = await places.readText(plan);
  if (text === undefined) throw new UserError(`embedder: there is no plan ${plan}`);
  return text;
}

/** Throws a CountsDifferError when the parts do not make the whole. */
function sums(counts: Counts, known: number): Omit<EmbedSummary, 'dataset' | 'run' | 'bundle' | 'dtype' | 'files'> {
  const { values, nulls, embedded, quarantined, codes, outOfDomain, molecules, ok } = counts;
  if (molecules !== embedded + known) {
    throw new CountsDifferError(`${molecules} molecules, of which ${known} known and ${embedded} embedded`);
  }
  const repeated = ok - molecules;
  if (repeated < 0 || values !== nulls + quarantined + embedded + known + repeated) {
    throw new CountsDifferError(
      `${values} values do not come out as ${JSON.stringify({ ...counts, known, repeated })}`,
    );
  }
  return { values, nulls, embedded, known, repeated, quarantined, codes, outOfDomain };
}
