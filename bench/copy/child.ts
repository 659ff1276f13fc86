/** Plans synthetic keys in a process of its own, checks the slices key by key, and prints the figures as JSON. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyRoute } from '../../protocol/copy.ts';
import { fileLines, parseItem } from '../../runtime/copy/lines.ts';
import { planCopy } from '../../runtime/copy/plan.ts';
import { OBJECT_WEIGHT, weightOf } from '../../runtime/copy/slices.ts';
import { compareKeys } from '../../runtime/put/walk.ts';
import { syntheticPages } from './listing.ts';

export interface CopyBench {
  readonly keys: number;
  readonly cpuSec: number;
  readonly peakMiB: number;
  /** The heaviest slice over the mean. */
  readonly above: number;
  /** It is above the mean by less than its own heaviest object. */
  readonly aboveOneObject: boolean;
  readonly mostObjects: number;
  readonly prefixAbove: number;
  readonly prefixLost: number;
  /** Keys in no slice, in two, or in one that does not hold their range. */
  readonly wrong: number;
}

const route: CopyRoute = {
  dataset: 'assays',
  source: 'partner',
  bucket: 'bench',
  sourcePrefix: 'assays/',
  targetPrefix: 'partner/assays/',
  batchPrefix: 'partner',
};

const [dir = '', keysText = '', slicesText = ''] = process.argv.slice(2);
const keys = Number(keysText);
const out = join(dir, 'plan');
mkdirSync(out);
const before = process.cpuUsage();
const pages = syntheticPages(keys, route.sourcePrefix);
const { slices, counts } = await planCopy({ route, lanes: [{ objects: pages }], dir: out, slices: Number(slicesText) });
const { user, system } = process.cpuUsage(before);
const peakMiB = process.resourceUsage().maxRSS / 1024;

/** The same keys once more, beside the slices: each must come next in its slice. */
let wrong = 0;
let heaviestObject = 0;
const weights: number[] = [];
const prefixes = new Map<string, number>();
let prefixLost = 0;
const source = flat(syntheticPages(keys, route.sourcePrefix));
for (const slice of slices.filter((s) => s.way === 'batch')) {
  let weight = 0;
  let heaviest = 0;
  for await (const lines of fileLines(join(out, `${slice.id}.csv`))) {
    for (const line of lines) {
      const item = parseItem(line);
      const { value } = await source.next();
      if (value?.key !== item.key || value.size !== item.size) wrong++;
      if (compareKeys(item.key, slice.first) < 0 || compareKeys(item.key, slice.last) > 0) wrong++;
      weight += weightOf(item.size);
      heaviest = Math.max(heaviest, weightOf(item.size));
      const first = item.key.charAt(route.sourcePrefix.length);
      if (/[0-9a-f]/.test(first)) prefixes.set(first, (prefixes.get(first) ?? 0) + weightOf(item.size));
      else prefixLost++;
    }
  }
  weights.push(weight);
  if (weight === Math.max(...weights)) heaviestObject = heaviest;
}
if (!(await source.next()).done) wrong++;
const { objects, bytes } = counts.batch;
const mean = (bytes + objects * OBJECT_WEIGHT) / slices.length;
const most = Math.max(...weights);
const fitting = [...prefixes.values()];
const result: CopyBench = {
  keys,
  cpuSec: (user + system) / 1e6,
  peakMiB,
  above: most / mean,
  aboveOneObject: most - mean <= heaviestObject,
  mostObjects: Math.max(...slices.map((s) => s.objects)) / (objects / slices.length),
  prefixAbove: Math.max(...fitting) / (fitting.reduce((a, b) => a + b, 0) / 16),
  prefixLost,
  wrong,
};
process.stdout.write(JSON.stringify(result));

async function* flat<T>(of: AsyncIterable<readonly T[]>): AsyncGenerator<T, undefined> {
  for await (const page of of) yield* page;
  return undefined;
}
