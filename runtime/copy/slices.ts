/** Cuts lists of objects in key order into slices of equal weight: complete, disjoint, each one range of keys. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MovingWay } from '../../protocol/copy.ts';
import { decodeKey, fileLines, LineWriter } from './lines.ts';

/**
 * What an object costs beside its bytes, in bytes: a request takes some 20 ms, in which a stream moves about a MiB. Slices that are
 * balanced by bytes alone would give one job all the small objects.
 */
export const OBJECT_WEIGHT = 2 ** 20;
export const weightOf = (size: number): number => size + OBJECT_WEIGHT;

/** A part of a copy: one batch job, or one list of our own copies. */
export interface Slice {
  /** `<way>-<number>`, or `<way>-r<round>-<number>` of a retry list. */
  readonly id: string;
  readonly way: MovingWay;
  readonly objects: number;
  readonly bytes: number;
  readonly first: string;
  readonly last: string;
}

export const sliceId = (way: MovingWay, round: number, number: number): string =>
  `${way}-${round > 0 ? `r${round}-` : ''}${String(number).padStart(5, '0')}`;

/** A batch job of a million objects takes hours: few enough jobs to watch, many enough that a failed one is soon made good. */
const BATCH_SLICE_OBJECTS = 1_000_000;
/** From here on several jobs at a time are faster than one. */
const SEVERAL_FROM = 100_000;
const SEVERAL = 16;
/** Our own copies report after each slice, so a slice is what a killed run looks through again. */
const OWN_SLICE_OBJECTS = 10_000;
const OWN_SLICE_PARTS = 100;

/** How many slices a way gets. */
export function sliceCount(way: MovingWay, objects: number): number {
  if (objects === 0) return 0;
  const fewest = way === 'batch' && objects >= SEVERAL_FROM ? SEVERAL : 1;
  const most = { batch: BATCH_SLICE_OBJECTS, single: OWN_SLICE_OBJECTS, parts: OWN_SLICE_PARTS }[way];
  return Math.max(fewest, Math.ceil(objects / most));
}

interface Open {
  readonly writer: LineWriter;
  readonly index: number;
  objects: number;
  bytes: number;
  first: string;
  last: string;
}

export interface CutInput {
  readonly way: MovingWay;
  /** Files of lines in key order; removed when read. */
  readonly files: readonly string[];
  readonly objects: number;
  readonly bytes: number;
  readonly slices: number;
  readonly round?: number;
  /** Folder that gets `<id>.csv`. */
  readonly dir: string;
}

/**
 * An object belongs to the slice in whose share of the whole weight it begins. So a slice is above the mean by less than its last
 * object, whatever the sizes. Slices that no object begins in are left out.
 */
export async function cutSlices(i: CutInput): Promise<Slice[]> {
  const total = i.bytes + i.objects * OBJECT_WEIGHT;
  const done: Slice[] = [];
  let before = 0;
  let open: Open | undefined;
  const close = async (): Promise<void> => {
    if (!open) return;
    await open.writer.close();
    const { objects, bytes, first, last } = open;
    const id = sliceId(i.way, i.round ?? 0, done.length + 1);
    done.push({ id, way: i.way, objects, bytes, first: decodeKey(first), last: decodeKey(last) });
    open = undefined;
  };
  for (const file of i.files) {
    for await (const lines of fileLines(file)) {
      for (const line of lines) {
        const [, key = '', sizeText = ''] = line.split(',', 3);
        const size = Number(sizeText);
        const index = Math.min(i.slices - 1, Math.floor((before * i.slices) / total));
        if (open?.index !== index) {
          await close();
          const path = join(i.dir, `${sliceId(i.way, i.round ?? 0, done.length + 1)}.csv`);
          open = { writer: await LineWriter.create(path), index, objects: 0, bytes: 0, first: key, last: key };
        }
        open.objects++;
        open.bytes += size;
        open.last = key;
        before += weightOf(size);
        const full = open.writer.write(`${line}\n`);
        if (full) await full;
      }
    }
    await rm(file);
  }
  await close();
  return done;
}
