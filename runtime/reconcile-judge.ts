/** What is wrong with one version, and what its row should say. Pure. */
import { UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import type { Seen } from './reconcile-store.ts';
import { listedRow } from './listing.ts';

/** Kinds of disagreement between listing, ledger and results. */
export const findings = {
  unrecorded: 'listed, in neither ledger nor results: recorded and packed',
  rebuilt: 'in the results, not in the ledger: row rebuilt',
  behind: 'ledger row behind the results: brought up',
  resultMissing: 'ledger says finished, no result is committed: taken back for a new attempt',
  waiting: 'recorded and never packed: packed',
  stuck: 'bound, with no task and no running execution: started again',
  gone: 'open in the ledger, no longer in the raw bucket: deleted',
  classifiable: 'unclassified, but a contract takes it now: replay it',
  doubled: 'transformed in more than one shard: rows stand twice',
  unmerged: 'committed, and missing in a merge table: merged again',
  dataMissing: 'a result names a data file that does not exist (compaction removes files, too)',
} as const;
export type Finding = keyof typeof findings;

export interface Verdict {
  readonly finding: Finding;
  /** What the row is to be; absent where nothing is written. */
  readonly row?: LedgerRow;
}

export interface Facts extends Seen {
  readonly bucket: string;
  readonly row: LedgerRow | undefined;
  /** Dataset that the contracts give the key; UNCLASSIFIED when none does. */
  readonly dataset: string;
  readonly now: string;
  /** Rows that came into their state after this time are in work. */
  readonly settledBefore: string;
}

/** What the row should be by the results. */
function fromResults({ bucket, listed, done, row, dataset, now }: Facts): LedgerRow | undefined {
  if (!done) return undefined;
  const base = row ?? { ...listedRow(bucket, listed, dataset, 'arrived', now), dataset: done.dataset };
  return {
    ...base,
    ...(row || done.at === undefined ? {} : { at: done.at }),
    ...(row || done.sequencer === undefined ? {} : { sequencer: done.sequencer }),
    state: done.complete ? done.state : 'bound',
    shard: done.shard,
    contract: done.contract,
    attempt: Math.max(done.attempt, row?.shard === done.shard ? (row.attempt ?? 1) : 1),
    ...(done.parts === undefined ? {} : { parts: done.parts }),
    partsDone: done.partsDone,
    replays: done.replays,
    rowsIn: done.rowsIn,
    rowsOut: done.rowsOut,
    rowsQuarantined: done.rowsQuarantined,
    ...(done.reason === undefined ? {} : { reason: done.reason }),
  };
}

/** The finding about a version; undefined when all agree or it is in work. */
export function judge(facts: Facts): Verdict | undefined {
  const { row, done, dataset, listed, bucket, now, settledBefore } = facts;
  const settled = fromResults(facts);
  if (!row) {
    if (settled) return { finding: 'rebuilt', row: settled };
    const state = dataset === UNCLASSIFIED ? 'unclassified' : 'arrived';
    return { finding: 'unrecorded', row: listedRow(bucket, listed, dataset, state, now) };
  }
  if (done && done.times > 1) return { finding: 'doubled' };
  // Opened for replay: the results tell of the time before.
  const replayed = done !== undefined && row.before === done.shard;
  if (done && settled && !replayed)
    return agrees(row, settled, done.complete) ? undefined : { finding: 'behind', row: settled };
  const finished =
    row.state === 'transformed' || row.state === 'quarantined' || (row.state === 'deleted' && row.marker);
  if (finished && row.shard !== undefined) return { finding: 'resultMissing', row };
  if (row.state === 'arrived' && row.since < settledBefore) return { finding: 'waiting', row };
  if (row.state === 'unclassified' && dataset !== UNCLASSIFIED) return { finding: 'classifiable' };
  return undefined;
}

/** Superseded and deleted rows tell of what came after their result. */
function agrees(row: LedgerRow, settled: LedgerRow, complete: boolean): boolean {
  if (row.state === 'superseded' || row.state === 'deleted') return true;
  if (row.shard !== settled.shard) return false;
  if (!complete) return row.state === 'bound' && (row.partsDone?.length ?? 0) >= (settled.partsDone?.length ?? 0);
  return (
    row.state === settled.state && row.rowsOut === settled.rowsOut && row.rowsQuarantined === settled.rowsQuarantined
  );
}
