/** Counts per dataset, from results and unfinished rows. No network. */
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { boundShard } from '../../protocol/shard.ts';
import type { OpenRow } from './open.ts';
import type { ResultSums } from './results.ts';

export interface DatasetStatus {
  readonly dataset: string;
  /** Object versions by state. `waiting`: arrived or bound; `claimed`: a task is at them. */
  readonly objects: {
    transformed: number;
    waiting: number;
    claimed: number;
    quarantined: number;
    superseded: number;
    deleted: number;
  };
  /** rowsIn = rowsOut + rowsQuarantined. Rows of quarantined objects count as long as the objects are in quarantine. */
  rowsIn: number;
  rowsOut: number;
  rowsQuarantined: number;
  bytesIn: number;
  bytesOut: number;
  /** Reason → objects in quarantine. */
  readonly reasons: Record<string, number>;
  /** When the newest result was committed, ISO 8601. */
  last: string | undefined;
}

export interface Tally {
  readonly datasets: DatasetStatus[];
  readonly unclassified: { objects: number; first: string[] };
}

/** Keys listed of unclassified objects. */
const FIRST = 5;

const empty = (dataset: string): DatasetStatus => ({
  dataset,
  objects: { transformed: 0, waiting: 0, claimed: 0, quarantined: 0, superseded: 0, deleted: 0 },
  rowsIn: 0,
  rowsOut: 0,
  rowsQuarantined: 0,
  bytesIn: 0,
  bytesOut: 0,
  reasons: {},
  last: undefined,
});

/** `datasets`: names to show even when nothing is known of them. */
export function tally(
  datasets: readonly string[],
  results: readonly ResultSums[],
  open: readonly OpenRow[],
  claimed: ReadonlySet<string>,
): Tally {
  const all = new Map(datasets.map((d) => [d, empty(d)]));
  const of = (dataset: string): DatasetStatus => {
    const found = all.get(dataset) ?? empty(dataset);
    all.set(dataset, found);
    return found;
  };
  const inQuarantine = new Map(open.filter((r) => r.state === 'quarantined').map((r) => [id(r), r.shard]));
  const unclassified: Tally['unclassified'] = { objects: 0, first: [] };
  for (const row of open) {
    if (row.dataset === UNCLASSIFIED) {
      unclassified.objects++;
      if (unclassified.first.length < FIRST) unclassified.first.push(keyOf(row));
      continue;
    }
    const { objects } = of(row.dataset);
    if (row.state === 'quarantined') objects.quarantined++;
    else if (row.state === 'claimed' || claimed.has(row.shard)) objects.claimed++;
    else objects.waiting++;
  }
  for (const group of groupByShard(results)) addShard(of(group[0].dataset), group, inQuarantine);
  return { datasets: [...all.values()].sort((a, b) => (a.dataset < b.dataset ? -1 : 1)), unclassified };
}

type Group = [ResultSums, ...ResultSums[]];

/** Results of one bound shard: itself or its parts, and their replays. */
function groupByShard(results: readonly ResultSums[]): Group[] {
  const groups = new Map<string, Group>();
  for (const r of results) {
    const key = `${r.dataset}/${boundShard(r.shard)}`;
    const group = groups.get(key);
    if (group) group.push(r);
    else groups.set(key, [r]);
  }
  return [...groups.values()];
}

function addShard(into: DatasetStatus, group: Group, inQuarantine: ReadonlyMap<string, string>): void {
  const parts = group.filter((r) => r.parts !== undefined && r.replayOf === undefined);
  // A cut object counts once, when its last part is done and none is in quarantine.
  const cutDone =
    parts.length > 0 && parts.length === parts[0]?.parts && parts.every((r) => r.quarantined.length === 0);
  if (cutDone) into.objects.transformed++;
  const counted = new Set<string>();
  for (const r of group) {
    into.bytesOut += r.bytesOut;
    if (into.last === undefined || r.finishedAt > into.last) into.last = r.finishedAt;
    const t = r.transformed;
    if (r.replayOf !== undefined) {
      // The rows came in once already; the replay took some of them out of quarantine.
      into.rowsOut += t.rowsOut;
      into.rowsQuarantined -= t.rowsOut;
      continue;
    }
    into.bytesIn += r.bytesIn;
    into.rowsIn += t.rowsIn;
    into.rowsOut += t.rowsOut;
    into.rowsQuarantined += t.rowsQuarantined;
    if (r.parts === undefined) into.objects.transformed += t.objects;
    into.objects.superseded += r.superseded;
    into.objects.deleted += r.deleted;
    for (const q of r.quarantined) {
      const name = `${q.object}\0${q.version}`;
      // An object that was replayed and broke its contract again has a result of each shard: the last one tells.
      if (inQuarantine.get(name) !== boundShard(r.shard)) continue;
      into.rowsIn += q.rowsIn;
      into.rowsOut += q.rowsOut;
      into.rowsQuarantined += q.rowsQuarantined;
      if (!counted.has(name)) into.reasons[q.reason] = (into.reasons[q.reason] ?? 0) + 1;
      counted.add(name);
    }
  }
}

/** Key without the bucket. */
const keyOf = (row: OpenRow): string => row.object.slice(row.object.indexOf('/') + 1);
const id = (row: OpenRow): string => `${keyOf(row)}\0${row.version}`;
