/** Ends a copy: the raw bucket is listed, and must hold what the copy says that it moved. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { movingWays, rawKeyOf } from '../../protocol/copy.ts';
import { archive } from './evidence.ts';
import { fileLines, parseItem } from './lines.ts';
import type { CopyPlace } from './place.ts';
import { sum, type Count } from './plan.ts';
import type { CopyRecord, PlanRecord, Summary } from './record.ts';
import type { RunState } from './rounds.ts';
import { KeyCursor, listRange } from './source.ts';

/** Looks up every planned object in raw. One that was written anew after the plan may have another size. */
async function countFound(place: CopyPlace, record: CopyRecord, plan: PlanRecord): Promise<Count> {
  const found: Count = { objects: 0, bytes: 0 };
  for (const slice of plan.slices) {
    const path = join(place.dir, `${record.copy}-${slice.id}-found.csv`);
    await record.download(`slices/${slice.id}.csv`, path);
    const first = rawKeyOf(plan.route, slice.first);
    const upTo = rawKeyOf(plan.route, slice.last);
    // A listing starts behind a key, so it starts behind the one without its last character, which is before it.
    const after = [...first].slice(0, -1).join('');
    const there = new KeyCursor(listRange(place.raw, place.rawBucket, plan.route.targetPrefix, { after, upTo }));
    for await (const lines of fileLines(path)) {
      for (const line of lines) {
        const item = parseItem(line);
        const object = await there.find(rawKeyOf(plan.route, item.key));
        if (!object || (object.size !== item.size && object.at < plan.at)) continue;
        found.objects++;
        found.bytes += item.size;
      }
    }
    await rm(path, { force: true });
  }
  return found;
}

/** The last word on a copy, kept as evidence. What was moved and what is found must agree for exit code 0. */
export async function finishCopy(
  place: CopyPlace,
  record: CopyRecord,
  plan: PlanRecord,
  state: RunState,
): Promise<Summary> {
  const summary: Summary = {
    copy: plan.copy,
    at: place.now().toISOString(),
    planned: sum(movingWays.map((w) => plan.counts[w])),
    moved: state.moved,
    settled: state.settled,
    open: state.open,
    found: await countFound(place, record, plan),
  };
  await record.write('summary.json', summary);
  await archive(place, record, 'summary.json');
  return summary;
}
