/** `decant copy run`, `retry` and `plan`: from the listing to the proof. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { movingWays, type CopyRoute } from '../protocol/copy.ts';
import type { CopyPlace } from '../runtime/copy/place.ts';
import type { Count } from '../runtime/copy/plan.ts';
import type { CopyRecord, PlanRecord, Summary } from '../runtime/copy/record.ts';
import type { RunState } from '../runtime/copy/rounds.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { placeOf } from './copy-target.ts';
import { planText, say, stateText, type ProgressOfCopy } from './copy-words.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import type { Target, TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

export interface CopyOptions extends TargetOptions {
  readonly dryRun?: boolean;
  readonly slices?: number;
}

/** Runs a function with the source's role enabled, and disables it afterwards whatever happens. */
async function withRole<T>(place: CopyPlace, io: Io, run: () => Promise<T>): Promise<T> {
  const { enableRole, disableRole } = await import('../runtime/copy/switch.ts');
  await enableRole(place);
  const interrupted = (): void => {
    io.err.write(
      `\nbatch jobs go on by themselves, and the role stays enabled: decant copy run ${place.route.dataset} goes on with them, ` +
        `decant copy stop ${place.route.dataset} ends them\n`,
    );
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    return await run();
  } finally {
    process.off('SIGINT', interrupted);
    await disableRole(place);
  }
}

/** Lists and says what a run would do. Writes nothing but the role's switch. */
export async function planOnly(target: Target, route: CopyRoute, options: CopyOptions, io: Io): Promise<void> {
  const place = await placeOf(target, route);
  const { lookOver } = await import('../runtime/copy/start.ts');
  const dir = join(place.dir, `plan-${randomBytes(4).toString('hex')}`);
  await mkdir(dir, { recursive: true });
  const shown = progress(io, 'objects listed');
  try {
    const planned = await withRole(place, io, () =>
      lookOver(place, dir, { ...(options.slices && { slices: options.slices }), onListed: (n, b) => shown.add(n, b) }),
    );
    if (options.json) writeJson(io, { dataset: route.dataset, dryRun: true, ...planned });
    else io.out.write(planText(route, planned));
    if (planned.counts.restore.objects + planned.counts.refused.objects > 0) io.exitCode = Exit.failed;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export interface OpenCopy {
  readonly record: CopyRecord;
  readonly plan: PlanRecord;
  readonly summary: Summary | undefined;
}

/** The newest copy of a dataset that was planned to its end. */
export async function newestCopy(place: CopyPlace): Promise<OpenCopy | undefined> {
  const { copiesOf, CopyRecord } = await import('../runtime/copy/record.ts');
  for (const copy of (await copiesOf(place.s3, place.workBucket, place.route.dataset)).reverse()) {
    const record = new CopyRecord(place.s3, place.workBucket, place.route.dataset, copy);
    const plan = await record.read<PlanRecord>('plan.json');
    if (plan) return { record, plan, summary: await record.read<Summary>('summary.json') };
  }
  return undefined;
}

export async function progressOf({ record, plan }: Pick<OpenCopy, 'record' | 'plan'>): Promise<ProgressOfCopy> {
  const [{ stateOf }, { sum }] = await Promise.all([
    import('../runtime/copy/rounds.ts'),
    import('../runtime/copy/plan.ts'),
  ]);
  return told(plan, await stateOf(record, plan), sum);
}

const told = (
  plan: PlanRecord,
  { moved, settled, open, codes, waiting }: RunState,
  sum: (counts: Iterable<Count>) => Count,
): ProgressOfCopy => ({
  copy: plan.copy,
  planned: sum(movingWays.map((w) => plan.counts[w])),
  moved,
  settled,
  open,
  codes,
  waiting: sum(waiting),
});

/** Goes on with the copy that is not at its end, or plans and runs a new one. */
export async function runOne(
  target: Target,
  route: CopyRoute,
  options: CopyOptions & { readonly retry?: boolean },
  io: Io,
): Promise<void> {
  const place = await placeOf(target, route);
  const newest = await newestCopy(place);
  const going = newest && !newest.summary ? newest : undefined;
  if (options.retry && !going)
    throw new UserError(`${route.dataset} has no copy with failures; decant copy run ${route.dataset} starts one`);
  const [{ startCopy }, { runCopy }, { finishCopy }, { sum }] = await Promise.all([
    import('../runtime/copy/start.ts'),
    import('../runtime/copy/rounds.ts'),
    import('../runtime/copy/finish.ts'),
    import('../runtime/copy/plan.ts'),
  ]);
  await withRole(place, io, async () => {
    const listing = progress(io, 'objects listed');
    const onListed = (n: number, b: number): void => listing.add(n, b);
    const { record, plan } =
      going ?? (await startCopy(place, { ...(options.slices && { slices: options.slices }), onListed }));
    if (going) io.err.write(`${route.dataset}: goes on with copy ${plan.copy}\n`);
    else if (!options.json) io.err.write(planText(route, plan));
    const planned = sum(movingWays.map((w) => plan.counts[w]));
    const shown = progress(io, 'objects copied', { items: planned.objects, bytes: planned.bytes });
    const state = await runCopy(place, record, plan, {
      retry: options.retry === true,
      onProgress: (n, b) => shown.add(n, b),
      onRound: (r) => io.err.write(`${route.dataset}: round ${r.round} over ${say(sum(r.slices))} that failed\n`),
    });
    const summary =
      state.open.objects + state.waiting.length === 0 ? await finishCopy(place, record, plan, state) : undefined;
    tell(route, plan, told(plan, state, sum), summary, options, io);
  });
}

function tell(
  route: CopyRoute,
  plan: PlanRecord,
  state: ProgressOfCopy,
  summary: Summary | undefined,
  options: CopyOptions,
  io: Io,
): void {
  const { counts, listed, refused } = plan;
  if (options.json)
    writeJson(io, { dataset: route.dataset, dryRun: false, listed, counts, refused, ...state, found: summary?.found });
  else io.out.write(stateText(route.dataset, state));
  const left = counts.restore.objects + counts.refused.objects + state.settled.restore.objects;
  if (state.open.objects + left + state.settled.refused.objects > 0) io.exitCode = Exit.failed;
  if (summary && summary.found.objects !== state.moved.objects) {
    io.err.write(`${route.dataset}: the raw bucket holds ${say(summary.found)}, but ${say(state.moved)} were copied\n`);
    io.exitCode = Exit.mismatch;
  }
}
