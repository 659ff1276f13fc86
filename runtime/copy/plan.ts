/** Plans a copy: from a listing of any size to slices on disk, with a way for every object. Memory does not grow with the listing. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyWays, movingWays, rawKeyOf, type CopyRoute, type CopyWay, type MovingWay } from '../../protocol/copy.ts';
import { encodeKey, itemLine, LineWriter } from './lines.ts';
import { cutSlices, sliceCount, type Slice } from './slices.ts';
import type { KeyCursor, SourceObject } from './source.ts';
import { wayOf, type WayOptions } from './ways.ts';

export interface Count {
  objects: number;
  bytes: number;
}
export type Counts = Record<CopyWay, Count>;

/** One lane of the listing, in key order, and what lies in raw under the keys of its range. */
export interface Lane {
  readonly objects: AsyncIterable<readonly SourceObject[]>;
  readonly there?: KeyCursor;
}

export interface PlanInput extends WayOptions {
  readonly route: CopyRoute;
  /** In the order of their ranges. */
  readonly lanes: readonly Lane[];
  /** Empty folder for slices (`<id>.csv`) and for `restore.csv` and `refused.csv`. */
  readonly dir: string;
  /** Batch slices. @default by their number of objects */
  readonly slices?: number;
  readonly onListed?: (objects: number, bytes: number) => void;
}

export interface Planned {
  readonly listed: Count;
  readonly counts: Counts;
  readonly slices: readonly Slice[];
  /** Reason → refused objects. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What went in is not what came out: a fault of the program, so nothing goes on. */
export class CopyCountError extends Error {
  override readonly name = 'CopyCountError';
}

export const noCounts = (): Counts => Object.fromEntries(copyWays.map((w) => [w, { objects: 0, bytes: 0 }])) as Counts;

/** Throws a CopyCountError unless two counts of the same objects agree. */
export function sameCount(what: string, left: Count, right: Count): void {
  if (left.objects === right.objects && left.bytes === right.bytes) return;
  const say = (c: Count) => `${c.objects} objects of ${c.bytes} bytes`;
  throw new CopyCountError(`${what}: ${say(left)} against ${say(right)}`);
}

export const sum = (counts: Iterable<Count>): Count => {
  const total = { objects: 0, bytes: 0 };
  for (const { objects, bytes } of counts) {
    total.objects += objects;
    total.bytes += bytes;
  }
  return total;
};

/** One file of several; none where there is none. */
async function joinFiles(files: readonly string[], to: string): Promise<void> {
  for (const file of files) {
    await pipeline(createReadStream(file), createWriteStream(to, { flags: 'a' }));
    await rm(file);
  }
}

const kept = [...movingWays, 'restore', 'refused'] as const;
type Kept = (typeof kept)[number];

/** Throws a CopyCountError when an object has no way, or two. */
export async function planCopy(input: PlanInput): Promise<Planned> {
  const work = join(input.dir, 'lanes');
  await mkdir(work, { recursive: true });
  const counts = noCounts();
  const listed: Count = { objects: 0, bytes: 0 };
  const refused: Record<string, number> = {};
  const files = Object.fromEntries(kept.map((w) => [w, [] as string[]])) as Record<Kept, string[]>;

  const read = async (lane: Lane, number: number): Promise<void> => {
    const writers = new Map<Kept, LineWriter>();
    const writerOf = async (way: Kept): Promise<LineWriter> => {
      const path = join(work, `${way}-${String(number).padStart(4, '0')}.csv`);
      const writer = await LineWriter.create(path);
      files[way].push(path);
      writers.set(way, writer);
      return writer;
    };
    for await (const page of lane.objects) {
      let bytes = 0;
      for (const object of page) {
        const there = lane.there && (await lane.there.find(rawKeyOf(input.route, object.key)));
        const { way, reason } = wayOf(object, input.route, there, input);
        const count = counts[way];
        count.objects++;
        count.bytes += object.size;
        bytes += object.size;
        if (way === 'unchanged' || way === 'marker') continue;
        if (reason !== undefined) refused[reason] = (refused[reason] ?? 0) + 1;
        const writer = writers.get(way) ?? (await writerOf(way));
        const line =
          way === 'refused'
            ? `${input.route.bucket},${encodeKey(object.key)},${object.size},${JSON.stringify(reason)}\n`
            : itemLine(input.route.bucket, object);
        const full = writer.write(line);
        if (full) await full;
      }
      listed.objects += page.length;
      listed.bytes += bytes;
      input.onListed?.(page.length, bytes);
    }
    for (const writer of writers.values()) await writer.close();
  };
  await Promise.all(input.lanes.map(read));
  sameCount('objects listed, and objects that have a way', listed, sum(Object.values(counts)));

  const slices: Slice[] = [];
  for (const way of movingWays) slices.push(...(await cut(way)));
  for (const way of ['restore', 'refused'] as const) await joinFiles(files[way].sort(), join(input.dir, `${way}.csv`));
  return { listed, counts, slices, refused };

  async function cut(way: MovingWay): Promise<Slice[]> {
    const { objects, bytes } = counts[way];
    const wanted = way === 'batch' && input.slices !== undefined ? input.slices : sliceCount(way, objects);
    const made = await cutSlices({ way, files: files[way].sort(), objects, bytes, slices: wanted, dir: input.dir });
    sameCount(`objects of way ${way}, and those of its slices`, counts[way], sum(made));
    return made;
  }
}
