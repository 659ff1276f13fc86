/** Runs a planned copy: its slices, then rounds over what failed, until nothing is left that another round could help. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { movingWays, type MovingWay } from '../../protocol/copy.ts';
import { inParallel } from '../many.ts';
import { isTransient, nextOf, type Failure } from './failures.ts';
import { fileLines, itemLine, LineWriter, parseItem } from './lines.ts';
import { isGone } from './own.ts';
import type { CopyPlace } from './place.ts';
import { sameCount, sum, type Count } from './plan.ts';
import {
  settledWays,
  type CopyRecord,
  type Outcome,
  type PlanRecord,
  type RoundRecord,
  type Settled,
} from './record.ts';
import { cutSlices, sliceCount, type Slice } from './slices.ts';
import { failuresPath, outcomePath, workSlice } from './work.ts';

/** Batch jobs at a time: each runs as fast as S3 lets the account; more would only share that. */
const JOBS_AT_ONCE = 16;
/** Rounds that a run makes by itself for failures that are known to pass. */
const ROUNDS = 3;

export interface RunOptions {
  readonly partBytes?: number;
  /** Tries everything that failed again, whatever the code, before it looks at failures by itself. */
  readonly retry?: boolean;
  readonly onProgress?: (objects: number, bytes: number) => void;
  readonly onRound?: (round: RoundRecord) => void;
}

export interface RunState {
  readonly rounds: readonly RoundRecord[];
  readonly moved: Count;
  readonly settled: Readonly<Record<Settled, Count>>;
  /** Failed in the last round; a retry takes them. */
  readonly open: Count;
  readonly codes: Readonly<Record<string, number>>;
  /** Slices that have no outcome yet. */
  readonly waiting: readonly Slice[];
}

const none = (): Record<Settled, Count> => ({
  gone: { objects: 0, bytes: 0 },
  restore: { objects: 0, bytes: 0 },
  refused: { objects: 0, bytes: 0 },
});

/** How far a copy is. What was planned is what moved, was settled, is open, or waits: throws a CopyCountError otherwise. */
export async function stateOf(record: CopyRecord, plan: PlanRecord): Promise<RunState> {
  const numbers = (await record.paths('rounds/')).sort();
  const later = await inParallel(numbers, 8, async (path) => (await record.read<RoundRecord>(path)) as RoundRecord);
  const first: RoundRecord = { round: 0, at: plan.at, slices: plan.slices, settled: none() };
  const rounds = [first, ...later.sort((a, b) => a.round - b.round)];
  const waiting: Slice[] = [];
  const moved: Count[] = [];
  let failed: Count[] = [];
  let codes: Record<string, number> = {};
  for (const { slices } of rounds) {
    failed = [];
    codes = {};
    const outcomes = await inParallel(slices, 16, (s) => record.read<Outcome>(outcomePath(s.id)));
    for (const [n, outcome] of outcomes.entries()) {
      if (!outcome) {
        waiting.push(slices[n] as Slice);
        continue;
      }
      moved.push(outcome.moved);
      failed.push(outcome.failed);
      for (const [code, objects] of Object.entries(outcome.codes)) codes[code] = (codes[code] ?? 0) + objects;
    }
  }
  const settled = none();
  for (const way of settledWays) settled[way] = sum(rounds.map((r) => r.settled[way]));
  const state: RunState = { rounds, moved: sum(moved), settled, open: sum(failed), codes, waiting };
  sameCount(
    `copy ${plan.copy}: planned, and moved, settled, open or waiting`,
    sum(movingWays.map((w) => plan.counts[w])),
    sum([state.moved, state.open, ...Object.values(settled), ...waiting]),
  );
  return state;
}

/** Runs what waits, then rounds over failures. Returns how far it came. */
export async function runCopy(
  place: CopyPlace,
  record: CopyRecord,
  plan: PlanRecord,
  options: RunOptions = {},
): Promise<RunState> {
  await mkdir(place.dir, { recursive: true });
  let state = await stateOf(record, plan);
  const startedWith = state.rounds.length;
  let forced = options.retry === true;
  for (;;) {
    await workAll(place, record, plan, state.waiting, options);
    state = await stateOf(record, plan);
    if (state.open.objects === 0) return state;
    const passing = Object.keys(state.codes).some((code) => isTransient({ code, message: '' }));
    const settling = await anySettled(place, record, state);
    const again = forced || settling || (passing && state.rounds.length - startedWith < ROUNDS);
    if (!again) return state;
    forced = false;
    const round = await nextRound(place, record, state);
    options.onRound?.(round);
    state = await stateOf(record, plan);
  }
}

