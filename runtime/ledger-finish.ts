/** How an object version comes to its final state: at once, by its last part, or by a replay of its quarantined rows. */
import type { LedgerRow, LedgerState } from '../protocol/ledger.ts';
import { boundShard } from '../protocol/shard.ts';
import type { RowAccess } from './ledger-change.ts';
import { openOf } from './ledger-rows.ts';

export interface Outcome {
  readonly state: Extract<LedgerState, 'transformed' | 'quarantined' | 'superseded' | 'deleted'>;
  /** The shard's own id, with its part. */
  readonly shard: string;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
  readonly reason?: string | undefined;
  /** Of a cut object: which part this is. @default as the shard's id says, such as `p3` */
  readonly part?: string | undefined;
  readonly parts?: number | undefined;
}

const now = (): string => new Date().toISOString();

/**
 * Brings a version to its final state, when it is bound to the shard. Again is harmless. A part is counted once; the last
 * one flips the state, to `quarantined` when any part was. Otherwise the row as it stands, or undefined.
 */
export async function finish(
  rows: RowAccess,
  object: string,
  version: string,
  outcome: Outcome,
): Promise<'finished' | LedgerRow | undefined> {
  const row = await rows.get(object, version);
  if (!row) return undefined;
  const shard = boundShard(outcome.shard);
  const [, partOfId, replay] = /^[0-9a-f]+(?:-(p\d+))?(?:-(r\d+))?$/.exec(outcome.shard) ?? [];
  const part = partOfId ?? outcome.part;
  if (replay !== undefined) return finishReplay(rows, row, shard, outcome, outcome.shard.slice(shard.length + 1));
  if (part !== undefined) return finishPart(rows, row, shard, part, outcome);
  const { state, rowsIn, rowsOut, rowsQuarantined, reason } = outcome;
  const changed = await rows.change(row, {
    set: { state, since: now(), open: openOf(object, row.dataset, state), rowsIn, rowsOut, rowsQuarantined, reason },
    condition: '#shard = :shard AND #state IN (:bound, :claimed)',
    names: ['shard'],
    where: { shard, bound: 'bound', claimed: 'claimed' },
  });
  if (changed) return 'finished';
  const found = await rows.get(object, version);
  return found?.shard === shard && found.state === state ? 'finished' : found;
}

/** A replay moves rows from quarantined to out; each replay is counted once. */
async function finishReplay(
  rows: RowAccess,
  row: LedgerRow,
  shard: string,
  outcome: Outcome,
  replay: string,
): Promise<'finished' | LedgerRow | undefined> {
  const changed = await rows.change(row, {
    set: {},
    add: { replays: new Set([replay]), rowsOut: outcome.rowsOut, rowsQuarantined: -outcome.rowsOut },
    condition: '#shard = :shard AND #state = :transformed AND NOT contains(#replays, :replay)',
    names: ['shard', 'state'],
    where: { shard, replay, transformed: 'transformed' },
  });
  if (changed) return 'finished';
  const found = await rows.get(row.object, row.version);
  return found?.replays?.includes(replay) ? 'finished' : found;
}

async function finishPart(
  rows: RowAccess,
  row: LedgerRow,
  shard: string,
  part: string,
  outcome: Outcome,
): Promise<'finished' | LedgerRow | undefined> {
  const { rowsIn, rowsOut, rowsQuarantined } = outcome;
  const reason = outcome.state === 'quarantined' ? (outcome.reason ?? 'quarantined') : undefined;
  await rows.change(row, {
    set: reason === undefined ? {} : { reason },
    add: { partsDone: new Set([part]), rowsIn, rowsOut, rowsQuarantined },
    condition: '#shard = :shard AND #state IN (:bound, :claimed) AND NOT contains(#partsDone, :part)',
    names: ['shard', 'state'],
    where: { shard, part, bound: 'bound', claimed: 'claimed' },
  });
  const found = await rows.get(row.object, row.version);
  if (found?.shard !== shard || !found.partsDone?.includes(part)) return found;
  const last = found.partsDone.length === (found.parts ?? outcome.parts);
  if (!last || (found.state !== 'bound' && found.state !== 'claimed')) return 'finished';
  const state = outcome.state !== 'quarantined' && found.reason === undefined ? outcome.state : 'quarantined';
  await rows.change(found, {
    set: { state, since: now(), open: openOf(row.object, row.dataset, state) },
    condition: '#shard = :shard AND #state IN (:bound, :claimed)',
    names: ['shard'],
    where: { shard, bound: 'bound', claimed: 'claimed' },
  });
  return 'finished';
}
