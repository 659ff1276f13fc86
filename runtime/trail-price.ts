/** What it costs to record reads and writes of objects, before an environment does so (`trail.dataEvents`). */
import type { Dataset, Environment, Estate } from '../protocol/estate.ts';

/** USD of 100,000 data events (AWS CloudTrail pricing, us-east-1). */
const USD_PER_100K = 0.1;
/** Of one delivered object: its write, the read that transforms it, the read that takes its checksum. */
const EVENTS_PER_OBJECT = 3;
/** Larger objects are written in parts, and each part is an event. */
const PART_MIB = 16;
/** Of one Parquet file: begun, one part, completed, read back. */
const EVENTS_PER_FILE = 4;

export interface TrailPrice {
  readonly environment: string;
  /** Whether the estate file has them recorded now. */
  readonly recorded: boolean;
  /** Of moving and transforming each object once. */
  readonly events: number;
  readonly usd: number;
  /** Datasets that state no size and are not in the figures. */
  readonly unknown: readonly string[];
}

export const trailAssumptions =
  `${EVENTS_PER_OBJECT} events an object, one more for each ${PART_MIB} MiB, ${EVENTS_PER_FILE} for each Parquet file of a shard; ` +
  `${USD_PER_100K.toFixed(2)} USD for 100,000; each object moved and transformed once, queries not counted`;

/** One price for each environment in AWS; none where no dataset states its size. */
export function priceTrail(estate: Estate): TrailPrice[] {
  return Object.entries(estate.environments)
    .filter(([, environment]) => environment.kind !== 'local')
    .map(([name, environment]) => priceOf(name, environment, estate))
    .filter((p) => p.events > 0);
}

function priceOf(name: string, environment: Environment, estate: Estate): TrailPrice {
  const here = Object.entries(estate.datasets).filter(
    ([, { source }]) => estate.sources[source]?.environments?.includes(name) ?? true,
  );
  const events = here.reduce((sum, [, dataset]) => sum + eventsOf(dataset, environment), 0);
  return {
    environment: name,
    recorded: environment.trail.dataEvents,
    events,
    usd: Math.round((events / 100_000) * USD_PER_100K * 100) / 100,
    unknown: here.filter(([, d]) => !d.size).map(([dataset]) => dataset),
  };
}

function eventsOf({ size }: Dataset, { shard }: Environment): number {
  if (!size) return 0;
  const mib = size.gigabytes * 1024;
  const shards = Math.ceil(Math.max(size.objects / shard.maxObjects, mib / shard.maxMiB));
  return size.objects * EVENTS_PER_OBJECT + Math.floor(mib / PART_MIB) + shards * EVENTS_PER_FILE;
}

/** `prod: recording each read and write of objects (trail.dataEvents, now off) costs about 0.07 USD …`. */
export const formatTrailPrice = (p: TrailPrice): string =>
  `${p.environment}: recording each read and write of objects (trail.dataEvents, now ${p.recorded ? 'on' : 'off'}) costs about ` +
  `${p.usd.toFixed(2)} USD for ${p.events.toLocaleString('en-US')} events` +
  (p.unknown.length ? `; ${p.unknown.join(', ')} state no size` : '');