async function workAll(
  place: CopyPlace,
  record: CopyRecord,
  plan: PlanRecord,
  slices: readonly Slice[],
  { partBytes, onProgress }: RunOptions,
): Promise<void> {
  const work = (slice: Slice) =>
    workSlice({ place, record, plan, slice, ...(partBytes && { partBytes }), ...(onProgress && { onProgress }) });
  const jobs = slices.filter((s) => s.way === 'batch');
  const own = slices.filter((s) => s.way !== 'batch');
  // Each side ends what it has begun, so that no job is left without somebody who reads its report.
  const ends = await Promise.allSettled([inParallel(jobs, JOBS_AT_ONCE, work), inParallel(own, 1, work)]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** What an object that failed in a slice was, read from the slice's list of failures. */
async function* failuresOf(place: CopyPlace, record: CopyRecord, slice: Slice) {
  const path = join(place.dir, `${record.copy}-${slice.id}-read.csv`);
  await record.download(failuresPath(slice.id), path);
  try {
    for await (const lines of fileLines(path)) {
      for (const line of lines) {
        const [, , , , code = ''] = line.split(',', 5);
        const message = JSON.parse(line.split(',').slice(5).join(',')) as string;
        yield { item: parseItem(line), code, message };
      }
    }
  } finally {
    await rm(path, { force: true });
  }
}

async function failedSlices(record: CopyRecord, { rounds }: RunState): Promise<Slice[]> {
  const { slices } = rounds.at(-1) as RoundRecord;
  const outcomes = await inParallel(slices, 16, (s) => record.read<Outcome>(outcomePath(s.id)));
  return slices.filter((_, n) => (outcomes[n]?.failed.objects ?? 0) > 0);
}

/** What becomes of a failed object. That it is gone is believed only when the source says so too. */
async function judged(place: CopyPlace, key: string, failure: Failure, way: MovingWay): Promise<MovingWay | Settled> {
  const next = nextOf(failure, way, place.route);
  return next === 'gone' && !(await isGone(place, key)) ? way : next;
}

/** Some failure takes another way, or is settled: a round without any doubt. */
async function anySettled(place: CopyPlace, record: CopyRecord, state: RunState): Promise<boolean> {
  for (const slice of await failedSlices(record, state))
    for await (const { item, code, message } of failuresOf(place, record, slice))
      if ((await judged(place, item.key, { code, message }, slice.way)) !== slice.way) return true;
  return false;
}

/** Makes the retry lists of the next round from the reports of the last one. */
async function nextRound(place: CopyPlace, record: CopyRecord, state: RunState): Promise<RoundRecord> {
  const round = state.rounds.length;
  const dir = join(place.dir, `${record.copy}-round-${round}`);
  await mkdir(dir, { recursive: true });
  const settled = none();
  const counts = new Map<MovingWay, Count>();
  const writers = new Map<MovingWay, LineWriter>();
  const fileOf = (way: MovingWay): string => join(dir, `${way}.lines`);
  for (const slice of await failedSlices(record, state)) {
    for await (const { item, code, message } of failuresOf(place, record, slice)) {
      const next = await judged(place, item.key, { code, message }, slice.way);
      const final = settledWays.find((w) => w === next);
      const count = final ? settled[final] : (counts.get(next as MovingWay) ?? { objects: 0, bytes: 0 });
      count.objects++;
      count.bytes += item.size;
      if (final) continue;
      const way = next as MovingWay;
      counts.set(way, count);
      const writer = writers.get(way) ?? (await LineWriter.create(fileOf(way)));
      writers.set(way, writer);
      await writer.write(itemLine(place.route.bucket, item));
    }
  }
  for (const writer of writers.values()) await writer.close();
  const slices: Slice[] = [];
  for (const [way, { objects, bytes }] of counts) {
    const input = { way, files: [fileOf(way)], objects, bytes, slices: sliceCount(way, objects), round, dir };
    slices.push(...(await cutSlices(input)));
  }
  for (const slice of slices) await record.upload(`slices/${slice.id}.csv`, join(dir, `${slice.id}.csv`));
  sameCount(
    `round ${round}: failures, and what became of them`,
    state.open,
    sum([...slices, ...Object.values(settled)]),
  );
  const made: RoundRecord = { round, at: place.now().toISOString(), slices, settled };
  await record.write(`rounds/${String(round).padStart(3, '0')}.json`, made);
  await rm(dir, { recursive: true, force: true });
  return made;
}
