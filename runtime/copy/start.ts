/** Plans a copy of a dataset and commits the plan to the work bucket. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopyPlace } from './place.ts';
import { planCopy, type Lane, type Planned } from './plan.ts';
import { archive } from './evidence.ts';
import { copyId, CopyRecord, type PlanRecord } from './record.ts';
import { boundariesOf, KeyCursor, listRange, MAX_LANES, rangesOf, thinned, type KeyRange } from './source.ts';
import { inParallel } from '../many.ts';

/** Lists of slices that are sent to the work bucket at a time. */
const UPLOADS_AT_ONCE = 8;

export interface StartOptions {
  readonly slices?: number;
  readonly onListed?: (objects: number, bytes: number) => void;
}

/** Lists the source, and raw beside it, and gives every object its way. The slices lie in `dir`. */
export async function lookOver(place: CopyPlace, dir: string, options: StartOptions = {}): Promise<Planned> {
  const { route } = place;
  const boundaries = await boundariesOf(place.source, route.bucket, route.sourcePrefix);
  const ranges = rangesOf(thinned(boundaries, MAX_LANES - 1));
  const raw = (key: string): string => route.targetPrefix + key.slice(route.sourcePrefix.length);
  const lane = ({ after, upTo }: KeyRange): Lane => ({
    objects: listRange(place.source, route.bucket, route.sourcePrefix, {
      ...(after !== undefined && { after }),
      ...(upTo !== undefined && { upTo }),
    }),
    there: new KeyCursor(
      listRange(place.raw, place.rawBucket, route.targetPrefix, {
        ...(after !== undefined && { after: raw(after) }),
        ...(upTo !== undefined && { upTo: raw(upTo) }),
      }),
    ),
  });
  return planCopy({
    route,
    lanes: ranges.map(lane),
    dir,
    ...(options.slices !== undefined && { slices: options.slices }),
    ...(options.onListed && { onListed: options.onListed }),
    ...(place.batchMaxBytes !== undefined && { batchMaxBytes: place.batchMaxBytes }),
  });
}

/** Plans a new copy. The plan's record is written last: a plan that was cut short is none. */
export async function startCopy(
  place: CopyPlace,
  options: StartOptions = {},
): Promise<{ record: CopyRecord; plan: PlanRecord }> {
  const at = place.now();
  const copy = copyId(at);
  const record = new CopyRecord(place.s3, place.workBucket, place.route.dataset, copy);
  const dir = join(place.dir, copy);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  try {
    const { listed, counts, slices, refused } = await lookOver(place, dir, options);
    await inParallel(slices, UPLOADS_AT_ONCE, (s) => record.upload(`slices/${s.id}.csv`, join(dir, `${s.id}.csv`)));
    for (const way of ['restore', 'refused'] as const)
      if (counts[way].objects > 0) await record.upload(`${way}.csv`, join(dir, `${way}.csv`));
    const plan: PlanRecord = { copy, at: at.toISOString(), route: place.route, listed, counts, refused, slices };
    await record.write('plan.json', plan);
    await archive(place, record, 'plan.json');
    return { record, plan };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
